package io.promoflow.ingestion.flink;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.store.BulkTable;
import io.promoflow.ingestion.store.BulkWriter;
import java.io.Serializable;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.jdbc.JdbcConnectionOptions;
import org.apache.flink.connector.jdbc.JdbcExecutionOptions;
import org.apache.flink.connector.jdbc.core.datastream.sink.JdbcSink;

/** Sinks on our tables: batched upserts that a reader sees within a fraction of a second. */
public final class Tables {
  private static final int BATCH_ROWS = 1_000;
  private static final long BATCH_MILLIS = 200;
  private static final int RETRIES = 5;

  private Tables() {}

  /** Fills the placeholders of a statement from a row. */
  public interface Binder<T> extends Serializable {
    void bind(PreparedStatement statement, T row) throws SQLException;
  }

  /**
   * Writes rows in bulk, for tables that get many: {@code COPY} and one merge per batch. Rows of
   * one key must come through one subtask.
   */
  public static <T> Sink<T> bulk(
      Postgres postgres, BulkTable table, BulkWriter.Binder<? super T> binder) {
    return new BulkSink<>(postgres, table, binder);
  }

  /**
   * Writes each row with a statement that is idempotent on the row's natural key ({@code INSERT ...
   * ON CONFLICT ...}). Rows of one key must come through one subtask.
   */
  public static <T> Sink<T> upsert(Postgres postgres, String sql, Binder<T> binder) {
    return JdbcSink.<T>builder()
        .withQueryStatement(sql, binder::bind)
        .withExecutionOptions(
            JdbcExecutionOptions.builder()
                .withBatchSize(BATCH_ROWS)
                .withBatchIntervalMs(BATCH_MILLIS)
                .withMaxRetries(RETRIES)
                .build())
        .buildAtLeastOnce(
            new JdbcConnectionOptions.JdbcConnectionOptionsBuilder()
                .withUrl(postgres.url())
                .withDriverName("org.postgresql.Driver")
                .withUsername(postgres.user())
                .withPassword(postgres.password())
                .build());
  }
}
