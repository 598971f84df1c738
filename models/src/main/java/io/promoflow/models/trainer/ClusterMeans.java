package io.promoflow.models.trainer;

import java.util.Arrays;

/** Sums over the rows of every cluster, kept per stripe so that only what changed is added anew. */
final class ClusterMeans {
  private final Sample sample;
  private final int width;
  private final int k;
  private final double[][] sums;
  private final double[][] weights;
  private final int[][] members;

  ClusterMeans(Sample sample, Stripes stripes, int k) {
    this.sample = sample;
    this.width = sample.rows().width();
    this.k = k;
    this.sums = stripes.arrays(k * width);
    this.weights = stripes.arrays(k);
    this.members = new int[stripes.count()][k];
  }

  /** Adds up the rows {@code from} to {@code to} anew, by the number of their cluster. */
  void addUp(int stripe, int from, int to, int[] clusters) {
    double[] values = sample.rows().values();
    double[] sum = sums[stripe];
    Arrays.fill(sum, 0);
    Arrays.fill(weights[stripe], 0);
    Arrays.fill(members[stripe], 0);
    for (int i = from; i < to; i++) {
      int cluster = clusters[i];
      double weight = sample.weights()[i];
      members[stripe][cluster]++;
      weights[stripe][cluster] += weight;
      for (int c = 0; c < width; c++) {
        sum[cluster * width + c] += weight * values[i * width + c];
      }
    }
  }

  /** Rows per cluster. */
  int[] members() {
    var total = new int[k];
    for (int[] part : members) {
      Arrays.setAll(total, cluster -> total[cluster] + part[cluster]);
    }
    return total;
  }

  /** One behind the other. */
  double[] means() {
    double[] means = total(sums);
    double[] weight = total(weights);
    for (int i = 0; i < means.length; i++) {
      means[i] /= weight[i / width];
    }
    return means;
  }

  private static double[] total(double[][] parts) {
    double[][] copy = parts.clone();
    copy[0] = parts[0].clone();
    return Stripes.sum(copy);
  }
}
