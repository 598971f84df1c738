package io.promoflow.models.trainer;

/** The logistic function and its inverse. */
public final class Logistic {
  private Logistic() {}

  /** 1 / (1 + exp(-x)), without overflow. */
  public static double of(double x) {
    if (x >= 0) {
      return 1 / (1 + Math.exp(-x));
    }
    double e = Math.exp(x);
    return e / (1 + e);
  }

  /** log(p / (1 - p)). */
  public static double logOdds(double p) {
    return Math.log(p) - Math.log1p(-p);
  }
}
