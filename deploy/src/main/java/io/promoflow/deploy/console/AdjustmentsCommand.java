package io.promoflow.deploy.console;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Evidence;
import io.promoflow.serving.rules.RefusedException;
import io.promoflow.serving.rules.RuleBook;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What results asked for, and what became of it. */
@Command(
    name = "adjustments",
    mixinStandardHelpOptions = true,
    description = {
      "Changes of the rules that results asked for.",
      "With mode: APPROVE in the policy they wait until a person decides, with PROPOSE they only tell."
    },
    subcommands = {
      AdjustmentsCommand.ListAll.class,
      AdjustmentsCommand.Approve.class,
      AdjustmentsCommand.Refuse.class,
      AdjustmentsCommand.Revert.class
    })
public final class AdjustmentsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return ExitCode.USAGE;
  }

  /** Where, which and who. */
  static final class Which {
    @Mixin private Running target;

    @Parameters(paramLabel = "ID", description = "of the adjustment, as list shows it")
    private String id;

    @Option(names = "--author", defaultValue = "${sys:user.name}", description = "who does it")
    private String author;

    private int decide(CommandSpec spec, Function<RuleBook, StrategyAdjustment> decision) {
      try (var book = RuleBook.open(ConnectionOptions.from(target.settings()), Clock.systemUTC())) {
        spec.commandLine().getOut().println(line(decision.apply(book)));
        return ExitCode.OK;
      } catch (RefusedException e) {
        spec.commandLine().getErr().println(e.getMessage());
        return ExitCode.SOFTWARE;
      }
    }
  }

  private static String line(StrategyAdjustment one) {
    Evidence evidence = one.evidence();
    String because =
        evidence == null
            ? ""
            : String.format(
                Locale.ROOT,
                "%s of %s %+.4g (%+.4g to %+.4g), p %.2g",
                evidence.metric(),
                evidence.variant(),
                evidence.difference(),
                evidence.low(),
                evidence.high(),
                evidence.p());
    return String.format(
        Locale.ROOT,
        "%s  %-8s  %s%s  %s %s -> %s  %s%s",
        one.id(),
        one.status(),
        one.experimentId(),
        one.segment() == null ? "" : " in " + one.segment(),
        one.change(),
        sorted(one.from()),
        sorted(one.to()),
        because,
        one.reason() == null ? "" : "  (" + one.reason() + ")");
  }

  private static Map<String, Double> sorted(Map<String, Double> weights) {
    return weights == null ? Map.of() : new TreeMap<>(weights);
  }

  /** All of them. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description =
          "Lists adjustments, the newest first; PROPOSED ones wait, or only tell (mode: PROPOSE).")
  static final class ListAll implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Running target;

    @Override
    public Integer call() throws SQLException {
      PrintWriter out = spec.commandLine().getOut();
      Settings settings = target.settings();
      try (var book = RuleBook.open(ConnectionOptions.from(settings), Clock.systemUTC())) {
        book.adjustments().forEach(one -> out.println(line(one)));
      }
      UnshownExperiments.warnings(settings)
          .forEach(warning -> out.println("NOTHING SHOWN: " + warning));
      return ExitCode.OK;
    }
  }

  /** Yes. */
  @Command(
      name = "approve",
      mixinStandardHelpOptions = true,
      description = "Carries out an adjustment that waits.")
  static final class Approve implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Which which;

    @Override
    public Integer call() {
      return which.decide(spec, book -> book.approve(which.id, which.author));
    }
  }

  /** No. */
  @Command(
      name = "refuse",
      mixinStandardHelpOptions = true,
      description = "Ends an adjustment that waits.")
  static final class Refuse implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Which which;

    @Option(names = "--reason", defaultValue = "refused by a person", description = "why")
    private String reason;

    @Override
    public Integer call() {
      return which.decide(spec, book -> book.refuse(which.id, which.author, reason));
    }
  }

  /** Back. */
  @Command(
      name = "revert",
      mixinStandardHelpOptions = true,
      description = "Undoes an adjustment that was applied, in one step.")
  static final class Revert implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Which which;

    @Option(names = "--note", defaultValue = "", description = "why")
    private String note;

    @Override
    public Integer call() {
      return which.decide(spec, book -> book.revert(which.id, which.author, note));
    }
  }
}
