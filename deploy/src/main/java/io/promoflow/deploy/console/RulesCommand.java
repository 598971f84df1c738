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
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleFile;
import io.promoflow.serving.rules.RuleSchema;
import io.promoflow.serving.rules.RuleVersion;
import io.promoflow.serving.rules.RuleVersions;
import io.promoflow.serving.rules.Vocabulary;
import java.io.IOException;
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
      RuleApplyCommand.class,
      RulesCommand.ListVersions.class,
      RulesCommand.Show.class,
      RuleRevertCommand.class,
      RuleRefreshCommand.class,
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
    return RuleFile.parse(file, vocabulary(target));
  }

  /** The features, metrics and policies that the platform declares. */
  static Vocabulary vocabulary(Running target) {
    Settings settings = settings(target);
    return vocabulary(settings)
        .withMetrics(MetricNames.of(settings))
        .withPolicies(PolicyNames.of(settings));
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
        for (RuleVersions.Line line : book.versions().lines()) {
          rows.add(
              List.of(
                  line.version(),
                  line.appliedAt(),
                  line.author(),
                  line.adjustment() == null ? "" : line.adjustment(),
                  line.note()));
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
      description = {
        "Shows a rule version whole, as JSON; the live one when none is named.",
        "With --file the rule file that it stands on, without what adjustments made of it."
      })
  static final class Show implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Running target;

    @Parameters(
        arity = "0..1",
        paramLabel = "VERSION",
        description = "number, as rules list has it")
    private Long version;

    @Option(names = "--file", description = "the YAML that a person wrote, to change and apply")
    private boolean file;

    @Override
    public Integer call() throws IOException {
      try (var book = RuleBook.open(ConnectionOptions.from(target.settings()), Clock.systemUTC())) {
        Optional<RuleSet> found =
            version == null
                ? book.current()
                : book.versions().find(version).map(RuleVersion::rules);
        if (found.isEmpty()) {
          spec.commandLine().getErr().println("promoflow: there is no such rule version");
          return ExitCode.SOFTWARE;
        }
        RuleSet rules = found.get();
        String shown = file ? text(book.versions().file(rules.version())) : json(rules);
        spec.commandLine().getOut().println(shown);
      }
      return ExitCode.OK;
    }

    private static String json(RuleSet rules) throws IOException {
      return Wire.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(rules);
    }

    private static String text(Optional<String> written) {
      return written.orElse("").stripTrailing();
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
}
