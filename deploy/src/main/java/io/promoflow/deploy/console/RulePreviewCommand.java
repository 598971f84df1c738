package io.promoflow.deploy.console;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.store.Store;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleFile;
import io.promoflow.serving.rules.RuleFileException;
import io.promoflow.serving.rules.RulePreview;
import io.promoflow.serving.rules.RulePreview.Preview;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What decisions would have been under other rules. */
@Command(
    name = "preview",
    mixinStandardHelpOptions = true,
    description = {
      "Decides logged decisions again under the rules of a file and shows what would have changed.",
      "With --gate also what they would have earned, by the decisions of --gate-days. Changes",
      "nothing. The log keeps no lines of carts, no channel and no level that was told: decisions",
      "that may rest on them are counted apart."
    })
final class RulePreviewCommand implements Callable<Integer> {
  /** One reads the log while another looks up what it names. */
  private static final int CONNECTIONS = 2;

  @Spec private CommandSpec spec;
  @Mixin private Running target;
  @Mixin private Gate gate;

  @Parameters(paramLabel = "FILE", description = "promotions and experiments as YAML")
  private Path file;

  @Option(
      names = "--from",
      paramLabel = "MOMENT",
      description = "first moment that was decided for (default: a day before --until)")
  private Instant from;

  @Option(
      names = "--until",
      paramLabel = "MOMENT",
      description = "first moment after it (default: just after the newest decision)")
  private Instant until;

  @Option(
      names = "--gate",
      description = "also show what they would have earned, as rules apply --gate judges it")
  private boolean throughGate;

  @Option(names = "--json", paramLabel = "FILE", description = "write the figures as JSON")
  private Path json;

  @Override
  public Integer call() throws Exception {
    try {
      preview(RulesCommand.read(file, target));
      return ExitCode.OK;
    } catch (RuleFileException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return ExitCode.USAGE;
    }
  }

  private void preview(RuleFile rules) throws Exception {
    Settings settings = target.settings();
    ConnectionOptions connections = ConnectionOptions.from(settings);
    RuleSet planned;
    try (var book = RuleBook.open(connections, Clock.systemUTC())) {
      planned = book.plan(rules, "preview", "").after();
    }
    try (var store = Store.open(connections.postgres(), CONNECTIONS);
        var models = ModelsCommand.history(target)) {
      Instant end =
          until == null
              ? RulePreview.newest(store).map(at -> at.plusMillis(1)).orElse(Instant.EPOCH)
              : until;
      Instant start = from == null ? end.minus(Duration.ofDays(1)) : from;
      var report =
          print(
              RulePreview.of(
                  store,
                  Assumptions.from(settings),
                  planned,
                  new LoggedModels(models),
                  start,
                  end));
      if (throughGate) {
        GateFound found = gate.ofRules(settings, models, planned);
        spec.commandLine().getOut().println();
        found.print(spec.commandLine().getOut());
        report.put("gate", found.json());
      }
      Report.write(json, report);
    }
  }

  private Map<String, Object> print(Preview preview) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%,d decisions from %s until %s, %,d would have been others, %,d of them the same promotion on"
            + " other terms.%n",
        preview.decisions(),
        preview.from(),
        preview.until(),
        preview.changed(),
        preview.onOtherTerms());
    if (preview.unknown() > 0) {
      out.printf(
          "%,d more cannot be decided again: features, models or prices that they rested on are lost.%n",
          preview.unknown());
    }
    if (preview.undecidable() > 0) {
      out.printf(
          "%,d more are undecidable: they may rest on lines of the cart, the channel, a level that was"
              + " told, or on whether a budget would have lasted.%n",
          preview.undecidable());
    }
    var rows = new ArrayList<List<?>>();
    preview
        .moves()
        .forEach(
            (move, count) ->
                rows.add(
                    List.of(
                        move.from(),
                        move.to(),
                        count,
                        move.from().equals(move.to()) ? "" : "changed")));
    out.print(Report.table(List.of("given", "would be given", "decisions", ""), rows));
    out.printf(
        "Expected cost if all of it is used: %,d cents, was %,d.%n",
        preview.costCentsAfter(), preview.costCentsBefore());
    var report = new LinkedHashMap<String, Object>();
    report.put("from", preview.from());
    report.put("until", preview.until());
    report.put("decisions", preview.decisions());
    report.put("unknown", preview.unknown());
    report.put("undecidable", preview.undecidable());
    report.put("changed", preview.changed());
    report.put("onOtherTerms", preview.onOtherTerms());
    var moves = new ArrayList<Object>();
    preview
        .moves()
        .forEach(
            (move, count) -> {
              var one = new LinkedHashMap<String, Object>();
              one.put("from", move.from());
              one.put("to", move.to());
              one.put("decisions", count);
              moves.add(one);
            });
    report.put("moves", moves);
    report.put("costCents", preview.costCentsAfter());
    report.put("costCentsBefore", preview.costCentsBefore());
    return report;
  }
}
