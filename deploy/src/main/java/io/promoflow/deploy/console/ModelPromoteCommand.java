package io.promoflow.deploy.console;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.models.training.KafkaPublisher;
import io.promoflow.models.training.ModelHistory;
import java.io.PrintWriter;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Out of shadow. */
@Command(
    name = "promote",
    mixinStandardHelpOptions = true,
    description = {
      "Brings a version out of shadow into force, in all servers and jobs at once.",
      "With --gate only when the logged decisions say that it surely earns more than the one in",
      "force. Without VERSION every version in shadow is asked about, newest first, and of each",
      "model the first that passes is promoted: for a timer. Response models go together."
    })
final class ModelPromoteCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Running target;
  @Mixin private Gate gate;

  @Parameters(
      arity = "0..1",
      paramLabel = "VERSION",
      description = "as models list prints it; all in shadow, with --gate only")
  private String version;

  @Option(
      names = "--gate",
      description = "only when the lower bound of its gain over the one in force is above 0")
  private boolean throughGate;

  @Option(names = "--force", description = "promote even when the gate stays shut; says so")
  private boolean force;

  @Option(names = "--note", defaultValue = "promoted", description = "why")
  private String note;

  @Override
  public Integer call() throws Exception {
    PrintWriter err = spec.commandLine().getErr();
    if (version == null && (!throughGate || force)) {
      err.println("promoflow: name a VERSION, or let the gate choose (--gate without --force)");
      return ExitCode.USAGE;
    }
    try (var history = ModelsCommand.history(target);
        var publisher = new KafkaPublisher(ConnectionOptions.from(target.settings()))) {
      if (version == null) {
        return promoteAll(history, publisher);
      }
      if (promote(history, publisher, version)) {
        return ExitCode.OK;
      }
      err.println("promoflow: nothing was promoted");
    } catch (IllegalArgumentException e) {
      err.println("promoflow: " + e.getMessage());
    }
    return ExitCode.SOFTWARE;
  }

  /** For each model at most one; nothing to promote is no failure. */
  private int promoteAll(ModelHistory history, KafkaPublisher publisher) throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    var done = new HashSet<String>();
    int promoted = 0;
    for (String one : history.inShadow()) {
      List<ModelVersion> models = history.together(one);
      if (done.contains(models.get(0).name()) || !models.get(0).version().equals(one)) {
        continue; // an older one, or asked about with the others of its window
      }
      out.println(one);
      if (promote(history, publisher, one)) {
        done.add(models.get(0).name());
        promoted++;
      }
    }
    out.printf("%d promoted.%n", promoted);
    return ExitCode.OK;
  }

  private boolean promote(ModelHistory history, KafkaPublisher publisher, String which)
      throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    String why = note;
    if (throughGate) {
      GateFound found = gate.ofModel(target.settings(), history, which);
      found.print(out);
      if (!found.verdict().opens() && !force) {
        return false;
      }
      why += found.verdict().opens() ? "; the gate opened: " : "; by force, the gate stayed shut: ";
      why += found.verdict().reasons().get(0);
      if (!found.verdict().opens()) {
        out.println("Promoted all the same (--force).");
      }
    }
    List<ModelVersion> models = history.promote(which, why, publisher);
    out.println(
        models.stream().map(ModelVersion::version).collect(Collectors.joining(", "))
            + (models.size() == 1 ? " is in force." : " are in force."));
    return true;
  }
}
