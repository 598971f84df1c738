package io.promoflow.deploy.console;

import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.options.Settings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How a platform is doing. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what runs, what came in, and which models and rules are live.",
      "Names experiments that have no results because nothing of them is reported as shown."
    })
public final class StatusCommand implements Callable<Integer> {
  /** A figure, the table it needs, and the question that gives it. */
  private record Figure(String name, String table, String sql) {}

  private static final List<Figure> FIGURES =
      List.of(
          new Figure("events in", "ingestion.intake", "SELECT events_in FROM ingestion.intake"),
          new Figure("accepted", "ingestion.intake", "SELECT accepted FROM ingestion.intake"),
          new Figure("rejected", "ingestion.intake", "SELECT rejected FROM ingestion.intake"),
          new Figure("duplicate", "ingestion.intake", "SELECT duplicate FROM ingestion.intake"),
          new Figure(
              "shoppers with features",
              "features.shopper_features",
              "SELECT count(*) FROM features.shopper_features"),
          new Figure(
              "late events", "features.late_events", "SELECT count(*) FROM features.late_events"),
          new Figure(
              "training examples",
              "models.training_examples",
              "SELECT count(*) FROM models.training_examples"),
          new Figure(
              "model versions published",
              "models.model_versions",
              "SELECT count(*) FROM models.model_versions WHERE published"),
          new Figure("decisions", "serving.decisions", "SELECT count(*) FROM serving.decisions"),
          new Figure(
              "rule version",
              "serving.rule_versions",
              "SELECT coalesce(max(version), 0) FROM serving.rule_versions"),
          new Figure(
              "adjustments applied",
              "evaluation.strategy_adjustments",
              "SELECT count(*) FROM evaluation.strategy_adjustments WHERE status = 'APPLIED'"));

  @Spec private CommandSpec spec;
  @Mixin private Running target;

  @Option(names = "--json", paramLabel = "FILE", description = "write the figures as JSON")
  private Path json;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Settings settings = target.settings();
    var connections = ConnectionOptions.from(settings);
    Postgres postgres = connections.postgres();
    Map<String, Object> report = new LinkedHashMap<>();
    var rows = new ArrayList<List<?>>();
    for (Figure figure : FIGURES) {
      if (Sql.exists(postgres, figure.table())) {
        long value = Sql.number(postgres, figure.sql());
        report.put(figure.name(), value);
        rows.add(List.of(figure.name(), value));
      }
    }
    Map<String, Long> behind = GroupLag.of(connections);
    behind.forEach(
        (group, records) -> rows.add(List.of("records not committed: " + group, records)));
    report.put("recordsNotCommitted", behind);
    out.print(Report.table(List.of("figure", "value"), rows));
    models(out, postgres);
    List<String> warnings = UnshownExperiments.warnings(settings);
    warnings.forEach(warning -> out.println("NO RESULTS: " + warning));
    report.put("warnings", warnings);
    target.notes().forEach((what, where) -> out.println("  " + what + ": " + where));
    Report.write(json, report);
    return 0;
  }

  /** The newest published version of each model. */
  private static void models(PrintWriter out, Postgres postgres) throws SQLException {
    if (!Sql.exists(postgres, "models.model_versions")) {
      return;
    }
    List<List<Object>> rows =
        Sql.rows(
            postgres,
            "SELECT DISTINCT ON (name) name, version, examples FROM models.model_versions"
                + " WHERE published AND withdrawn_at_wall IS NULL ORDER BY name, window_end DESC",
            row -> List.of(row.getString(1), row.getString(2), row.getLong(3)));
    if (!rows.isEmpty()) {
      out.print(Report.table(List.of("model", "version in force", "examples"), rows));
    }
  }
}
