package io.promoflow.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.SettingsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelOptionsTest {
  private static final Map<String, String> CONNECTIONS =
      Map.of("kafka.bootstrap-servers", "broker:9092", "postgres.url", "jdbc:postgresql://store/");

  private static ModelOptions options(Map<String, String> more) {
    return ModelOptions.from(Settings.of(CONNECTIONS).with(more));
  }

  private static List<Option<?>> own() {
    return ModelOptions.ALL.stream()
        .<Option<?>>map(option -> option)
        .filter(option -> !ConnectionOptions.ALL.contains(option))
        .toList();
  }

  @Test
  void defaults() {
    ModelOptions options = options(Map.of());
    assertThat(options.window()).isEqualTo(Duration.ofDays(30));
    assertThat(options.slide()).isEqualTo(Duration.ofDays(1));
    assertThat(options.poll()).isEqualTo(Duration.ofMillis(500));
    assertThat(options.release()).isEqualTo(ModelOptions.Release.IMMEDIATE);
    assertThat(options.rules().segments().ks()).containsExactly(2, 3, 4, 5);
    assertThat(options.rules().segments().features()).containsExactly("*");
    assertThat(options.rules().holdoutShare()).isEqualTo(0.25);
  }

  @Test
  void aRangeOfSegmentsIsReadAndABadOneRefused() {
    assertThat(options(Map.of("models.segments.k", "4")).rules().segments().ks())
        .containsExactly(4);
    assertThatThrownBy(() -> options(Map.of("models.segments.k", "1..3")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("models.segments.k")
        .hasMessageContaining("must lie in 2..12");
  }

  @Test
  void anUnknownReleaseIsRefused() {
    assertThat(options(Map.of("models.release", "GATED")).release())
        .isEqualTo(ModelOptions.Release.GATED);
    assertThatThrownBy(() -> options(Map.of("models.release", "perhaps")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("models.release")
        .hasMessageContaining("perhaps")
        .hasMessageContaining("must be one of IMMEDIATE, GATED");
  }

  @Test
  void aWindowShorterThanItsSlideIsRefused() {
    assertThatThrownBy(() -> options(Map.of("models.window", "PT1H")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("models.slide");
  }

  @Test
  void everySettingIsOursAndTheReadmeShowsThemAll() throws Exception {
    assertThat(own()).allMatch(option -> option.key().startsWith("models."));
    assertThat(Files.readString(Path.of("README.md"))).contains(Settings.reference(own()));
  }
}
