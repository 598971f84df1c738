package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Postgres;
import io.promoflow.serving.rules.RuleFile;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Whoever changes rules gives up soon on a store that is away, not on one that is busy. */
class PatientStatementsTest {
  private static final String FILE =
      "promotions: [{id: five, kind: percent-off, terms: {percent: 5}}]";

  @Test
  void aChangeWaitsForAnotherOne() throws Exception {
    try (var postgres = new Postgres()) {
      ConnectionOptions options =
          ConnectionOptions.from(
              Settings.of(
                  Map.of(
                      "kafka.bootstrap-servers", "127.0.0.1:1",
                      "kafka.client.max.block.ms", "100",
                      "postgres.url", postgres.place().url(),
                      "postgres.user", postgres.place().user(),
                      "postgres.password", postgres.place().password())));
      Clock clock = Clock.fixed(Cast.NOON, ZoneOffset.UTC);
      try (var book = new LazyRuleBook(options, Duration.ofSeconds(1), clock);
          var other = postgres.store().getConnection();
          var statement = other.createStatement()) {
        other.setAutoCommit(false);
        statement.execute("LOCK TABLE serving.rule_versions IN ACCESS EXCLUSIVE MODE");
        var applied =
            CompletableFuture.runAsync(
                () -> book.get().apply(RuleFile.parse("r", FILE), "ada", "meanwhile"));
        assertThatThrownBy(() -> applied.get(5, TimeUnit.SECONDS))
            .as("more than the store may be silent for when it decides")
            .isInstanceOf(TimeoutException.class);
        other.commit();
        assertThatThrownBy(() -> applied.get(20, TimeUnit.SECONDS))
            .as("no broker is there")
            .hasStackTraceContaining("cannot publish to ");
        assertThat(book.get().current().orElseThrow().version()).isEqualTo(1);
      }
    }
  }
}
