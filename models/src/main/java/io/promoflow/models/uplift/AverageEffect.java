package io.promoflow.models.uplift;

/**
 * What a promotion adds to the outcome on average: difference between the weighted means of the
 * arms.
 *
 * @param effect outcome per shopper
 * @param standardError of it, arms with a variance each; with weights, as of ratio estimators
 *     (Horvitz and Thompson 1952, normalised as Hájek did)
 * @param treated rows
 * @param control rows
 */
public record AverageEffect(double effect, double standardError, long treated, long control) {

  /**
   * Of the arms 1 and 0 of a trial.
   *
   * @param among which rows count; null for all
   */
  public static AverageEffect of(TrialSample trial, boolean[] among) {
    Arm treated = Arm.of(trial, 1, among);
    Arm control = Arm.of(trial, TrialSample.CONTROL, among);
    return new AverageEffect(
        treated.mean - control.mean,
        Math.sqrt(treated.squaredError + control.squaredError),
        treated.rows,
        control.rows);
  }

  private record Arm(double mean, double squaredError, long rows) {
    static Arm of(TrialSample trial, int arm, boolean[] among) {
      double weight = 0;
      double sum = 0;
      long rows = 0;
      for (int i = 0; i < trial.size(); i++) {
        if (counts(trial, arm, among, i)) {
          weight += trial.weights()[i];
          sum += trial.weights()[i] * trial.labels()[i];
          rows++;
        }
      }
      double mean = sum / weight;
      double squares = 0;
      for (int i = 0; i < trial.size(); i++) {
        if (counts(trial, arm, among, i)) {
          double gap = trial.weights()[i] * (trial.labels()[i] - mean);
          squares += gap * gap;
        }
      }
      return new Arm(mean, squares / (weight * weight) * rows / (rows - 1.0), rows);
    }

    private static boolean counts(TrialSample trial, int arm, boolean[] among, int row) {
      return trial.arms()[row] == arm && (among == null || among[row]);
    }
  }
}
