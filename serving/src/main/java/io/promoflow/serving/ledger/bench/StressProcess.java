package io.promoflow.serving.ledger.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A {@link StressServer} in a JVM of its own, which can be killed and started again. */
final class StressProcess implements AutoCloseable {
  private static final Duration STARTUP = Duration.ofSeconds(60);

  private final Path folder;
  private final String url;
  private final Duration lease;
  private Process process;
  private volatile int port;

  StressProcess(Path folder, String url, Duration lease) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.url = url;
    this.lease = lease;
    start();
  }

  final void start() throws IOException {
    Path told = folder.resolve("port");
    Files.deleteIfExists(told);
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StressServer.class.getName(),
                url,
                String.valueOf(lease.toMillis()),
                told.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
    port = await(told);
  }

  private int await(Path told) throws IOException {
    long deadline = System.nanoTime() + STARTUP.toNanos();
    while (!Files.exists(told)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "the server did not start: " + Files.readString(folder.resolve("log")));
      }
      Pause.millis(20);
    }
    return Integer.parseInt(Files.readString(told).strip());
  }

  /** Of the one that runs now, or ran last. */
  int port() {
    return port;
  }

  /** SIGKILL; returns when it is gone. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(STARTUP.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
