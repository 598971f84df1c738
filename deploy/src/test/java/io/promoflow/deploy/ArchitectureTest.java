package io.promoflow.deploy;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.time.Instant;

/** The rooms and the directions in which they may know each other. */
@AnalyzeClasses(packages = "io.promoflow", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static DescribedPredicate<JavaClass> ours() {
    return resideInAPackage("io.promoflow..");
  }

  private static ArchRule mayKnow(String room, String... others) {
    String[] allowed = new String[others.length + 1];
    allowed[0] = "io.promoflow." + room + "..";
    for (int i = 0; i < others.length; i++) {
      allowed[i + 1] = "io.promoflow." + others[i] + "..";
    }
    return noClasses()
        .that()
        .resideInAPackage("io.promoflow." + room + "..")
        .should()
        .dependOnClassesThat(ours().and(not(resideInAnyPackage(allowed))))
        .because(
            "of ours, " + room + " may import only " + String.join(", ", others) + " and itself");
  }

  @ArchTest static final ArchRule INGESTION_KNOWS_NOBODY = mayKnow("ingestion");

  @ArchTest static final ArchRule FEATURES_KNOW_INGESTION = mayKnow("features", "ingestion");

  @ArchTest static final ArchRule MODELS_KNOW_FEATURES = mayKnow("models", "ingestion", "features");

  @ArchTest
  static final ArchRule SERVING_KNOWS_MODELS =
      mayKnow("serving", "ingestion", "features", "models");

  @ArchTest
  static final ArchRule THE_JUDGE_DOES_NOT_KNOW_THE_ACCUSED =
      mayKnow("evaluation", "ingestion", "features", "models");

  @ArchTest
  static final ArchRule PLAIN_ROOMS_KNOW_NO_FLINK =
      noClasses()
          .that()
          .resideInAPackage("io.promoflow..")
          .and()
          .resideOutsideOfPackages("io.promoflow..flink..", "io.promoflow.deploy..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.flink..")
          .because(
              "business rules outlive engines; operators call them, never the other way round");

  @ArchTest
  static final ArchRule ARROWS_POINT_FROM_FLINK_TO_PLAIN =
      noClasses()
          .that()
          .resideInAPackage("io.promoflow..")
          .and()
          .resideOutsideOfPackages("io.promoflow..flink..", "io.promoflow.deploy..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.promoflow..flink..");

  @ArchTest
  static final ArchRule TIME_COMES_FROM_A_CLOCK =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .because("clocks are parameters");

  @ArchTest
  static final ArchRule OUTPUT_GOES_THROUGH_THE_LOG_OR_THE_COMMAND_LINE =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("io.promoflow.models.flink.TrainerMain")
          .and()
          .doNotHaveFullyQualifiedName("io.promoflow.models.bench.RetrainMain")
          .and()
          .doNotHaveFullyQualifiedName("io.promoflow.deploy.Promoflow")
          .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
          .because(
              "only the command line prints; the trainer says that it is ready, and the side of a"
                  + " bench what it measured");

  @ArchTest
  static final ArchRule NOBODY_KNOWS_DEPLOY =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.promoflow.deploy..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.promoflow.deploy..");

  @ArchTest
  static final ArchRule NO_PACKAGE_IS_NAMED_FOR_A_MECHANISM =
      classes()
          .that()
          .resideInAPackage("io.promoflow..")
          .should()
          .resideOutsideOfPackages("..util..", "..common..", "..helper..", "..misc..");
}
