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

  /**
   * One row for an experiment without any view, or for each variant that lacks them alone. One that
   * has ended no longer needs views; nothing is known of that where no rules are in this store, or
   * the evaluation job is an older one, whose view does not tell.
   */
  private static final String QUESTION =
      """
      WITH counted AS (SELECT * FROM evaluation.v_shown_decisions s
                       WHERE (to_jsonb(s) ->> 'ended')::boolean IS NOT TRUE),
           whole AS (SELECT experiment, sum(decisions)::bigint AS decisions,
                            sum(shown_decisions) AS shown
                     FROM counted GROUP BY experiment)
      SELECT experiment, NULL AS variant, decisions FROM whole
      WHERE shown = 0 AND decisions >= %1$d
      UNION ALL
      SELECT c.experiment, c.variant, c.decisions FROM counted c JOIN whole USING (experiment)
      WHERE whole.shown > 0 AND c.shown_decisions = 0 AND c.decisions >= %1$d
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
    return Sql.rows(
        postgres,
        QUESTION.formatted(Unshown.ENOUGH),
        row ->
            row.getString(2) == null
                ? Unshown.ofExperiment(row.getString(1), row.getLong(3))
                : Unshown.ofVariant(row.getString(1), row.getString(2), row.getLong(3)));
  }
}
