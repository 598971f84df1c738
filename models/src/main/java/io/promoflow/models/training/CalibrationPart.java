package io.promoflow.models.training;

import io.promoflow.ingestion.schema.Calibration;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.Calibrated;
import io.promoflow.models.trainer.Isotonic;
import io.promoflow.models.trainer.Platt;
import io.promoflow.models.training.TrainingRules.Calibrating;
import java.util.Arrays;
import java.util.List;

/**
 * The rows to fit on, parted once more by time: models are fitted on the older ones and calibrated
 * on the newer, which they have not seen.
 *
 * @param how NONE also when there are too few newer rows to calibrate on
 */
record CalibrationPart(
    List<TrainingExample> fitted, List<TrainingExample> calibrated, Calibrating how) {
  private static final int LEAST_OF_EACH_OUTCOME = 10;

  /** Rows come sorted by moment. */
  static CalibrationPart of(List<TrainingExample> rows, TrainingRules.Propensity rules) {
    int cut = (int) Math.round(rows.size() * (1 - rules.calibrationShare()));
    List<TrainingExample> older = rows.subList(0, cut);
    List<TrainingExample> newer = rows.subList(cut, rows.size());
    boolean enough = hasBoth(older, 1) && hasBoth(newer, LEAST_OF_EACH_OUTCOME);
    return rules.calibration() == Calibrating.NONE || !enough
        ? new CalibrationPart(rows, List.of(), Calibrating.NONE)
        : new CalibrationPart(older, newer, rules.calibration());
  }

  private static boolean hasBoth(List<TrainingExample> rows, int least) {
    long ordered = rows.stream().filter(TrainingExample::ordered).count();
    return Math.min(ordered, rows.size() - ordered) >= least;
  }

  /** Null when scores stay as they are. */
  Calibration calibrate(double[] scores, double[] labels) {
    return switch (how) {
      case NONE -> null;
      case PLATT -> platt(scores, labels);
      case ISOTONIC ->
          Arrays.stream(scores).distinct().count() < 2 ? null : Isotonic.fit(scores, labels);
    };
  }

  /** Over log-odds; null when the scores say nothing about the labels, or the contrary. */
  private static Calibration platt(double[] scores, double[] labels) {
    Platt line = Platt.fit(Arrays.stream(scores).map(Calibrated::logOdds).toArray(), labels);
    return line.slope() > 0 ? line.calibration() : null;
  }
}
