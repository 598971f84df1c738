package io.promoflow.deploy.console;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleChange;
import io.promoflow.serving.rules.RuleFile;
import io.promoflow.serving.rules.RuleFileException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
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
      RuleChange change = book.plan(rules, "", "");
      change.differences().forEach(out::println);
      out.println(sentence(change));
    }
  }

  private static String sentence(RuleChange change) {
    long live = change.before().version();
    long next = change.after().version();
    if (!change.isNew()) {
      return "Nothing would change: version %d says the same.".formatted(live);
    }
    return change.differences().isEmpty()
        ? "Nothing in force would change: the file would be remembered as version %d."
            .formatted(next)
        : "Version %d would follow version %d.".formatted(next, live);
  }
}
