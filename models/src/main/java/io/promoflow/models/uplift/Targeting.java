package io.promoflow.models.uplift;

/**
 * What it earns to give a promotion to those for whom it pays, against giving it to nobody, as
 * measured by the trial.
 *
 * @param share of shoppers who get it, 0 to 1
 * @param profit per shopper, of all
 * @param profitOfAll per shopper, had everybody got it
 */
public record Targeting(double share, double profit, double profitOfAll) {

  /**
   * What an outcome earns and what its promotion costs.
   *
   * @param margin per unit of outcome
   * @param cost of the redemption, per unit of outcome; paid for those who would have come anyway
   *     too
   */
  public record Terms(double margin, double cost) {
    public Terms {
      if (!(margin >= 0 && Double.isFinite(margin)) || !(cost >= 0 && Double.isFinite(cost))) {
        throw new IllegalArgumentException(
            "margin %s and cost %s must be numbers from 0 on".formatted(margin, cost));
      }
    }

    /** Expected profit from the promotion. */
    public double profit(double uplift, double responseWith) {
      return margin * uplift - cost * responseWith;
    }
  }

  /**
   * Measured on rows that the model has not learnt.
   *
   * @param trial of the arms 0 and 1
   * @param uplift expected, per row
   * @param responses expected with the promotion, per row
   */
  public static Targeting of(TrialSample trial, double[] uplift, double[] responses, Terms terms) {
    var gets = new boolean[uplift.length];
    double weight = 0;
    double all = 0;
    for (int i = 0; i < gets.length; i++) {
      gets[i] = terms.profit(uplift[i], responses[i]) > 0;
      weight += gets[i] ? trial.weights()[i] : 0;
      all += trial.weights()[i];
    }
    double share = weight / all;
    return new Targeting(share, share * earned(trial, gets, terms), earned(trial, null, terms));
  }

  /** Per shopper among those; 0 where an arm has none. */
  private static double earned(TrialSample trial, boolean[] among, Terms terms) {
    double[] weight = new double[2];
    double[] outcome = new double[2];
    for (int i = 0; i < trial.size(); i++) {
      if (among == null || among[i]) {
        weight[trial.arms()[i]] += trial.weights()[i];
        outcome[trial.arms()[i]] += trial.weights()[i] * trial.labels()[i];
      }
    }
    if (weight[0] == 0 || weight[1] == 0) {
      return 0;
    }
    double with = outcome[1] / weight[1];
    return terms.profit(with - outcome[0] / weight[0], with);
  }
}
