package io.promoflow.serving;

import static io.promoflow.serving.Cast.ADA;
import static io.promoflow.serving.Cast.NOON;
import static io.promoflow.serving.Cast.percentOff;
import static io.promoflow.serving.Cast.row;
import static io.promoflow.serving.Cast.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.ingestion.store.BulkWriter;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which moments the table of decisions takes. */
class DecisionTableTest {
  private static Postgres postgres;

  @BeforeAll
  static void start() {
    postgres = new Postgres();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  private static Decision decision(Instant at) {
    var asked =
        new DecisionRequest("at " + at, Trigger.VISIT, ADA, at, new Cart(10_000, List.of()));
    return new Decider(Cast.ASSUMED)
        .decide(
            asked,
            row(ADA, NOON, 4),
            Map.of(),
            rules(1, List.of(percentOff("five", 5)), List.of()),
            Caps.NONE);
  }

  private static void write(Decision decision) throws Exception {
    try (var writer =
        new BulkWriter<Decision>(postgres.place(), DecisionTable.TABLE, DecisionTable::bind)) {
      writer.add(decision);
      writer.flush();
    }
  }

  private static Decision stored(String id) throws Exception {
    try (var connection = postgres.store().getConnection();
        var query = connection.prepareStatement(DecisionTable.SELECT)) {
      query.setString(1, id);
      try (var rows = query.executeQuery()) {
        return rows.next() ? DecisionTable.read(rows) : null;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0001-01-01T00:00:00Z", "1990-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"})
  void theMomentsOfRecordsThatAreReadAreKept(String at) throws Exception {
    Decision made = decision(Instant.parse(at));
    write(made);
    assertThat(stored(made.decisionId())).isEqualTo(made);
  }

  /** Whoever hands such a one on would try for ever, so sources refuse it. */
  @Test
  void whatIsFarFromThemIsRefusedForGood() {
    assertThatThrownBy(() -> write(decision(Instant.parse("-9999-01-01T00:00:00Z"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("timestamp out of range");
  }
}
