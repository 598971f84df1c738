package io.promoflow.models.trainer;

import io.promoflow.ingestion.schema.Calibration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Isotonic regression of labels on scores: the probabilities that never fall with the score and are
 * nearest to the labels, found by pooling adjacent violators (Ayer et al. 1955; Zadrozny and Elkan
 * 2002).
 */
public final class Isotonic {
  private final double[] scores;
  private final double[] means;
  private final double[] weights;
  private int blocks;

  private Isotonic(int size) {
    scores = new double[size];
    means = new double[size];
    weights = new double[size];
  }

  /**
   * A line through the middles of the pooled blocks. Blocks are pulled half a row towards the other
   * label, so that no probability is 0 or 1.
   */
  public static Calibration fit(double[] scores, double[] labels) {
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> scores[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    var pooled = new Isotonic(scores.length);
    for (int i : order) {
      pooled.add(scores[i], labels[i]);
    }
    return pooled.line();
  }

  private void add(double score, double label) {
    scores[blocks] = score;
    means[blocks] = label;
    weights[blocks] = 1;
    blocks++;
    while (blocks > 1
        && (means[blocks - 2] >= means[blocks - 1] || scores[blocks - 2] == scores[blocks - 1])) {
      pool();
    }
  }

  private void pool() {
    int a = blocks - 2;
    int b = blocks - 1;
    double weight = weights[a] + weights[b];
    scores[a] = (scores[a] * weights[a] + scores[b] * weights[b]) / weight;
    means[a] = (means[a] * weights[a] + means[b] * weights[b]) / weight;
    weights[a] = weight;
    blocks--;
  }

  private Calibration line() {
    var probabilities = new double[blocks];
    for (int i = 0; i < blocks; i++) {
      probabilities[i] = (means[i] * weights[i] + 0.5) / (weights[i] + 1);
    }
    // the pull is stronger on small blocks and may undo the order
    for (int i = 1; i < blocks; i++) {
      probabilities[i] = Math.max(probabilities[i], probabilities[i - 1]);
    }
    return new Calibration(0, 0, Arrays.copyOf(scores, blocks), probabilities);
  }
}
