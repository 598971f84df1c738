package io.promoflow.deploy.console;

import io.promoflow.features.Declarations;
import io.promoflow.features.FeatureSet;
import io.promoflow.features.flink.FeatureOptions;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.SettingsException;
import io.promoflow.ingestion.schema.MetricNames;
import io.promoflow.ingestion.schema.PolicyNames;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.rules.RefusedException;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleFile;
import io.promoflow.serving.rules.RuleSchema;
import io.promoflow.serving.rules.RuleVersion;
import io.promoflow.serving.rules.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Promotions and experiments of a platform. */
@Command(
    name = "rules",
    mixinStandardHelpOptions = true,
    description = {
      "Promotions and experiments.",
      "A file of them is planned, previewed and applied; versions are listed, shown and reverted."
    },
    subcommands = {
      RulePlanCommand.class,
      RulePreviewCommand.class,
      RuleApplyCommand.class,
      RulesCommand.ListVersions.class,
      RulesCommand.Show.class,
      RulesCommand.Revert.class,
      RulesCommand.Schema.class
    })
public final class RulesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return ExitCode.USAGE;
  }

  /** Who changes the rules, and why; every version keeps it. */
  static final class Reason {
    @Option(names = "--author", defaultValue = "${sys:user.name}", description = "who does it")
    String author;

    @Option(names = "--note", defaultValue = "", description = "why")
    String note;
  }

  /**
   * Reads a file that may name the features and metrics that the platform declares, or the shipped
   * ones; without a platform the file is checked all the same.
   */
  static RuleFile read(Path file, Running target) {
    Settings settings = settings(target);
    return RuleFile.parse(
        file,
        vocabulary(settings)
            .withMetrics(MetricNames.of(settings))
            .withPolicies(PolicyNames.of(settings)));
  }

  private static Vocabulary vocabulary(Settings settings) {
    String declared = settings.get(FeatureOptions.DECLARATIONS);
    FeatureSet features =
        declared.isEmpty() ? Declarations.shipped() : Declarations.read(Path.of(declared));
    try {
      return Vocabulary.of(features, settings.get(FeatureOptions.WINDOWS));
    } catch (IllegalArgumentException e) {
      throw new SettingsException(FeatureOptions.WINDOWS.key() + ": " + e.getMessage(), e);
    }
  }

  private static Settings settings(Running target) {
    try {
      return target.settings();
    } catch (SettingsException e) {
      return Settings.of(Map.of()); // who goes on to need the platform is told then
    }
  }

  /** What was live when. */
  @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists rule versions.")
  static final class ListVersions implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Running target;

    @Override
    public Integer call() {
      var rows = new ArrayList<List<?>>();
      try (var book = RuleBook.open(ConnectionOptions.from(target.settings()), Clock.systemUTC())) {
        for (RuleVersion version : book.history()) {
          RuleSet rules = version.rules();
          rows.add(
              List.of(
                  rules.version(),
                  rules.appliedAt(),
                  rules.author(),
                  rules.adjustmentId() == null ? "" : rules.adjustmentId(),
                  rules.note() == null ? "" : rules.note()));
        }
      }
      spec.commandLine()
          .getOut()
          .print(
              Report.table(List.of("version", "applied at", "author", "adjustment", "note"), rows));
      return ExitCode.OK;
    }
  }

  /** One version whole. */
  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows a rule version whole, as JSON; the live one when none is named.")
  static final class Show implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Running target;

    @Parameters(
        arity = "0..1",
        paramLabel = "VERSION",
        description = "number, as rules list has it")
    private Long version;

    @Override
    public Integer call() throws IOException {
      try (var book = RuleBook.open(ConnectionOptions.from(target.settings()), Clock.systemUTC())) {
        Optional<RuleSet> found =
            version == null
                ? book.current()
                : book.history().stream()
                    .map(RuleVersion::rules)
                    .filter(rules -> rules.version() == version)
                    .findFirst();
        if (found.isEmpty()) {
          spec.commandLine().getErr().println("promoflow: there is no such rule version");
          return 1;
        }
        spec.commandLine()
            .getOut()
            .println(Wire.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(found.get()));
        return ExitCode.OK;
      }
    }
  }

  /** For editors. */
  @Command(
      name = "schema",
      mixinStandardHelpOptions = true,
      description = "Prints the JSON Schema of rule files, for editors.")
  static final class Schema implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      spec.commandLine().getOut().print(RuleSchema.json());
      return ExitCode.OK;
    }
  }

  /** Undoes one adjustment. */
  @Command(
      name = "revert",
      mixinStandardHelpOptions = true,
      description = "Undoes one adjustment, as a new rule version.")
  static final class Revert implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Running target;
    @Mixin private Reason reason;

    @Parameters(paramLabel = "ID", description = "adjustment id, as rules list prints it")
    private String id;

    @Override
    public Integer call() {
      try (var book = RuleBook.open(ConnectionOptions.from(target.settings()), Clock.systemUTC())) {
        var reverted = book.revert(id, reason.author, reason.note);
        spec.commandLine().getOut().println(sentence(reverted));
        return ExitCode.OK;
      } catch (RefusedException e) {
        spec.commandLine().getErr().println("promoflow: " + e.getMessage());
        return 1;
      }
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
}
