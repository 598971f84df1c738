package io.promoflow.models;

/**
 * How far clusters are apart against how wide they are: the ratio of the variance between them to
 * that within, each by its degrees of freedom (Calinski and Harabasz 1974). Larger is better.
 */
public final class CalinskiHarabasz {
  private CalinskiHarabasz() {}

  /**
   * The index; 0 when there is one cluster only, or as many as rows.
   *
   * @param labels cluster of every row, from 0 on
   */
  public static double of(double[][] rows, int[] labels) {
    int width = rows.length == 0 ? 0 : rows[0].length;
    int k = java.util.Arrays.stream(labels).max().orElse(0) + 1;
    if (k < 2 || rows.length <= k) {
      return 0;
    }
    var means = new double[k][width];
    var sizes = new int[k];
    var mean = new double[width];
    for (int i = 0; i < rows.length; i++) {
      sizes[labels[i]]++;
      for (int c = 0; c < width; c++) {
        means[labels[i]][c] += rows[i][c];
        mean[c] += rows[i][c] / rows.length;
      }
    }
    double between = 0;
    for (int cluster = 0; cluster < k; cluster++) {
      for (int c = 0; c < width && sizes[cluster] > 0; c++) {
        means[cluster][c] /= sizes[cluster];
      }
      between +=
          sizes[cluster] == 0 ? 0 : sizes[cluster] * Scorer.squaredDistance(means[cluster], mean);
    }
    double within = 0;
    for (int i = 0; i < rows.length; i++) {
      within += Scorer.squaredDistance(rows[i], means[labels[i]]);
    }
    return within == 0 ? Double.MAX_VALUE : between / (k - 1) / (within / (rows.length - k));
  }
}
