package io.promoflow.evaluation.inference;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * What to believe of the relative lift after a normal prior around 0 and a normal estimate (the
 * conjugate pair; Gelman et al., Bayesian Data Analysis, eq. 2.11–2.12).
 *
 * @param mean of the lift
 * @param deviation its standard deviation
 */
public record Posterior(double mean, double deviation) {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  /**
   * What an estimate leaves of the prior.
   *
   * @param lift estimate
   * @param error its standard error, positive
   * @param priorDeviation how large lifts usually are, positive
   */
  public static Posterior of(double lift, double error, double priorDeviation) {
    double precision = 1 / (error * error) + 1 / (priorDeviation * priorDeviation);
    return new Posterior(lift / (error * error) / precision, 1 / Math.sqrt(precision));
  }

  /** P(lift · direction above 0); direction is 1 when more is better, −1 when less is. */
  public double probabilityBetter(int direction) {
    return NORMAL.cumulativeProbability(direction * mean / deviation);
  }

  /** E(max(0, −lift · direction)): what shipping costs on average where it is wrong. */
  public double expectedLoss(int direction) {
    double z = direction * mean / deviation;
    return deviation * (NORMAL.density(z) - z * NORMAL.survivalProbability(z));
  }
}
