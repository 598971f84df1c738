package io.promoflow.models;

import java.util.Arrays;

/**
 * How well separated a segmentation is: spread between segments over spread within, each per degree
 * of freedom, larger is better (Calinski and Harabasz 1974).
 */
public final class CalinskiHarabasz {
  private CalinskiHarabasz() {}

  /** 0 with fewer than two segments or none larger than one row; 1 when nobody is off centre. */
  public static double of(double[][] vectors, int[] labels) {
    int segments = Arrays.stream(labels).max().orElse(0) + 1;
    var sizes = new int[segments];
    Arrays.stream(labels).forEach(label -> sizes[label]++);
    long used = Arrays.stream(sizes).filter(size -> size > 0).count();
    if (used < 2 || used == vectors.length) {
      return 0;
    }
    double[][] centres = centres(vectors, labels, sizes);
    double[] centre = centres(vectors, new int[labels.length], new int[] {vectors.length})[0];
    double between = 0;
    for (int s = 0; s < segments; s++) {
      between += sizes[s] * Scorer.squaredDistance(centres[s], centre);
    }
    double within = 0;
    for (int i = 0; i < vectors.length; i++) {
      within += Scorer.squaredDistance(vectors[i], centres[labels[i]]);
    }
    return within == 0 ? 1 : between / (used - 1) / (within / (vectors.length - used));
  }

  /** Of an unused label 0; it weighs nothing. */
  private static double[][] centres(double[][] vectors, int[] labels, int[] sizes) {
    var centres = new double[sizes.length][vectors[0].length];
    for (int i = 0; i < vectors.length; i++) {
      double[] centre = centres[labels[i]];
      for (int c = 0; c < centre.length; c++) {
        centre[c] += vectors[i][c] / sizes[labels[i]];
      }
    }
    return centres;
  }
}
