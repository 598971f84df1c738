package io.promoflow.deploy;

import io.promoflow.deploy.console.DemoCommand;
import io.promoflow.deploy.console.ReplayCommand;
import io.promoflow.deploy.console.RulesCommand;
import io.promoflow.deploy.console.SettingsCommand;
import io.promoflow.deploy.console.StatusCommand;
import io.promoflow.deploy.console.VerifyCommand;
import io.promoflow.ingestion.options.SettingsException;
import io.promoflow.ingestion.replay.MappingException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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
    footer = {"", "  test               all tests (handled by the launcher script)"},
    subcommands = {
      DemoCommand.class,
      ReplayCommand.class,
      RulesCommand.class,
      StatusCommand.class,
      VerifyCommand.class,
      SettingsCommand.class
    })
public final class Promoflow {
  private Promoflow() {}

  public static void main(String[] args) {
    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    int status = commandLine().setOut(out).execute(args);
    out.flush();
    // embedded servers keep threads that are not daemons
    System.exit(status);
  }

  /** The command line, ready to execute. */
  public static CommandLine commandLine() {
    var line = new CommandLine(new Promoflow());
    line.setExitCodeExceptionMapper(
        e -> wrongUsage(e) ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          org.slf4j.LoggerFactory.getLogger(Promoflow.class).error("command failed", failure);
          command.getErr().println("promoflow: " + failure.getMessage());
          for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            command.getErr().println("  because: " + cause.getMessage());
          }
          command.getErr().println("  details: see the log in the data folder");
          return line.getExitCodeExceptionMapper().getExitCode(failure);
        });
    return line;
  }

  private static boolean wrongUsage(Throwable failure) {
    return failure instanceof CommandLine.ParameterException
        || failure instanceof SettingsException
        || failure instanceof MappingException;
  }
}
