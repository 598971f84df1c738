package io.promoflow.evaluation.inference;

import io.promoflow.evaluation.Group;
import java.util.Collection;

/**
 * Controlled-experiment using pre-experiment data: takes out of a metric what a number from before
 * the exposure explains (Deng, Xu, Kohavi, Walker 2013).
 *
 * <p>θ is pooled over the groups from deviations within each group, so the adjusted difference is
 * that of the least-squares fit of the metric on group and covariate.
 *
 * @param theta slope of metric on covariate
 * @param covariateMean over all groups
 * @param correlation of metric and covariate within groups; the variance shrinks to 1 − its square
 */
public record Cuped(double theta, double covariateMean, double correlation) {

  /** From groups whose first number is the metric and whose second is the covariate. */
  public static Cuped of(Collection<Moments> groups) {
    double yy = 0;
    double xy = 0;
    double xx = 0;
    Moments all = Moments.zero(2);
    for (Moments group : groups) {
      yy += group.deviation(0, 0);
      xy += group.deviation(0, 1);
      xx += group.deviation(1, 1);
      all = all.plus(group);
    }
    boolean explains = xx > 0;
    return new Cuped(
        explains ? xy / xx : 0, all.mean(1), explains && yy > 0 ? xy / Math.sqrt(xx * yy) : 0);
  }

  /** The group's mean of y − θ(x − x̄). */
  public Group adjusted(Moments group) {
    if (group.units() == 0) {
      return new Group(0, Double.NaN, Double.NaN);
    }
    double variance =
        group.variance(0) - 2 * theta * group.covariance(0, 1) + theta * theta * group.variance(1);
    return new Group(
        group.units(),
        group.mean(0) - theta * (group.mean(1) - covariateMean),
        Double.isNaN(variance) ? variance : Math.max(0, variance));
  }

  /** Variance that is left, as a share: 1 − ρ². */
  public double varianceRatio() {
    return 1 - correlation * correlation;
  }
}
