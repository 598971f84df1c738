package io.promoflow.ingestion.flink;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.sql.Timestamp;
import java.time.Clock;
import org.apache.flink.api.connector.sink2.Sink;

/** The table {@code ingestion.intake_counts}. */
final class IntakeTable {
  private static final String UPSERT =
      """
      insert into ingestion.intake_counts (outcome, reason, event_type, events, written_at)
      values (?, ?, ?, ?, ?)
      on conflict (outcome, reason, event_type)
      do update set events = excluded.events, written_at = excluded.written_at""";

  private IntakeTable() {}

  static Sink<IntakeCount> sink(Postgres postgres, Clock clock) {
    return Tables.upsert(
        postgres,
        UPSERT,
        (statement, row) -> {
          statement.setString(1, row.outcome());
          statement.setString(2, row.reason());
          statement.setString(3, row.eventType());
          statement.setLong(4, row.events());
          statement.setTimestamp(5, Timestamp.from(clock.instant()));
        });
  }
}
