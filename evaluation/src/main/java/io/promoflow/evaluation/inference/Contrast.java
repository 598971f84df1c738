package io.promoflow.evaluation.inference;

import io.promoflow.evaluation.Group;
import java.util.List;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * A weighted sum Σ c·m of the estimates of independent groups, with se² = Σ c²·v/n: a main effect
 * or an interaction of a factorial experiment (Wu, Hamada, Experiments, 2009, section 4.3;
 * Montgomery, Design and Analysis of Experiments, section 15.2). Groups have their own variances,
 * as in Welch's comparison, which it is for two groups with the weights 1 and −1.
 *
 * @param estimate Σ c·m
 * @param standardError of the estimate
 * @param degreesOfFreedom Welch–Satterthwaite over all groups
 * @param t estimate over standard error
 * @param p two-sided, valid for one look only; NaN where nothing varies
 * @param low lower end of the interval for one look
 * @param high upper end of the interval for one look
 * @param units shoppers of all groups
 */
public record Contrast(
    double estimate,
    double standardError,
    double degreesOfFreedom,
    double t,
    double p,
    double low,
    double high,
    long units) {

  /**
   * What the groups tell.
   *
   * @param weights c of each group
   * @param alpha level of the interval
   */
  public static Contrast of(List<Group> groups, double[] weights, double alpha) {
    double estimate = 0;
    double squared = 0;
    double spread = 0;
    long units = 0;
    for (int g = 0; g < weights.length; g++) {
      Group group = groups.get(g);
      double part = weights[g] * weights[g] * group.variance() / group.units();
      estimate += weights[g] * group.mean();
      squared += part;
      spread += part * part / group.degreesOfFreedom();
      units += group.units();
    }
    double error = Math.sqrt(squared);
    double df = squared * squared / spread;
    double t = estimate / error;
    double p = Double.NaN;
    double half = Double.NaN;
    if (error > 0 && df > 0) {
      var distribution = TDistribution.of(df);
      p = Math.min(1, 2 * distribution.survivalProbability(Math.abs(t)));
      half = distribution.inverseSurvivalProbability(alpha / 2) * error;
    }
    return new Contrast(estimate, error, df, t, p, estimate - half, estimate + half, units);
  }

  /** The plain average of several groups as one group that has its mean, error and shoppers. */
  public static Group average(List<Group> groups) {
    if (groups.size() == 1) {
      return groups.get(0);
    }
    double mean = 0;
    double squared = 0;
    long units = 0;
    for (Group group : groups) {
      mean += group.mean() / groups.size();
      squared += group.variance() / group.units();
      units += group.units();
    }
    squared /= (double) groups.size() * groups.size();
    return new Group(units, mean, squared * units);
  }

  /** Whether there is variation to judge by. */
  public boolean hasError() {
    return standardError > 0 && Double.isFinite(estimate);
  }
}
