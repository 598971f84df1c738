package io.promoflow.serving.ledger.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class LedgerStressTest {
  @Test
  @Timeout(120)
  void nothingIsOverspentWhileServersAndDatabaseAreKilled(@TempDir Path folder) throws Exception {
    StressReport report = LedgerStress.run(Load.small(), folder);
    assertThat(report.holds()).as(report.toString()).isTrue();
    assertThat(report.kills()).isEqualTo(4);
    assertThat(report.settlements()).isEqualTo(report.answers());
    assertThat(report.settlements()).isGreaterThan(1_000);
  }
}
