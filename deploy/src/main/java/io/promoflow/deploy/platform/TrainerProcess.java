package io.promoflow.deploy.platform;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The trainer beside this process, on the Flink version that Flink ML binds to. It is told our
 * process id and ends when we are gone, so a kill -9 leaves no orphan for long; what is left of an
 * earlier one is ended before a new one starts.
 */
public final class TrainerProcess implements AutoCloseable {
  private static final String MAIN = "io.promoflow.models.flink.TrainerMain";
  private static final long STOP_SECONDS = 10;
  private static final String NOTES = "trainer";

  private final Process process;
  private final Path log;

  private TrainerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts the trainer.
   *
   * @param modules folder that holds the built models module
   */
  public static TrainerProcess start(DataFolder data, Path modules, Map<String, String> settings)
      throws IOException {
    endEarlier(data);
    List<String> command = TrainerJvm.command(modules, data.emptyFolder("trainer-tmp"), MAIN);
    settings.forEach((key, value) -> command.add("--" + key + "=" + value));
    command.add("--models.parent-pid=" + ProcessHandle.current().pid());
    Path log = data.folder("logs").resolve("trainer.log");
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    TrainerJvm.isolate(builder);
    Process process = builder.start();
    remember(data, process);
    return new TrainerProcess(process, log);
  }

  private static void remember(DataFolder data, Process process) {
    var notes = new HashMap<String, String>();
    notes.put("pid", Long.toString(process.pid()));
    process.info().startInstant().ifPresent(at -> notes.put("started", at.toString()));
    data.remember(NOTES, notes);
  }

  /** Ends the trainer of an earlier run, if that very process still lives. */
  static void endEarlier(DataFolder data) {
    var notes = data.remembered(NOTES);
    if (!notes.containsKey("pid")) {
      return;
    }
    ProcessHandle.of(Long.parseLong(notes.get("pid")))
        .filter(
            handle ->
                handle
                    .info()
                    .startInstant()
                    .map(Object::toString)
                    .equals(java.util.Optional.ofNullable(notes.get("started"))))
        .ifPresent(
            handle -> {
              handle.destroyForcibly();
              handle.onExit().orTimeout(STOP_SECONDS, TimeUnit.SECONDS).join();
            });
  }

  /** Fails when the trainer has ended. */
  public void check() {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "the trainer has ended with status " + process.exitValue() + "; see " + log);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
