package io.promoflow.deploy.platform;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One PostgreSQL server beside this process, its data in a folder that outlives it. After a kill -9
 * of this process the server lives on, and the next start takes it over.
 */
public final class EmbeddedStore implements AutoCloseable {
  private static final Duration STARTUP = Duration.ofSeconds(60);
  private static final String DATABASE = "promoflow";

  private final EmbeddedPostgres server;
  private final Postgres postgres;

  private EmbeddedStore(EmbeddedPostgres server, Postgres postgres) {
    this.server = server;
    this.postgres = postgres;
  }

  /** Starts or takes over the server on the folder's port. */
  public static EmbeddedStore start(DataFolder data) throws IOException, SQLException {
    int port = data.port("postgres");
    var server =
        EmbeddedPostgres.builder()
            .setPort(port)
            .setOverrideWorkingDirectory(data.folder("postgres-binaries").toFile())
            .setDataDirectory(data.folder("postgres"))
            .setCleanDataDirectory(false)
            .setPGStartupWait(STARTUP)
            .setServerConfig("max_connections", "200")
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "off")
            .start();
    createDatabase(server);
    return new EmbeddedStore(
        server, new Postgres(server.getJdbcUrl("postgres", DATABASE), "postgres", "postgres"));
  }

  /** Ends a server that outlived a killed run on this folder, before the folder is emptied. */
  public static void endSurvivor(DataFolder data) throws IOException {
    data.claim();
    Path notes = data.root().resolve("postgres").resolve("postmaster.pid");
    if (!Files.exists(notes)) {
      return;
    }
    long pid = Long.parseLong(Files.readAllLines(notes).get(0).strip());
    ProcessHandle.of(pid)
        .filter(handle -> handle.info().command().map(c -> c.contains("postgres")).orElse(false))
        .ifPresent(
            handle -> {
              handle.destroy();
              handle.onExit().orTimeout(STARTUP.toSeconds(), TimeUnit.SECONDS).join();
            });
  }

  private static void createDatabase(EmbeddedPostgres server) throws SQLException {
    try (var connection = server.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      try (var rows =
          statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
        if (rows.next()) {
          return;
        }
      }
      statement.execute("CREATE DATABASE " + DATABASE);
    }
  }

  public Postgres postgres() {
    return postgres;
  }

  public int port() {
    return server.getPort();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
