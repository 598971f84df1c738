package io.promoflow.evaluation.offpolicy;

import io.promoflow.evaluation.Group;

/**
 * The mean of one variant when weights followed the results. The plain mean is then biased: a
 * variant that had bad luck gets fewer shoppers to make up for it. This one is the mean of the
 * scores Γ = m̂ + 1{here}/e·(y − m̂), e the logged probability of the variant and m̂ the mean of
 * those who came before, each of which is right on average whatever came before it (augmented
 * inverse propensity; Hadad, Hirshberg, Zhan, Wager, Athey 2021, eq. 5).
 *
 * <p>Shoppers are added in the order of their assignment, also those of other variants.
 */
public final class AdaptiveMean {
  private long units;
  private long here;
  private double before;
  private double mean;
  private double deviations;

  /**
   * Takes in a shopper.
   *
   * @param probability that this variant had at the shopper's assignment, above 0
   * @param assigned whether the shopper got this variant
   * @param value of the shopper; of no meaning for other variants
   */
  public void add(double probability, boolean assigned, double value) {
    if (!(probability > 0 && probability <= 1)) {
      throw new IllegalArgumentException("probability must lie in (0, 1], is " + probability);
    }
    double guess = here == 0 ? 0 : before / here;
    double score = guess + (assigned ? (value - guess) / probability : 0);
    units++;
    double off = score - mean;
    mean += off / units;
    deviations += off * (score - mean);
    if (assigned) {
      here++;
      before += value;
    }
  }

  /**
   * The estimate as a group, whose variance over its units is the estimate's: two of them make a
   * comparison like any other.
   */
  public Group group() {
    return units == 0
        ? new Group(0, Double.NaN, Double.NaN)
        : new Group(units, mean, units < 2 ? Double.NaN : deviations / (units - 1));
  }
}
