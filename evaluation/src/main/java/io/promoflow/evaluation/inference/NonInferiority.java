package io.promoflow.evaluation.inference;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.Group;

/**
 * Is a guardrail metric at most a relative margin worse than the control's? Both answers come from
 * one-sided always-valid bounds, so one may ask at every look.
 *
 * <p>The contrast is mB − (1 − δ)·mA (where less is better: (1 + δ)·mA − mB), whose variance counts
 * that the control's mean is an estimate, too; positive means within the margin.
 *
 * @param status what is known
 * @param slack estimate of the contrast, in the metric's unit
 * @param low lower bound of the slack: HELD when it is above 0
 * @param high upper bound of the slack: BROKEN when it is below 0
 */
public record NonInferiority(Status status, double slack, double low, double high) {

  /** What is known about a guardrail. */
  public enum Status {
    /** Within the margin, surely. */
    HELD,
    /** Beyond the margin, surely. */
    BROKEN,
    /** Too early to tell. */
    OPEN
  }

  /**
   * What the two groups tell.
   *
   * @param direction 1 when more is better, −1 when less is
   * @param margin relative loss that is tolerated, 0 to 1
   * @param interval level (of each of both bounds) and tightest size
   */
  public static NonInferiority of(
      Group variant, Group control, int direction, double margin, AlwaysValid interval) {
    double weight = direction * control.mean() >= 0 ? 1 - margin : 1 + margin;
    double slack = direction * (variant.mean() - weight * control.mean());
    double error =
        Math.sqrt(
            variant.variance() / variant.units()
                + weight * weight * control.variance() / control.units());
    if (!(error > 0)) {
      return new NonInferiority(Status.OPEN, slack, Double.NaN, Double.NaN);
    }
    double half = interval.oneSidedMultiplier(variant.units() + control.units()) * error;
    Status status = slack - half > 0 ? Status.HELD : slack + half < 0 ? Status.BROKEN : Status.OPEN;
    return new NonInferiority(status, slack, slack - half, slack + half);
  }
}
