package io.promoflow.deploy.platform;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How a process is started on the class path of the models module, with its older Flink. */
public final class TrainerJvm {
  private TrainerJvm() {}

  /**
   * The command up to and with the main class.
   *
   * @param modules folder that holds the built models module
   * @param temporary folder of its own: Flink leaves files behind
   */
  public static List<String> command(Path modules, Path temporary, String main, String... options)
      throws IOException {
    Path models = modules.resolve("models/target");
    Path classPathFile = models.resolve("classpath.txt");
    if (!Files.exists(classPathFile)) {
      throw new IllegalStateException(
          classPathFile + " is missing; build the project first (./promoflow does)");
    }
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + models.resolve("classes/promoflow-trainer.jvmargs"));
    command.addAll(List.of(options));
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("-cp");
    command.add(
        models.resolve("classes") + File.pathSeparator + Files.readString(classPathFile).strip());
    command.add(main);
    return command;
  }

  /** Takes out the folder of another Flink: an older one does not start on it. */
  public static void isolate(ProcessBuilder builder) {
    builder.environment().remove("FLINK_CONF_DIR");
  }
}
