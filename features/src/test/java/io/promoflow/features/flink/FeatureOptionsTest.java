package io.promoflow.features.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FeatureOptionsTest {
  private static final Settings REQUIRED =
      Settings.of(Map.of("kafka.bootstrap-servers", "a:1", "postgres.url", "jdbc:x"));

  @Test
  void defaultsAreUsable() {
    assertThat(FeatureOptions.from(REQUIRED).engine().windows()).hasSize(4);
  }

  @Test
  void refusesWhatDoesNotFitTogether() {
    assertThatThrownBy(() -> FeatureOptions.from(REQUIRED.with(Map.of("features.slide", "PT7M"))))
        .hasMessageContainingAll("features.windows", "PT7M");
    assertThatThrownBy(
            () -> FeatureOptions.from(REQUIRED.with(Map.of("features.examples.horizon", "P60D"))))
        .hasMessageContainingAll("features.examples.horizon", "largest window");
  }

  @Test
  void theReadmeListsEverySetting() throws Exception {
    List<Option<?>> own =
        FeatureOptions.ALL.stream().filter(o -> o.key().startsWith("features.")).toList();
    assertThat(Files.readString(Path.of("README.md"))).contains(Settings.reference(own));
  }
}
