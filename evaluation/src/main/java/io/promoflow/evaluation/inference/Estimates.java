package io.promoflow.evaluation.inference;

import io.promoflow.evaluation.Group;

/** A group's estimate of a metric from its moments. */
public final class Estimates {
  private Estimates() {}

  /** Mean of the first number. */
  public static Group mean(Moments moments) {
    return moments.units() == 0
        ? new Group(0, Double.NaN, Double.NaN)
        : new Group(moments.units(), moments.mean(0), moments.variance(0));
  }

  /** Sum of the first number over sum of the second, by the delta method. */
  public static Group ratio(Moments moments) {
    return moments.units() == 0 || moments.mean(1) == 0
        ? new Group(moments.units(), Double.NaN, Double.NaN)
        : Group.ratio(
            moments.units(),
            moments.mean(0),
            moments.mean(1),
            moments.variance(0),
            moments.variance(1),
            moments.covariance(0, 1));
  }
}
