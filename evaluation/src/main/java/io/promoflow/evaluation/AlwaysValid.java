package io.promoflow.evaluation;

/**
 * The asymptotic confidence sequence of Waudby-Smith et al. (arXiv 2103.06476, theorem 2.2 and
 * appendix B.2): an interval that holds at all looks together, so that a result may be watched all
 * the time and acted on at any moment.
 *
 * @param alpha probability that it ever misses
 * @param optimalUnits N*, the number of shoppers at which it is tightest
 */
public record AlwaysValid(double alpha, double optimalUnits) {
  /** Beyond this level the best mixture is not defined; any other is valid, too. */
  private static final double WIDEST = 0.9;

  public AlwaysValid {
    if (!(alpha > 0 && alpha < 1) || !(optimalUnits > 0)) {
      throw new IllegalArgumentException("alpha lies in (0, 1), optimalUnits is positive");
    }
  }

  /** r² = (−2 ln α + ln(−2 ln α + 1)) / N*. */
  public double mixtureVariance() {
    double twice = -2 * Math.log(alpha);
    return (twice + Math.log(twice + 1)) / optimalUnits;
  }

  /** Half-width in standard errors after {@code units} shoppers. */
  public double multiplier(long units) {
    double growth = units * mixtureVariance();
    return Math.sqrt(2 * (growth + 1) / growth * (0.5 * Math.log(growth + 1) - Math.log(alpha)));
  }

  /**
   * Distance of a bound to one side, in standard errors after {@code units} shoppers (proposition
   * B.1 of the same paper), with the mixture that is best for one side.
   */
  public double oneSidedMultiplier(long units) {
    double growth =
        units * new AlwaysValid(Math.min(2 * alpha, WIDEST), optimalUnits).mixtureVariance();
    return Math.sqrt(2 * (growth + 1) / growth * Math.log1p(Math.sqrt(growth + 1) / (2 * alpha)));
  }

  /** Half-width around the difference. */
  public double halfWidth(Comparison comparison) {
    return comparison.hasError()
        ? multiplier(comparison.totalUnits()) * comparison.standardError()
        : Double.NaN;
  }

  /** Natural logarithm of the e-value against no difference. */
  public double logEvidence(long units, double z) {
    double growth = units * mixtureVariance();
    return growth * z * z / (2 * (growth + 1)) - 0.5 * Math.log(growth + 1);
  }

  /** The e-value against no difference: what a fair bet against it would have made of 1. */
  public double evidence(Comparison comparison) {
    return comparison.hasError()
        ? Math.exp(logEvidence(comparison.totalUnits(), comparison.t()))
        : Double.NaN;
  }

  /** Always-valid p value of this look: 1 over the e-value, at most 1. */
  public double p(Comparison comparison) {
    return comparison.hasError()
        ? Math.min(1, Math.exp(-logEvidence(comparison.totalUnits(), comparison.t())))
        : Double.NaN;
  }
}
