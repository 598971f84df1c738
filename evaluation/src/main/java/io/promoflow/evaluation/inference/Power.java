package io.promoflow.evaluation.inference;

import io.promoflow.evaluation.AlwaysValid;
import java.util.function.LongPredicate;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * How many shoppers it takes to see a difference of means.
 *
 * @param difference to be seen, in the metric's unit, not 0
 * @param variantVariance per shopper
 * @param controlVariance per shopper
 * @param variantShare share of the variant among both groups, between 0 and 1
 */
public record Power(
    double difference, double variantVariance, double controlVariance, double variantShare) {
  /** Beyond this many shoppers we say "never". */
  public static final long NEVER = 1L << 52;

  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  /** Standard error of the difference after {@code units} shoppers in both groups together. */
  public double standardError(long units) {
    return Math.sqrt(
        (variantVariance / variantShare + controlVariance / (1 - variantShare)) / units);
  }

  /** Chance that a two-sided z test at {@code alpha} finds the difference, in either direction. */
  public double at(long units, double alpha) {
    double critical = NORMAL.inverseSurvivalProbability(alpha / 2);
    double shift = Math.abs(difference) / standardError(units);
    return NORMAL.survivalProbability(critical - shift)
        + NORMAL.survivalProbability(critical + shift);
  }

  /** Fewest shoppers of both groups together with that power; {@link #NEVER} when too many. */
  public long unitsFor(double power, double alpha) {
    return first(units -> at(units, alpha) >= power);
  }

  /**
   * Shoppers after which the always-valid interval is no wider than the difference to each side.
   */
  public long unitsUntilSeen(AlwaysValid interval) {
    return first(
        units -> interval.multiplier(units) * standardError(units) <= Math.abs(difference));
  }

  /** The first count from 4 on where a condition holds that, once it does, keeps holding. */
  private static long first(LongPredicate holds) {
    long low = 4;
    long high = low;
    while (!holds.test(high)) {
      low = high;
      high *= 2;
      if (high > NEVER) {
        return NEVER;
      }
    }
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (holds.test(middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return high;
  }
}
