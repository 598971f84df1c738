package io.promoflow.models.trainer;

import io.promoflow.ingestion.schema.Calibration;

/**
 * A logistic curve through labels over the log-odds of scores, fitted by Newton's method to
 * smoothed targets so that it stays finite (Platt 1999; Lin, Lin and Weng 2007).
 */
public final class Platt {
  private static final int STEPS = 100;
  private static final int HALVINGS = 30;
  private static final double ENOUGH = 1e-10;
  private static final double RIDGE = 1e-12;
  private static final double LEAST_SCORE = 1e-9;

  private final double[] x;
  private final double[] targets;
  private double slope = 1;
  private double offset;

  private Platt(double[] x, double[] labels) {
    this.x = x;
    this.targets = new double[labels.length];
    double positives = 0;
    for (double label : labels) {
      positives += label;
    }
    double yes = (positives + 1) / (positives + 2);
    double no = 1 / (labels.length - positives + 2);
    for (int i = 0; i < labels.length; i++) {
      targets[i] = labels[i] == 1 ? yes : no;
    }
  }

  /** Of probabilities; null when the scores say nothing about the labels, or the contrary. */
  public static Calibration fit(double[] scores, double[] labels) {
    var x = new double[scores.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = Logistic.logOdds(Math.min(Math.max(scores[i], LEAST_SCORE), 1 - LEAST_SCORE));
    }
    return overLogOdds(x, labels);
  }

  /** Of log-odds, or of any other number that grows with the probability. */
  public static Calibration overLogOdds(double[] x, double[] labels) {
    var platt = new Platt(x, labels);
    platt.climb();
    return platt.slope > 0 && Double.isFinite(platt.slope) && Double.isFinite(platt.offset)
        ? new Calibration(platt.slope, platt.offset, null, null)
        : null;
  }

  private void climb() {
    double loss = loss(slope, offset);
    for (int step = 0; step < STEPS; step++) {
      double[] direction = direction();
      double length = 1;
      double next = loss(slope - direction[0], offset - direction[1]);
      for (int h = 0; h < HALVINGS && !(next <= loss); h++) {
        length /= 2;
        next = loss(slope - length * direction[0], offset - length * direction[1]);
      }
      if (!(next <= loss)) {
        return;
      }
      slope -= length * direction[0];
      offset -= length * direction[1];
      if (loss - next < ENOUGH) {
        return;
      }
      loss = next;
    }
  }

  /** The inverse of the second derivatives times the first. */
  private double[] direction() {
    double a = RIDGE;
    double b = 0;
    double c = RIDGE;
    double down = 0;
    double right = 0;
    for (int i = 0; i < x.length; i++) {
      double p = Logistic.of(slope * x[i] + offset);
      double weight = p * (1 - p);
      a += weight * x[i] * x[i];
      b += weight * x[i];
      c += weight;
      down += (p - targets[i]) * x[i];
      right += p - targets[i];
    }
    double determinant = Math.max(a * c - b * b, RIDGE);
    return new double[] {
      (c * down - b * right) / determinant, (a * right - b * down) / determinant
    };
  }

  private double loss(double slope, double offset) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      double z = slope * x[i] + offset;
      // log(1 + exp(z)) - t z
      sum += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - targets[i] * z;
    }
    return sum;
  }
}
