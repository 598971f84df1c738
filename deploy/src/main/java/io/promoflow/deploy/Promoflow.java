package io.promoflow.deploy;

import io.promoflow.deploy.bench.BenchCommand;
import io.promoflow.deploy.bench.SideCommand;
import io.promoflow.deploy.console.AdjustmentsCommand;
import io.promoflow.deploy.console.DemoCommand;
import io.promoflow.deploy.console.DictionaryCommand;
import io.promoflow.deploy.console.EvaluateCommand;
import io.promoflow.deploy.console.FeaturesCommand;
import io.promoflow.deploy.console.KeysCommand;
import io.promoflow.deploy.console.ModelsCommand;
import io.promoflow.deploy.console.NewCommand;
import io.promoflow.deploy.console.ReplayCommand;
import io.promoflow.deploy.console.RulesCommand;
import io.promoflow.deploy.console.ServersCommand;
import io.promoflow.deploy.console.SettingsCommand;
import io.promoflow.deploy.console.StatusCommand;
import io.promoflow.deploy.console.StressCommand;
import io.promoflow.deploy.console.TrainCommand;
import io.promoflow.deploy.console.VerifyCommand;
import io.promoflow.ingestion.options.SettingsException;
import io.promoflow.ingestion.replay.MappingException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Entry of the command line. Exit status: 0 done, 1 failed or a check did not hold, 2 wrong usage.
 */
@Command(
    name = "promoflow",
    mixinStandardHelpOptions = true,
    version = "Promoflow 0.1.0",
    description =
        "Decides which promotion each shopper gets, measures whether it helped, and changes its own"
            + " rules by what it measured.",
    footer = {
      "",
      "The launcher script adds:",
      "  test      All tests.",
      "  package   The jar for a cluster."
    },
    subcommands = {
      DemoCommand.class,
      ReplayCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      FeaturesCommand.class,
      ModelsCommand.class,
      NewCommand.class,
      RulesCommand.class,
      AdjustmentsCommand.class,
      KeysCommand.class,
      StatusCommand.class,
      DictionaryCommand.class,
      VerifyCommand.class,
      ServersCommand.class,
      SettingsCommand.class,
      BenchCommand.class,
      StressCommand.class,
      SideCommand.class
    })
public final class Promoflow {
  private static final Logger LOG = LoggerFactory.getLogger(Promoflow.class);

  private Promoflow() {}

  public static void main(String[] args) {
    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    int status = commandLine().setOut(out).execute(args);
    out.flush();
    // embedded servers keep threads that are not daemons
    System.exit(status);
  }

  private static int exitCode(Throwable failure) {
    boolean wrongUse =
        failure instanceof CommandLine.ParameterException
            || failure instanceof SettingsException
            || failure instanceof MappingException;
    return wrongUse ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
  }

  /** The command line, ready to execute. */
  public static CommandLine commandLine() {
    var line = new CommandLine(new Promoflow());
    line.setExitCodeExceptionMapper(Promoflow::exitCode);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          LOG.error("command failed", failure);
          command.getErr().println("promoflow: " + failure.getMessage());
          for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            command.getErr().println("  because: " + cause.getMessage());
          }
          int code = exitCode(failure);
          if (code != CommandLine.ExitCode.USAGE) {
            command.getErr().println("  details: promoflow.log in " + logs());
          }
          return code;
        });
    return line;
  }

  private static String logs() {
    return System.getProperty("promoflow.logs", ".promoflow/logs");
  }
}
