package io.promoflow.deploy.console;

import io.promoflow.evaluation.ExposureRule;
import io.promoflow.evaluation.Unshown;
import io.promoflow.evaluation.flink.EvaluationOptions;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.options.Settings;
import java.sql.SQLException;
import java.util.List;

/**
 * Experiments, or variants, that are decided for but of which nothing is reported as shown: they
 * have no results, and whoever looks for these has to be told why.
 */
final class UnshownExperiments {
  private static final String TABLE = "evaluation.v_shown_decisions";

  private static final String RULES = "serving.rule_versions";

  /**
   * An experiment that has ended is no longer in the rules, and no longer needs views. Where no
   * rules are in this store nothing is known of that.
   */
  private static final String NEWEST_ONLY =
      """
      WHERE experiment IN (
        SELECT e ->> 'id' FROM serving.rule_versions, jsonb_array_elements(rules -> 'experiments') e
        WHERE version = (SELECT max(version) FROM serving.rule_versions))
      OR NOT EXISTS (SELECT FROM serving.rule_versions)
      """;

  /** One row for an experiment without any view, or for each variant that lacks them alone. */
  private static final String QUESTION =
      """
      WITH counted AS (SELECT * FROM evaluation.v_shown_decisions %1$s),
           whole AS (SELECT experiment, sum(decisions)::bigint AS decisions,
                            sum(shown_decisions) AS shown
                     FROM counted GROUP BY experiment)
      SELECT experiment, NULL AS variant, decisions FROM whole
      WHERE shown = 0 AND decisions >= %2$d
      UNION ALL
      SELECT c.experiment, c.variant, c.decisions FROM counted c JOIN whole USING (experiment)
      WHERE whole.shown > 0 AND c.shown_decisions = 0 AND c.decisions >= %2$d
      ORDER BY 1, 2
      """;

  private UnshownExperiments() {}

  /** A line for each; none where the decision itself exposes. */
  static List<String> warnings(Settings settings) throws SQLException {
    Postgres postgres = ConnectionOptions.from(settings).postgres();
    if (settings.get(EvaluationOptions.EXPOSURE) != ExposureRule.SHOWN
        || !Sql.exists(postgres, TABLE)) {
      return List.of();
    }
    String which = Sql.exists(postgres, RULES) ? NEWEST_ONLY : "";
    return Sql.rows(
        postgres,
        QUESTION.formatted(which, Unshown.ENOUGH),
        row ->
            row.getString(2) == null
                ? Unshown.ofExperiment(row.getString(1), row.getLong(3))
                : Unshown.ofVariant(row.getString(1), row.getString(2), row.getLong(3)));
  }
}
