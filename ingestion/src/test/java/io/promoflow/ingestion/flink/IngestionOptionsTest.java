package io.promoflow.ingestion.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.ingestion.ParserLimits;
import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.replay.ReplayPacer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class IngestionOptionsTest {
  private static final Settings REQUIRED = RawEvents.settings("jdbc:postgresql://unused/x");

  @Test
  void defaultsAreTheDocumentedOnes() {
    var options = IngestionOptions.from(REQUIRED);
    assertThat(options.limits()).isEqualTo(ParserLimits.DEFAULT);
    assertThat(options.rememberIds()).isEqualTo(Duration.ofHours(24));
    assertThat(options.keptBytes()).isEqualTo(700_000);
  }

  @Test
  void everyKeyIsRead() throws Exception {
    var options =
        IngestionOptions.from(
            REQUIRED.with(
                Map.of(
                    "ingestion.max-bytes", "1000",
                    "ingestion.max-depth", "5",
                    "ingestion.max-lines", "7",
                    "ingestion.max-ahead", "PT5M",
                    "ingestion.earliest", "2020-01-01T00:00:00Z",
                    "ingestion.duplicates.ttl", "PT2H",
                    "ingestion.rejected.kept-bytes", "10",
                    "ingestion.pseudonym.key-id", "k2")));
    assertThat(options.limits())
        .isEqualTo(
            new ParserLimits(
                1_000, 5, 7, Duration.ofMinutes(5), Instant.parse("2020-01-01T00:00:00Z")));
    assertThat(options.rememberIds()).isEqualTo(Duration.ofHours(2));
    assertThat(options.keptBytes()).isEqualTo(10);
    assertThat(options.pseudonymizer().of("ada")).startsWith("k2.");
    assertThat(InstantiationUtil.clone(options).limits()).isEqualTo(options.limits());
  }

  @Test
  void theKeyMustBeGivenAndIsNeverShown() {
    assertThatThrownBy(
            () ->
                IngestionOptions.from(
                    Settings.of(Map.of("postgres.url", "x", "kafka.bootstrap-servers", "x"))))
        .hasMessageContaining("ingestion.pseudonym.key");
    assertThat(IngestionOptions.from(REQUIRED).toString()).doesNotContain("a-key-of-sixteen");
  }

  /** The table in the README is the one that the options print. */
  @Test
  void theReadmeHoldsTheReferenceOfEverySetting() throws Exception {
    var all = new ArrayList<Option<?>>(IngestionOptions.ALL);
    all.add(ReplayPacer.SPEED_UP);
    assertThat(Files.readString(Path.of("README.md")))
        .contains(Settings.reference(List.copyOf(all)));
  }
}
