package io.promoflow.deploy.console;

import io.promoflow.features.Declarations;
import io.promoflow.features.flink.FeatureOptions;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.SettingsException;
import io.promoflow.ingestion.schema.MetricNames;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.rules.RefusedException;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleFile;
import io.promoflow.serving.rules.RuleFileException;
import io.promoflow.serving.rules.RuleSchema;
import io.promoflow.serving.rules.RuleVersion;
import io.promoflow.serving.rules.Vocabulary;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
      RulesCommand.Apply.class,
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
    private String author;

    @Option(names = "--note", defaultValue = "", description = "why")
    private String note;
  }

  /**
   * Reads a file that may name the features and metrics that the platform declares, or the shipped
   * ones; without a platform the file is checked all the same.
   */
  static RuleFile read(Path file, Running target) {
    Settings settings = settings(target);
    String declared = settings.get(FeatureOptions.DECLARATIONS);
    Vocabulary features =
        declared.isEmpty()
            ? Vocabulary.shipped()
            : Vocabulary.of(Declarations.read(Path.of(declared)));
    return RuleFile.parse(file, features.withMetrics(MetricNames.of(settings)));
  }

  private static Settings settings(Running target) {
    try {
      return target.settings();
    } catch (SettingsException e) {
      return Settings.of(Map.of()); // who goes on to need the platform is told then
    }
  }

  /** Makes a file the live rules. */
  @Command(
      name = "apply",
      mixinStandardHelpOptions = true,
      description = "Validates a rules file whole and makes it the live version.")
  static final class Apply implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Running target;
    @Mixin private Reason reason;

    @Parameters(paramLabel = "FILE", description = "promotions and experiments as YAML")
    private Path file;

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      RuleFile rules;
      try {
        rules = read(file, target);
      } catch (RuleFileException e) {
        spec.commandLine().getErr().println(e.getMessage());
        return ExitCode.USAGE;
      }
      try (var book = RuleBook.open(ConnectionOptions.from(target.settings()), Clock.systemUTC())) {
        RuleSet live = book.apply(rules, reason.author, reason.note);
        out.printf(
            "Rule version %d is live: %d promotions, %d experiments.%n",
            live.version(), live.promotions().size(), live.experiments().size());
      }
      return ExitCode.OK;
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
        spec.commandLine()
            .getOut()
            .printf(
                "Reverted %s: experiment %s%s is back at %s, rule version %d.%n",
                id,
                reverted.experimentId(),
                reverted.segment() == null ? "" : " in segment " + reverted.segment(),
                reverted.from(),
                reverted.ruleVersion());
        return ExitCode.OK;
      } catch (RefusedException e) {
        spec.commandLine().getErr().println("promoflow: " + e.getMessage());
        return 1;
      }
    }
  }
}
