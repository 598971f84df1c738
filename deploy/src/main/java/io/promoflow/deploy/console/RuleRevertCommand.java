package io.promoflow.deploy.console;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import io.promoflow.ingestion.schema.StrategyAdjustment.Status;
import io.promoflow.serving.rules.RefusedException;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleChange;
import io.promoflow.serving.rules.RuleFileException;
import io.promoflow.serving.rules.Vocabulary;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Undoes one adjustment, or all that happened since a version. */
@Command(
    name = "revert",
    mixinStandardHelpOptions = true,
    description = {
      "Undoes one adjustment, or with --to goes back to an earlier version, as a new one.",
      "An earlier version comes whole: rules, weights and budgets; what differs is shown."
    })
final class RuleRevertCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Running target;
  @Mixin private RulesCommand.Reason reason;

  @ArgGroup(multiplicity = "1")
  private What what;

  @Option(
      names = "--dry-run",
      description = "with --to: shows what would differ, and changes nothing")
  private boolean dryRun;

  /** Either of them. */
  static final class What {
    @Parameters(paramLabel = "ID", description = "adjustment id, as rules list prints it")
    private String id;

    @Option(
        names = "--to",
        paramLabel = "VERSION",
        description = "rule version to go back to, as rules list prints it")
    private Long version;
  }

  @Override
  public Integer call() {
    if (dryRun && what.version == null) {
      throw new ParameterException(spec.commandLine(), "--dry-run goes with --to only");
    }
    try (var book = RuleBook.open(ConnectionOptions.from(target.settings()), Clock.systemUTC())) {
      if (what.version == null) {
        out().println(undone(book));
      } else {
        goBack(book, RulesCommand.vocabulary(target));
      }
      return ExitCode.OK;
    } catch (RefusedException e) {
      spec.commandLine().getErr().println("promoflow: " + e.getMessage());
      return ExitCode.SOFTWARE;
    } catch (RuleFileException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return ExitCode.USAGE;
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private void goBack(RuleBook book, Vocabulary vocabulary) {
    String note = reason.note.isEmpty() ? "back to version " + what.version : reason.note;
    RuleChange change =
        dryRun
            ? book.planBack(what.version, vocabulary, reason.author, note)
            : book.backTo(what.version, vocabulary, reason.author, note);
    change.differences().forEach(out()::println);
    out().println(sentence(change));
  }

  private String sentence(RuleChange change) {
    long before = change.before().version();
    long after = change.after().version();
    if (!change.isNew()) {
      return "Nothing changes: version %d says the same.".formatted(before);
    }
    if (dryRun) {
      return "Version %d would follow version %d.".formatted(after, before);
    }
    return change.differences().isEmpty()
        ? "Nothing in force changes: version %d stands on the file of version %d."
            .formatted(after, what.version)
        : "Rule version %d is live, with the rules of version %d.".formatted(after, what.version);
  }

  private String undone(RuleBook book) {
    boolean wasUndone =
        book.adjustments().stream()
            .anyMatch(one -> one.id().equals(what.id) && one.status() == Status.REVERTED);
    StrategyAdjustment reverted = book.revert(what.id, reason.author, reason.note);
    return wasUndone
        ? "Nothing changes: %s was reverted before, by rule version %d."
            .formatted(reverted.id(), reverted.ruleVersion())
        : sentence(reverted);
  }

  private static String sentence(StrategyAdjustment reverted) {
    String what =
        reverted.change() == Change.MOVE_BUDGET
            ? "the cents that moved between " + new TreeSet<>(reverted.from().keySet()) + " are"
            : "experiment "
                + reverted.experimentId()
                + (reverted.segment() == null ? "" : " in segment " + reverted.segment())
                + " is";
    String where = reverted.change() == Change.MOVE_BUDGET ? "" : " at " + reverted.from();
    return "Reverted %s: %s back%s, rule version %d."
        .formatted(reverted.id(), what, where, reverted.ruleVersion());
  }
}
