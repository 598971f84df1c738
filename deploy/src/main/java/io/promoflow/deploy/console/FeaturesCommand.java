package io.promoflow.deploy.console;

import io.promoflow.features.Declarations;
import io.promoflow.features.FeaturePage;
import io.promoflow.features.flink.BackfillOptions;
import io.promoflow.ingestion.options.Settings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What a data scientist does with features. */
@Command(
    name = "features",
    mixinStandardHelpOptions = true,
    description = "Features: list them, compute the past again, compare live with recomputed.",
    subcommands = {
      FeaturesCommand.ListAll.class,
      FeaturesCommand.Backfill.class,
      FeaturesCommand.Skew.class
    })
public final class FeaturesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return 0;
  }

  /** The page of all features. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Checks the declarations and prints the page of all features, in Markdown.")
  static final class ListAll implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
        arity = "0..1",
        paramLabel = "FILE",
        description = "declarations; the shipped ones when left out")
    private Path file;

    @Override
    public Integer call() {
      var declared = file == null ? Declarations.shipped() : Declarations.read(file);
      spec.commandLine().getOut().print(FeaturePage.of(declared));
      return 0;
    }
  }

  /** The past again, into the tables. */
  @Command(
      name = "backfill",
      mixinStandardHelpOptions = true,
      description = {
        "Computes features and training examples of the past, by the operators of the live job.",
        "Reads the topic of shop events from its beginning, or files by a mapping. Rows that are",
        "there already are written over."
      })
  static final class Backfill implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Running target;

    @Option(names = "--from", paramLabel = "MOMENT", description = "first moment to write rows of")
    private Instant from;

    @Option(
        names = "--to",
        paramLabel = "MOMENT",
        description = "last moment to write rows of (default: as far as the live job is)")
    private Instant until;

    @Option(
        names = "--mapping",
        paramLabel = "MAPPING",
        description = "how files become events: a shipped name or a file")
    private String mapping;

    @Parameters(paramLabel = "DATA", arity = "0..*", description = "files of history")
    private List<Path> files = List.of();

    @Override
    public Integer call() throws Exception {
      PrintWriter out = spec.commandLine().getOut();
      Settings settings = target.settings();
      var more = new HashMap<String, String>();
      if (from != null) {
        more.put(BackfillOptions.FROM.key(), from.toString());
      }
      if (mapping != null) {
        more.put(BackfillOptions.MAPPING.key(), mapping);
      }
      more.put(
          BackfillOptions.FILES.key(),
          files.stream().map(Path::toString).collect(Collectors.joining(",")));
      more.put(
          BackfillOptions.UNTIL.key(),
          (until == null ? Recomputation.liveClock(settings) : until).toString());
      long rows = Recomputation.run(settings.with(more), out);
      out.printf(
          "backfilled until %s: %,d rows in the history%n",
          more.get(BackfillOptions.UNTIL.key()), rows);
      return 0;
    }
  }

  /** Whether live and recomputed are the same. */
  @Command(
      name = "skew",
      mixinStandardHelpOptions = true,
      description = {
        "Computes every row of the history again from the topic of shop events and compares it with",
        "the live one, to the last bit. Exit status 1 when any differs."
      })
  static final class Skew implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private Running target;

    @Option(names = "--json", paramLabel = "FILE", description = "write the figures as JSON")
    private Path json;

    @Override
    public Integer call() throws Exception {
      PrintWriter out = spec.commandLine().getOut();
      SkewReport report = SkewReport.take(target.settings(), out);
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("rows", report.rows());
      figures.put("equal", report.equal());
      figures.put("different", report.different());
      figures.put("onlyLive", report.onlyLive());
      figures.put("onlyRecomputed", report.onlyRecomputed());
      figures.put("eventsPutAsideAsLate", report.late());
      out.print(
          Report.table(
              List.of("feature rows", "number"),
              figures.entrySet().stream()
                  .map(figure -> List.of(figure.getKey(), figure.getValue()))
                  .toList()));
      Report.write(json, figures);
      return report.holds() ? 0 : 1;
    }
  }
}
