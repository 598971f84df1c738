package io.promoflow.ingestion.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  private static final Option<Duration> SLIDE =
      Option.duration("features.slide", "PT5M", "how often rows are written");
  private static final Option<Integer> BYTES =
      Option.integer("ingestion.max-bytes", 65_536, 1, 1_000_000, "largest event");

  @Test
  void commandLineWinsOverEnvironmentWinsOverFile(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("p.yaml"), "features:\n  slide: PT1M\n");
    String conf = "--conf=" + file;
    assertThat(Settings.load(new String[] {conf}, Map.of()).get(SLIDE)).hasMinutes(1);
    var environment = Map.of("PROMOFLOW_FEATURES_SLIDE", "PT2M");
    assertThat(Settings.load(new String[] {conf}, environment).get(SLIDE)).hasMinutes(2);
    assertThat(
            Settings.load(new String[] {conf, "--features.slide", "PT3M"}, environment).get(SLIDE))
        .hasMinutes(3);
  }

  @Test
  void givenIsWhatSomebodyWroteAndNotTheDefault() {
    assertThat(Settings.of(Map.of()).given(SLIDE)).isFalse();
    assertThat(Settings.of(Map.of()).has(SLIDE)).isTrue();
    assertThat(Settings.of(Map.of("features.slide", "PT5M")).given(SLIDE)).isTrue();
    var environment = Map.of("PROMOFLOW_FEATURES_SLIDE", "PT5M");
    assertThat(Settings.load(new String[0], environment).given(SLIDE)).isTrue();
  }

  @Test
  void refusesWithKeyRuleAndValue() {
    assertThatThrownBy(() -> Settings.of(Map.of("ingestion.max-bytes", "0")).get(BYTES))
        .hasMessageContainingAll("ingestion.max-bytes", "'0'", "1 to 1000000");
    assertThatThrownBy(() -> Settings.of(Map.of("features.slide", "5m")).get(SLIDE))
        .hasMessageContainingAll("features.slide", "'5m'", "ISO 8601");
  }

  @Test
  void namesTheNearestKnownKeyAndLeavesOtherRoomsAlone() {
    assertThatThrownBy(
            () -> Settings.of(Map.of("features.slyde", "PT1H")).refuseUnknown(List.of(SLIDE)))
        .hasMessageContainingAll("features.slyde", "features.slide");
    assertThat(Settings.of(Map.of("serving.port", "1")).refuseUnknown(List.of(SLIDE)).get(SLIDE))
        .hasMinutes(5);
  }
}
