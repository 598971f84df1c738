package io.promoflow.deploy.console;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleFile;
import io.promoflow.serving.rules.RuleFileException;
import io.promoflow.serving.rules.RulePlan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What applying a file would change. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description =
        "Validates a rules file and shows what differs from what is live; changes nothing.")
final class RulePlanCommand implements Callable<Integer> {
  /** Before the first version. */
  static final RuleSet NOTHING = new RuleSet(0, "", "", Instant.EPOCH, null, List.of(), List.of());

  @Spec private CommandSpec spec;
  @Mixin private Running target;

  @Parameters(paramLabel = "FILE", description = "promotions and experiments as YAML")
  private Path file;

  @Override
  public Integer call() {
    try {
      plan(RulesCommand.read(file, target), spec.commandLine().getOut());
      return ExitCode.OK;
    } catch (RuleFileException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return ExitCode.USAGE;
    }
  }

  private void plan(RuleFile rules, PrintWriter out) {
    Settings settings = target.settings();
    try (var book = RuleBook.open(ConnectionOptions.from(settings), Clock.systemUTC())) {
      RuleSet live = book.current().orElse(NOTHING);
      RuleSet planned = book.plan(rules, "", "");
      List<String> lines = RulePlan.between(live, planned);
      lines.forEach(out::println);
      out.println(
          lines.isEmpty()
              ? "Nothing would change: version " + live.version() + " says the same."
              : "Version " + planned.version() + " would follow version " + live.version() + ".");
    }
  }
}
