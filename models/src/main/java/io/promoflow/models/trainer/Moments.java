package io.promoflow.models.trainer;

/**
 * Mean and standard deviation (of the population) of finite numbers of any size, without overflow.
 */
record Moments(double mean, double deviation) {
  /** Below this share of the largest number a deviation is nothing but rounding. */
  private static final double ROUNDING = 1e-12;

  /** Mean 0 and deviation 0 when nothing weighs anything. */
  static Moments of(double[] values, double[] weights) {
    double most = 0;
    for (double value : values) {
      most = Math.max(most, Math.abs(value));
    }
    if (most == 0) {
      return new Moments(0, 0);
    }
    // a power of two: dividing by it loses nothing
    double unit = Math.scalb(1.0, Math.max(Math.getExponent(most), Double.MIN_EXPONENT));
    double mean = mean(values, weights, unit);
    double deviation = deviation(values, weights, unit, mean) * unit;
    return new Moments(mean * unit, deviation > ROUNDING * most ? deviation : 0);
  }

  private static double mean(double[] values, double[] weights, double unit) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < values.length; i++) {
      sum += weights[i] * (values[i] / unit);
      total += weights[i];
    }
    return total == 0 ? 0 : sum / total;
  }

  private static double deviation(double[] values, double[] weights, double unit, double mean) {
    double sum = 0;
    double squares = 0;
    double total = 0;
    for (int i = 0; i < values.length; i++) {
      double gap = values[i] / unit - mean;
      sum += weights[i] * gap;
      squares += weights[i] * gap * gap;
      total += weights[i];
    }
    // the sum of gaps is 0 but for rounding (Chan, Golub, LeVeque 1983, corrected two-pass)
    return total == 0 ? 0 : Math.sqrt(Math.max(0, (squares - sum * sum / total) / total));
  }
}
