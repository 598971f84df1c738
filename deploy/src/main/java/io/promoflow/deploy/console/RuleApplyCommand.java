package io.promoflow.deploy.console;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.rules.RefusedException;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleChange;
import io.promoflow.serving.rules.RuleFile;
import io.promoflow.serving.rules.RuleFileException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a file the live rules. */
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description = {
      "Validates a rules file whole and makes it the live version.",
      "Shows what differs from what was live before.",
      "With --gate only when the logged decisions say that it surely earns more, and on the version",
      "that it was compared with."
    })
final class RuleApplyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Running target;
  @Mixin private RulesCommand.Reason reason;
  @Mixin private Gate gate;

  @Parameters(paramLabel = "FILE", description = "promotions and experiments as YAML")
  private Path file;

  @Option(
      names = "--gate",
      description = "apply only when the lower bound of its gain over what was decided is above 0")
  private boolean throughGate;

  @Option(names = "--force", description = "apply even when the gate stays shut; says so")
  private boolean force;

  @Option(
      names = "--on",
      paramLabel = "VERSION",
      description =
          "only on this live version, as rules plan or list prints it; 0 for the first rules")
  private Long on;

  @Override
  public Integer call() {
    try {
      return apply(RulesCommand.read(file, target), spec.commandLine().getOut());
    } catch (RuleFileException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return ExitCode.USAGE;
    } catch (RefusedException e) {
      spec.commandLine().getErr().println("promoflow: " + e.getMessage());
      return ExitCode.SOFTWARE;
    }
  }

  private int apply(RuleFile rules, PrintWriter out) {
    Settings settings = target.settings();
    try (var book = RuleBook.open(ConnectionOptions.from(settings), Clock.systemUTC())) {
      OptionalLong live = on == null ? OptionalLong.empty() : OptionalLong.of(on);
      boolean forced = false;
      if (throughGate) {
        RuleChange planned = book.plan(rules, reason.author, reason.note, live);
        live = OptionalLong.of(planned.before().version());
        if (!opens(planned.after(), settings, out)) {
          if (!force) {
            spec.commandLine().getErr().println("promoflow: nothing was applied");
            return ExitCode.SOFTWARE;
          }
          forced = true;
        }
      }
      RuleChange change = book.apply(rules, reason.author, reason.note, live);
      if (forced) {
        out.println("Applied all the same (--force).");
      }
      change.differences().forEach(out::println);
      out.println(sentence(change));
    }
    return ExitCode.OK;
  }

  private static String sentence(RuleChange change) {
    RuleSet live = change.after();
    if (!change.isNew()) {
      return "Nothing changes: version %d says the same.".formatted(live.version());
    }
    return change.differences().isEmpty()
        ? "Nothing in force changes: the file is remembered as version %d."
            .formatted(live.version())
        : "Rule version %d is live: %d promotions, %d experiments."
            .formatted(live.version(), live.promotions().size(), live.experiments().size());
  }

  private boolean opens(RuleSet planned, Settings settings, PrintWriter out) {
    try (var models = ModelsCommand.history(target)) {
      GateFound found = gate.ofRules(settings, models, planned);
      found.print(out);
      return found.verdict().opens();
    }
  }
}
