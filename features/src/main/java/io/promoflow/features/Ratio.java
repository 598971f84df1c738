package io.promoflow.features;

import java.util.List;

/** One feature divided by another; missing when one is missing or the divisor is 0. */
record Ratio(String numerator, String denominator) implements Formula {
  private static final long serialVersionUID = 1L;

  @Override
  public List<String> inputs() {
    return List.of(numerator, denominator);
  }

  @Override
  public double value(double[] values) {
    return values[1] == 0 ? Double.NaN : values[0] / values[1];
  }

  @Override
  public String toString() {
    return numerator + " / " + denominator;
  }
}
