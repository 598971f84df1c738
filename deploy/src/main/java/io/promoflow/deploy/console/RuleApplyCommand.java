package io.promoflow.deploy.console;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.store.Store;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleFile;
import io.promoflow.serving.rules.RuleFileException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
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
      "With --gate only when the logged decisions say that it surely earns more."
    })
final class RuleApplyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Running target;
  @Mixin private RulesCommand.Reason reason;

  @Parameters(paramLabel = "FILE", description = "promotions and experiments as YAML")
  private Path file;

  @Option(
      names = "--gate",
      description = "apply only when the lower bound of its gain over what was decided is above 0")
  private boolean gate;

  @Option(
      names = "--gate-days",
      paramLabel = "DAYS",
      defaultValue = "14",
      description = "how far back decisions are judged (default: ${DEFAULT-VALUE})")
  private int days;

  @Option(
      names = "--gate-units",
      paramLabel = "COUNT",
      defaultValue = "200",
      description = "effective decisions that must speak for it (default: ${DEFAULT-VALUE})")
  private double units;

  @Option(names = "--force", description = "apply even when the gate stays shut; says so")
  private boolean force;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    RuleFile rules;
    try {
      rules = RulesCommand.read(file, target);
    } catch (RuleFileException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return ExitCode.USAGE;
    }
    Settings settings = target.settings();
    try (var book = RuleBook.open(ConnectionOptions.from(settings), Clock.systemUTC())) {
      if (gate && !opens(book, rules, settings, out)) {
        if (!force) {
          spec.commandLine().getErr().println("promoflow: nothing was applied");
          return ExitCode.SOFTWARE;
        }
        out.println("Applied all the same (--force).");
      }
      RuleSet live = book.apply(rules, reason.author, reason.note);
      out.printf(
          "Rule version %d is live: %d promotions, %d experiments.%n",
          live.version(), live.promotions().size(), live.experiments().size());
    }
    return ExitCode.OK;
  }

  private boolean opens(RuleBook book, RuleFile rules, Settings settings, PrintWriter out) {
    ConnectionOptions connections = ConnectionOptions.from(settings);
    try (var store = Store.open(connections.postgres(), 1)) {
      var check =
          new GateCheck(store, settings, shoppers -> ShopEventLog.outcomes(connections, shoppers));
      RuleSet planned = book.plan(rules, reason.author, reason.note);
      var found = check.of(book.history(), planned, Duration.ofDays(days), units);
      found.print(out);
      return found.verdict().opens();
    }
  }
}
