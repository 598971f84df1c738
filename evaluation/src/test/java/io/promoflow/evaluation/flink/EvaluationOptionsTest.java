package io.promoflow.evaluation.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.evaluation.ExposureRule;
import io.promoflow.evaluation.Population;
import io.promoflow.evaluation.policy.StrategyPolicy;
import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.SettingsException;
import io.promoflow.ingestion.options.ShopOptions;
import io.promoflow.ingestion.schema.MetricNames;
import io.promoflow.ingestion.schema.PolicyNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationOptionsTest {
  private static final Map<String, String> NEEDED =
      Map.of("kafka.bootstrap-servers", "broker:9092", "postgres.url", "jdbc:postgresql://db/shop");

  private static List<Option<?>> own() {
    return EvaluationOptions.ALL.stream()
        .filter(option -> !ConnectionOptions.ALL.contains(option))
        .filter(option -> !JobEnvironment.ALL.contains(option))
        .<Option<?>>map(option -> option)
        .toList();
  }

  /** The line of the settings table in the README. */
  private static String line(Option<?> option) {
    return "| `%s` | %s | `%s` | %s |"
        .formatted(option.key(), option.type(), option.fallback(), option.description());
  }

  @Test
  void defaults() {
    var options = EvaluationOptions.from(Settings.of(NEEDED));
    assertThat(options.attributionWindow()).isEqualTo(Duration.ofDays(3));
    assertThat(options.exposure()).isEqualTo(ExposureRule.SHOWN);
    assertThat(options.population()).isEqualTo(Population.EVERYBODY);
    assertThat(options.marginShare()).isEqualTo(0.3);
    assertThat(options.emitEvery()).isEqualTo(Duration.ofSeconds(1));
    assertThat(options.adjustEvery()).isEqualTo(Duration.ofMinutes(10));
    assertThat(options.optimalUnits()).isEqualTo(1000);
  }

  @Test
  void everyOwnKeyStartsWithTheRoomAndIsRead() {
    assertThat(own())
        .filteredOn(option -> !ShopOptions.ALL.contains(option))
        .hasSizeGreaterThan(15)
        .allMatch(option -> option.key().startsWith("evaluation."));
    var broken = Settings.of(NEEDED);
    for (Option<?> option : own()) {
      if (option.type().equals("text") || option.equals(ShopOptions.ORDER_CENTS)) {
        continue; // of the second only its name must be known: decisions alone go by it
      }
      assertThatThrownBy(
              () -> EvaluationOptions.from(broken.with(Map.of(option.key(), "nonsense"))))
          .as(option.key())
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining(option.key());
    }
  }

  @Test
  void unknownKeyIsRefusedWithTheNearest() {
    var settings = Settings.of(NEEDED).with(Map.of("evaluation.worthwhile-lif", "0.2"));
    assertThatThrownBy(() -> settings.refuseUnknown(EvaluationOptions.ALL))
        .hasMessageContaining("evaluation.worthwhile-lift");
  }

  /** One value for what decisions are worth and for what is measured. */
  @Test
  void marginIsThatOfTheShop() {
    var settings = Settings.of(NEEDED).with(Map.of("shop.margin-share", "0.25"));
    assertThat(EvaluationOptions.from(settings).marginShare()).isEqualTo(0.25);
    var apart = Settings.of(NEEDED).with(Map.of("evaluation.margin-share", "0.2"));
    assertThatThrownBy(() -> apart.refuseUnknown(EvaluationOptions.ALL))
        .hasMessageContaining("evaluation.margin-share: unknown setting; did you mean");
  }

  @Test
  void metricsOfAFileAreReadAndABadFileStopsTheStart(@TempDir Path folder) throws IOException {
    assertThat(EvaluationOptions.from(Settings.of(NEEDED)).metrics().ids())
        .isEqualTo(MetricNames.SHIPPED);
    Path file = Files.writeString(folder.resolve("m.yaml"), "metrics: [{id: tea, kin: mean}]");
    var settings = Settings.of(NEEDED).with(Map.of("evaluation.metrics", file.toString()));
    assertThatThrownBy(() -> EvaluationOptions.from(settings))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("evaluation.metrics")
        .hasMessageContaining("m.yaml:1: metric tea: kin: unknown key; did you mean kind?");
  }

  @Test
  void unknownPolicyIsRefusedWithTheKnownOnes() {
    for (String key : List.of("evaluation.policy", "evaluation.policies")) {
      var settings = Settings.of(NEEDED).with(Map.of(key, "coin-toss"));
      assertThatThrownBy(() -> EvaluationOptions.from(settings))
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining(key + ": no policy 'coin-toss'")
          .hasMessageContaining("shift-to-better");
    }
  }

  @Test
  void thePoliciesThatRulesMayNameAreThoseThatWeShip() {
    assertThat(ServiceLoader.load(StrategyPolicy.class).stream().map(one -> one.get().name()))
        .containsExactlyInAnyOrderElementsOf(PolicyNames.SHIPPED);
  }

  @Test
  void readmeHasEverySetting() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    for (Option<?> option : own()) {
      assertThat(readme).contains(line(option));
    }
  }
}
