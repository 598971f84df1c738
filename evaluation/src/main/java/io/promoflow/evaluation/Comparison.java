package io.promoflow.evaluation;

import io.promoflow.evaluation.inference.Contrast;
import java.util.List;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * A variant against the control: Welch's unequal-variance difference and the relative lift by the
 * delta method (Deng, Knoblich, Lu 2018).
 *
 * @param variant estimate of the variant
 * @param control estimate of the control
 * @param difference variant mean less control mean
 * @param standardError of the difference
 * @param degreesOfFreedom Welch–Satterthwaite
 * @param t difference over standard error
 * @param p two-sided, fixed horizon: valid for one look only
 * @param low lower end of the fixed-horizon interval
 * @param high upper end of the fixed-horizon interval
 * @param relativeLift difference over control mean; NaN when the control mean is 0
 * @param relativeStandardError of the relative lift
 * @param relativeLow lower end of its interval
 * @param relativeHigh upper end of its interval
 */
public record Comparison(
    Group variant,
    Group control,
    double difference,
    double standardError,
    double degreesOfFreedom,
    double t,
    double p,
    double low,
    double high,
    double relativeLift,
    double relativeStandardError,
    double relativeLow,
    double relativeHigh) {

  public static Comparison of(Group variant, Group control, double alpha) {
    return of(List.of(variant), List.of(control), alpha);
  }

  /** The plain average of some groups against that of others. */
  public static Comparison of(List<Group> variants, List<Group> controls, double alpha) {
    Group variant = Contrast.average(variants);
    Group control = Contrast.average(controls);
    double difference = variant.mean() - control.mean();
    double varianceOfVariant = variant.variance() / variant.units();
    double varianceOfControl = control.variance() / control.units();
    double squared = varianceOfVariant + varianceOfControl;
    double standardError = Math.sqrt(squared);
    double df = squared * squared / (spread(variants) + spread(controls));
    double t = difference / standardError;
    boolean testable = standardError > 0 && df > 0;
    double p = Double.NaN;
    double half = Double.NaN;
    if (testable) {
      var distribution = TDistribution.of(df);
      p = Math.min(1, 2 * distribution.survivalProbability(Math.abs(t)));
      half = distribution.inverseSurvivalProbability(alpha / 2) * standardError;
    }
    double controlMean = control.mean();
    double lift = controlMean == 0 ? Double.NaN : difference / controlMean;
    double liftError =
        Math.sqrt(
            varianceOfVariant / (controlMean * controlMean)
                + varianceOfControl * (variant.mean() * variant.mean()) / Math.pow(controlMean, 4));
    double liftHalf = NormalDistribution.of(0, 1).inverseSurvivalProbability(alpha / 2) * liftError;
    return new Comparison(
        variant,
        control,
        difference,
        standardError,
        df,
        t,
        p,
        difference - half,
        difference + half,
        lift,
        liftError,
        lift - liftHalf,
        lift + liftHalf);
  }

  /** What an average's groups put below the degrees of freedom of Welch and Satterthwaite. */
  private static double spread(List<Group> groups) {
    double spread = 0;
    double share = 1.0 / ((double) groups.size() * groups.size());
    for (Group group : groups) {
      double part = share * (group.variance() / group.units());
      spread += part * part / group.degreesOfFreedom();
    }
    return spread;
  }

  /** Whether there is variation to judge by; without it no interval means anything. */
  public boolean hasError() {
    return standardError > 0 && Double.isFinite(difference);
  }

  /** Shoppers in both groups together: the time axis of the always-valid interval. */
  public long totalUnits() {
    return variant.units() + control.units();
  }
}
