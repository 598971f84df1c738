package io.promoflow.ingestion.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricNamesTest {
  @TempDir private Path folder;

  private List<String> names(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("metrics.yaml"), yaml);
    return MetricNames.of(Settings.of(Map.of("evaluation.metrics", file.toString())));
  }

  @Test
  void ownNamesComeOnTopOfTheShipped() throws IOException {
    assertThat(MetricNames.of(Settings.of(Map.of()))).isEqualTo(MetricNames.SHIPPED);
    assertThat(names("metrics: [{id: tea_spend, kind: mean}, {id: spend}]"))
        .containsAll(MetricNames.SHIPPED)
        .hasSize(MetricNames.SHIPPED.size() + 1)
        .contains("tea_spend");
  }

  @Test
  void shippedNamesMayBeLeftOut() throws IOException {
    assertThat(names("shipped: false\nmetrics: [{id: tea_spend}]")).containsExactly("tea_spend");
  }

  @Test
  void aFileThatCannotBeReadIsToldWithItsSetting() {
    assertThatThrownBy(() -> names("metrics: ]"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("evaluation.metrics")
        .hasMessageContaining("is no YAML");
    assertThatThrownBy(
            () -> MetricNames.of(Settings.of(Map.of("evaluation.metrics", "nowhere.yaml"))))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("nowhere.yaml");
  }
}
