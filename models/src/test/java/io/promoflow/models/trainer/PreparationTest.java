package io.promoflow.models.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.ModelKind;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.ModelVersion.OneHot;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.Scorer;
import io.promoflow.models.training.Shoppers;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PreparationTest {
  private static final double SAME = 1e-12;

  private static final Preparation.Rules RULES = new Preparation.Rules(Imputation.MEAN, 2, true);

  private static RawTable numbers(double... column) {
    return new RawTable(
        column.length, List.of("x"), new double[][] {column}, List.of(), new String[0][]);
  }

  private static RawTable texts(String... column) {
    return new RawTable(
        column.length, List.of(), new double[0][], List.of("c"), new String[][] {column});
  }

  private static ModelVersion published(Preparation preparation) {
    return new ModelVersion(
        "m",
        "m@1",
        ModelKind.LOGISTIC,
        "t",
        Instant.EPOCH,
        Instant.EPOCH,
        preparation.features(),
        preparation.imputed(),
        preparation.oneHots(),
        preparation.means(),
        preparation.scales(),
        null,
        null,
        new double[preparation.width()],
        0,
        1,
        Map.of());
  }

  /** Missing numbers, absent, rare and unseen categories. */
  @ParameterizedTest
  @EnumSource(Imputation.class)
  void scorerMakesTheSameVectorsToTheLastBit(Imputation imputation) {
    List<TrainingExample> rows = Shoppers.at(Shoppers.MONDAY, 300, 7);
    List<String> features = List.of("eagerness", "discounted_spend_share_7d", "always_one");
    List<String> categories = List.of("preferred_category_7d");
    RawTable table = RawTable.of(rows, features, categories);

    var preparation = Preparation.fit(table, new Preparation.Rules(imputation, 2, true));
    Matrix prepared = preparation.apply(table);

    ModelVersion model = published(preparation);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(prepared.row(i))
          .containsExactly(Scorer.vector(model, rows.get(i).values(), rows.get(i).categories()));
    }
    var stranger =
        new RawTable(
            1,
            features,
            new double[][] {{Double.NaN}, {Double.NEGATIVE_INFINITY}, {3}},
            categories,
            new String[][] {{"never seen"}});
    assertThat(preparation.apply(stranger).row(0))
        .containsExactly(
            Scorer.vector(
                model,
                Map.of("discounted_spend_share_7d", Double.NEGATIVE_INFINITY, "always_one", 3.0),
                Map.of("preferred_category_7d", "never seen")));
  }

  @Test
  void missingNumbersBecomeTheMeanOrTheMedianOfTheOthers() {
    RawTable table = numbers(1, 2, Double.NaN, 9, Double.POSITIVE_INFINITY, 4);

    assertThat(Preparation.fit(table, RULES).imputed()).containsExactly(4);
    assertThat(Preparation.fit(table, new Preparation.Rules(Imputation.MEDIAN, 2, true)).imputed())
        .containsExactly(3);
  }

  @Test
  void columnsHaveMeanZeroAndDeviationOne() {
    double[] column = new SplittableRandom(1).doubles(1_000, 5, 9).toArray();
    RawTable table = numbers(column);

    double[] prepared = Preparation.fit(table, RULES).apply(table).values();

    assertThat(Arrays.stream(prepared).average().orElseThrow()).isCloseTo(0, within(SAME));
    assertThat(Arrays.stream(prepared).map(x -> x * x).average().orElseThrow())
        .isCloseTo(1, within(SAME));
  }

  @Test
  void columnsOfAnySizeStayFinite() {
    for (double size : new double[] {1e-300, 1e-12, 1, 1e12, 1e300}) {
      RawTable table = numbers(size, -size, size / 2, Double.NaN, Double.NEGATIVE_INFINITY);
      var preparation = Preparation.fit(table, RULES);
      assertThat(preparation.scales()[0]).as("scale at %s", size).isPositive().isFinite();
      assertThat(preparation.apply(table).isFinite()).as("vectors at %s", size).isTrue();
      assertThat(preparation.apply(table).values()[0]).isBetween(1.0, 2.0);
    }
  }

  @Test
  void constantColumnsHaveScaleOne() {
    var preparation = Preparation.fit(numbers(0.1, 0.1, 0.1, Double.NaN), RULES);

    assertThat(preparation.scales()).containsExactly(1);
    assertThat(preparation.apply(numbers(0.1)).values()[0]).isCloseTo(0, within(SAME));
    assertThat(Preparation.fit(numbers(Double.NaN), RULES).imputed()).containsExactly(0);
    assertThat(Preparation.fit(numbers(), RULES).scales()).containsExactly(1);
  }

  @Test
  void frequentValuesGetAnElementAndTheRestIsTheReference() {
    var preparation = Preparation.fit(texts("tea", "cups", "tea", "pots", "cups", null), RULES);

    assertThat(preparation.oneHots()).containsExactly(new OneHot("c", List.of("cups", "tea")));
    assertThat(preparation.elements()).containsExactly("c=cups", "c=tea");
  }

  @Test
  void lastValueIsTheReferenceWhereNothingElseIs() {
    assertThat(Preparation.fit(texts("yes", "no", "yes"), RULES).oneHots())
        .containsExactly(new OneHot("c", List.of("no")));
    assertThat(Preparation.fit(texts("same", "same"), RULES).oneHots()).isEmpty();
    assertThat(Preparation.fit(texts(null, null), RULES).oneHots()).isEmpty();
  }

  @Test
  void unstandardisedVectorsAreTheRawNumbers() {
    var preparation =
        Preparation.fit(numbers(4, 8), new Preparation.Rules(Imputation.MEAN, 2, false));

    assertThat(preparation.apply(numbers(4, Double.NaN)).values()).containsExactly(4, 6);
  }

  @Test
  void missingColumnIsNamed() {
    var preparation = Preparation.fit(numbers(1, 2), RULES);

    assertThatThrownBy(() -> preparation.apply(texts("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("column x");
  }
}
