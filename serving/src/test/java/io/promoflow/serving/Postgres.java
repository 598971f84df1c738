package io.promoflow.serving;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.store.Store;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import javax.sql.DataSource;

/** A real PostgreSQL with the tables of this room. */
public final class Postgres implements AutoCloseable {
  private final EmbeddedPostgres server;

  public Postgres() {
    try {
      server = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60)).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Store.migrate(place(), "serving");
  }

  public ConnectionOptions.Postgres place() {
    return new ConnectionOptions.Postgres(
        server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
  }

  public DataSource store() {
    return server.getPostgresDatabase();
  }

  public void empty() throws Exception {
    try (var connection = store().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          "TRUNCATE serving.rule_versions, serving.rule_adjustments, serving.decisions,"
              + " serving.dual_prices");
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
