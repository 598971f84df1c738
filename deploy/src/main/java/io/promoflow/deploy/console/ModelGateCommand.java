package io.promoflow.deploy.console;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What decisions would have earned with another version of a model. */
@Command(
    name = "gate",
    mixinStandardHelpOptions = true,
    description = {
      "Decides logged decisions again with a version of a model in the place of the one in force",
      "and tells what that would have earned. Rules, other models and features are those of then.",
      "Only decisions count that neither version has learnt from. Exit status 0 when it is surely",
      "better, 1 when it is not or the log cannot tell. Changes nothing."
    })
final class ModelGateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Running target;
  @Mixin private Gate gate;

  @Parameters(paramLabel = "VERSION", description = "as models list prints it")
  private String version;

  @Option(names = "--json", paramLabel = "FILE", description = "write the figures as JSON")
  private Path json;

  @Override
  public Integer call() throws Exception {
    try (var history = ModelsCommand.history(target)) {
      GateFound found = gate.ofModel(target.settings(), history, version);
      found.print(spec.commandLine().getOut());
      Report.write(json, found.json());
      return found.verdict().opens() ? ExitCode.OK : ExitCode.SOFTWARE;
    } catch (IllegalArgumentException e) {
      spec.commandLine().getErr().println("promoflow: " + e.getMessage());
      return ExitCode.SOFTWARE;
    }
  }
}
