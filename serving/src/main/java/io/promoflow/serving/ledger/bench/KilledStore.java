package io.promoflow.serving.ledger.bench;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A PostgreSQL server on a folder and a port of its own, which can be killed and started again. */
final class KilledStore implements AutoCloseable {
  private static final Duration STARTUP = Duration.ofSeconds(60);

  private final Path folder;
  private final int port;
  private EmbeddedPostgres server;

  KilledStore(Path folder) throws IOException {
    this.folder = folder;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    start();
  }

  /** As the laptop's server is started: it may lose what others commit. */
  final void start() throws IOException {
    server =
        EmbeddedPostgres.builder()
            .setPort(port)
            .setDataDirectory(folder)
            .setCleanDataDirectory(false)
            .setPGStartupWait(STARTUP)
            .setServerConfig("max_connections", "200")
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "off")
            .start();
  }

  Postgres place() {
    return new Postgres(server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
  }

  /** SIGKILL to the server; returns when it and its children are gone. */
  void kill() throws IOException {
    String pid = Files.readAllLines(folder.resolve("postmaster.pid")).get(0).strip();
    ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    List<ProcessHandle> children = postmaster.descendants().toList();
    postmaster.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    postmaster.onExit().join();
    children.forEach(child -> child.onExit().join());
    server.close();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
