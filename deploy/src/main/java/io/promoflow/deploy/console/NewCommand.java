package io.promoflow.deploy.console;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts something that people add to the platform. */
@Command(
    name = "new",
    mixinStandardHelpOptions = true,
    description = "Writes the files that a new part of the platform starts from.",
    subcommands = NewModelCommand.class)
public final class NewCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "what is new? " + subcommands(spec.commandLine()));
  }

  private static String subcommands(CommandLine line) {
    return String.join(", ", line.getSubcommands().keySet());
  }
}
