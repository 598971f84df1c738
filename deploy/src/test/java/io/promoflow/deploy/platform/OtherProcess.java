package io.promoflow.deploy.platform;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A second process on a data folder, to be killed without warning. */
final class OtherProcess implements AutoCloseable {
  private static final String READY = "ready";

  private final Process process;

  private OtherProcess(Process process) {
    this.process = process;
  }

  /** Does the thing named, says so, and waits to be killed. */
  public static void main(String[] arguments) throws Exception {
    var data = new DataFolder(Path.of(arguments[1]));
    switch (arguments[0]) {
      case "claim" -> data.claim();
      case "store" -> {
        var store = EmbeddedStore.start(data);
        try (var connection = EmbeddedServersTest.connect(store);
            var statement = connection.createStatement()) {
          statement.execute("CREATE TABLE kept AS SELECT 42 AS answer");
        }
      }
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    System.out.println(READY);
    Thread.currentThread().join();
  }

  /** Starts the process and returns once the thing is done. */
  static OtherProcess that(String does, Path folder) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m"));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            OtherProcess.class.getName(),
            does,
            folder.toString()));
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var reader = process.inputReader();
    String line = reader.readLine();
    while (line != null && !line.equals(READY)) {
      line = reader.readLine();
    }
    if (line == null) {
      throw new IllegalStateException("the other process ended instead of doing: " + does);
    }
    return new OtherProcess(process);
  }

  /** As kill -9 does. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
