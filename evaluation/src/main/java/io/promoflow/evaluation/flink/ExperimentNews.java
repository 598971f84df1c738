package io.promoflow.evaluation.flink;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.StrategyAdjustment;

/**
 * Something about one experiment that is no measurement: new rules, or what became of an
 * adjustment.
 *
 * @param experimentId which experiment
 * @param ruleVersion version of the rules; 0 when it is about an adjustment
 * @param experiment as these rules have it; null when they no longer have it or it is about an
 *     adjustment
 * @param carriedAdjustmentId adjustment that the rules carry out or revert; null when none
 * @param adjustment null when it is about rules
 */
public record ExperimentNews(
    String experimentId,
    long ruleVersion,
    Experiment experiment,
    String carriedAdjustmentId,
    StrategyAdjustment adjustment) {

  static ExperimentNews of(StrategyAdjustment adjustment) {
    return new ExperimentNews(adjustment.experimentId(), 0, null, null, adjustment);
  }

  boolean isAboutRules() {
    return adjustment == null;
  }
}
