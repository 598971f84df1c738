package io.promoflow.models;

import io.promoflow.ingestion.schema.Calibration;
import io.promoflow.models.trainer.Logistic;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/** Reads calibrations: from a model's score to a probability. */
public final class Calibrated {
  private static final double LEAST = 1e-9;

  private Calibrated() {}

  /** The score itself when there is no calibration. */
  static double probability(Calibration calibration, double score) {
    if (calibration == null) {
      return score;
    }
    return calibration.isotonic()
        ? onLine(calibration.scores(), calibration.probabilities(), score)
        : Logistic.of(calibration.slope() * logOdds(score) + calibration.offset());
  }

  /** Of a score kept away from 0 and 1. */
  public static double logOdds(double score) {
    return Logistic.logOdds(Math.min(Math.max(score, LEAST), 1 - LEAST));
  }

  private static double onLine(double[] x, double[] y, double at) {
    int found = Arrays.binarySearch(x, at);
    if (found >= 0) {
      return y[found];
    }
    int next = -found - 1;
    if (next == 0 || next == x.length) {
      return y[Math.min(next, x.length - 1)];
    }
    double part = (at - x[next - 1]) / (x[next] - x[next - 1]);
    return y[next - 1] + part * (y[next] - y[next - 1]);
  }

  /** What is wrong with a calibration; empty when nothing is, or when there is none. */
  static Optional<String> refusal(Calibration c) {
    if (c == null) {
      return Optional.empty();
    }
    if (!c.isotonic()) {
      return Double.isFinite(c.slope()) && Double.isFinite(c.offset()) && c.slope() > 0
          ? Optional.empty()
          : Optional.of("its calibration has slope " + c.slope() + " and offset " + c.offset());
    }
    boolean rising =
        c.scores().length > 0
            && c.scores().length == c.probabilities().length
            && IntStream.range(1, c.scores().length)
                .allMatch(
                    i ->
                        c.scores()[i - 1] < c.scores()[i]
                            && c.probabilities()[i - 1] <= c.probabilities()[i]);
    return rising && Arrays.stream(c.probabilities()).allMatch(p -> p >= 0 && p <= 1)
        ? Optional.empty()
        : Optional.of("its calibration does not rise from 0 to 1");
  }
}
