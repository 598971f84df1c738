package io.promoflow.deploy.console;

import io.promoflow.deploy.platform.DataFolder;
import io.promoflow.deploy.platform.TrainerJvm;
import io.promoflow.models.offline.TrainArguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Hands a training to a process on the trainer's class path, whose output and status are ours. */
@Command(
    name = TrainCommand.NAME,
    mixinStandardHelpOptions = true,
    description = {
      "Trains on a CSV file (plain or .gz) and tells how good the model is.",
      "The same trainers as on the platform's windows; --list names them."
    })
public final class TrainCommand implements Callable<Integer> {
  static final String NAME = "train";

  private static final String MAIN = "io.promoflow.models.offline.TrainMain";
  private static final long STOP_SECONDS = 5;

  @Spec private CommandSpec spec;
  @Mixin private TrainArguments arguments;

  @Override
  public Integer call() throws Exception {
    arguments.check(spec.commandLine());
    List<String> given = spec.root().commandLine().getParseResult().originalArgs();
    return run(
        Path.of(System.getProperty("promoflow.home", ".")),
        given.subList(given.indexOf(NAME) + 1, given.size()));
  }

  /** Its exit status. Ends with us. */
  static int run(Path modules, List<String> arguments) throws IOException, InterruptedException {
    Path temporary = Files.createTempDirectory("promoflow-train");
    try {
      List<String> command =
          TrainerJvm.command(
              modules,
              temporary,
              MAIN,
              "-Xmx2g",
              "-Dfile.encoding=UTF-8",
              "-Dsun.stdout.encoding=UTF-8",
              "-Dsun.stderr.encoding=UTF-8");
      command.addAll(arguments);
      var builder = new ProcessBuilder(command).inheritIO();
      TrainerJvm.isolate(builder);
      return await(builder.start());
    } finally {
      DataFolder.delete(temporary);
    }
  }

  private static int await(Process process) throws InterruptedException {
    var end = new Thread(() -> end(process), "end");
    Runtime.getRuntime().addShutdownHook(end);
    try {
      int status = process.waitFor();
      Runtime.getRuntime().removeShutdownHook(end);
      return status;
    } catch (IllegalStateException e) {
      // we are being shut down, and the hook has ended it
      return process.exitValue();
    } finally {
      end(process);
    }
  }

  private static void end(Process process) {
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
