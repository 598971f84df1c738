package io.promoflow.deploy.console;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.store.Store;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A real PostgreSQL with the tables that the gates read; empty before each test of a class. */
final class TestStore implements AutoCloseable, BeforeEachCallback, AfterAllCallback {
  private final EmbeddedPostgres server;

  TestStore() {
    try {
      server = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60)).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (String schema : new String[] {"serving", "features", "models"}) {
      Store.migrate(place(), schema);
    }
  }

  Postgres place() {
    return new Postgres(server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
  }

  DataSource source() {
    return server.getPostgresDatabase();
  }

  @Override
  public void beforeEach(ExtensionContext context) throws SQLException {
    try (var connection = source().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("TRUNCATE serving.decisions, features.shopper_feature_history");
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    close();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
