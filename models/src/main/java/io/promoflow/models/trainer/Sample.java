package io.promoflow.models.trainer;

import java.util.Arrays;

/**
 * What is learnt from.
 *
 * @param rows finite numbers, as a rule standardised; missing ones are filled before
 * @param labels per row: 0 or 1 for a classification, any finite number for a regression; empty for
 *     a clustering
 * @param weights per row, positive; how often it counts
 */
public record Sample(Matrix rows, double[] labels, double[] weights) {

  public Sample {
    if (labels.length != 0 && labels.length != rows.rows()) {
      throw new IllegalArgumentException(labels.length + " labels for " + rows.rows() + " rows");
    }
    if (weights.length != rows.rows()) {
      throw new IllegalArgumentException(weights.length + " weights for " + rows.rows() + " rows");
    }
  }

  /** Rows that count once each. */
  public static Sample of(Matrix rows, double[] labels) {
    var weights = new double[rows.rows()];
    Arrays.fill(weights, 1);
    return new Sample(rows, labels, weights);
  }

  /** Rows without labels. */
  public static Sample of(Matrix rows) {
    return of(rows, new double[0]);
  }

  public int size() {
    return rows.rows();
  }

  /** Some of the rows, in the order asked for. */
  public Sample select(int[] chosen) {
    return new Sample(
        rows.select(chosen),
        labels.length == 0 ? labels : Arrays.stream(chosen).mapToDouble(i -> labels[i]).toArray(),
        Arrays.stream(chosen).mapToDouble(i -> weights[i]).toArray());
  }
}
