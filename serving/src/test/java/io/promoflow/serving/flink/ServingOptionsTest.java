package io.promoflow.serving.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.SettingsException;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.ServingSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServingOptionsTest {
  private static final Map<String, String> PLACES =
      Map.of("kafka.bootstrap-servers", "b:9092", "postgres.url", "jdbc:postgresql://p/d");

  @Test
  void defaultsAreTheDocumentedOnes() {
    ServingOptions options = ServingOptions.from(Settings.of(PLACES));
    assertThat(options.moments().triggers()).isEqualTo(Set.of(Trigger.values()));
    assertThat(options.moments().abandonedAfter()).isEqualTo(Duration.ofHours(1));
    assertThat(options.featuresLag()).isEqualTo(Duration.ZERO);
    assertThat(options.outOfOrderness()).isEqualTo(Duration.ofSeconds(10));
    assertThat(options.idleness()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void everyValueCanBeSet() {
    var given =
        Settings.of(PLACES)
            .with(
                Map.of(
                    "serving.triggers",
                    "CART_ADD, ABANDONED_CART",
                    "serving.features-lag",
                    "PT12H",
                    "serving.assumed-lift",
                    "0.3"));
    ServingOptions options = ServingOptions.from(given.refuseUnknown(ServingOptions.ALL));
    assertThat(options.moments().triggers())
        .isEqualTo(Set.of(Trigger.CART_ADD, Trigger.ABANDONED_CART));
    assertThat(options.featuresLag()).isEqualTo(Duration.ofHours(12));
    assertThat(options.assumptions().lift()).isEqualTo(0.3);
  }

  /** One value for what decisions are worth and for what is measured. */
  @Test
  void marginIsThatOfTheShop() {
    assertThat(ServingOptions.from(Settings.of(PLACES)).assumptions().marginShare()).isEqualTo(0.3);
    var given = Settings.of(PLACES).with(Map.of("shop.margin-share", "0.25"));
    assertThat(
            ServingOptions.from(given.refuseUnknown(ServingOptions.ALL))
                .assumptions()
                .marginShare())
        .isEqualTo(0.25);
    var apart = Settings.of(PLACES).with(Map.of("serving.margin-share", "0.4"));
    assertThatThrownBy(() -> apart.refuseUnknown(ServingOptions.ALL))
        .hasMessageContaining("serving.margin-share: unknown setting; did you mean");
  }

  @Test
  void aUsualOrderIsThatOfTheShop() {
    assertThat(ServingOptions.from(Settings.of(PLACES)).assumptions().orderCents())
        .isEqualTo(5_000);
    var given = Settings.of(PLACES).with(Map.of("shop.order-cents", "8000"));
    assertThat(
            ServingOptions.from(given.refuseUnknown(ServingOptions.ALL)).assumptions().orderCents())
        .isEqualTo(8_000);
    var none = Settings.of(PLACES).with(Map.of("shop.order-cents", "0"));
    assertThatThrownBy(() -> ServingOptions.from(none))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("shop.order-cents")
        .hasMessageContaining("must lie in 1 to 1000000000");
  }

  @Test
  void aWrongValueIsRefusedNamingKeyRuleAndValue() {
    var wrong = Settings.of(PLACES).with(Map.of("serving.triggers", "CART_ADD,LATER"));
    assertThatThrownBy(() -> ServingOptions.from(wrong))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("serving.triggers: 'CART_ADD,LATER' is refused")
        .hasMessageContaining("must be some of [VISIT, CART_ADD, ABANDONED_CART]");
    var misspelt = Settings.of(PLACES).with(Map.of("serving.abandoned", "PT1H"));
    assertThatThrownBy(() -> misspelt.refuseUnknown(ServingOptions.ALL))
        .hasMessageContaining("did you mean serving.abandoned-after?");
  }

  @Test
  void theReadmeHoldsTheReferenceOfEverySetting() throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    assertThat(readme).contains(Settings.reference(ServingSettings.ALL));
    assertThat(ServingSettings.ALL).extracting(Option::key).allMatch(k -> k.startsWith("serving."));
  }
}
