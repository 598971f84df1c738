package io.promoflow.models;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * How well separated a segmentation is, -1 to 1: the mean over rows of {@code (b - a) / max(a, b)},
 * a = mean distance to the own segment, b = to the nearest other (Rousseeuw 1987). Euclidean.
 */
public final class Silhouette {
  private Silhouette() {}

  /** Of at most {@code most} rows, chosen by the seed; exact when there are no more. */
  public static double sampled(double[][] vectors, int[] labels, int most, long seed) {
    if (vectors.length <= most) {
      return mean(vectors, labels);
    }
    int[] chosen = sample(vectors.length, most, seed);
    return mean(
        Arrays.stream(chosen).mapToObj(i -> vectors[i]).toArray(double[][]::new),
        Arrays.stream(chosen).map(i -> labels[i]).toArray());
  }

  /** Rows by partial Fisher-Yates shuffle, in ascending order. */
  static int[] sample(int rows, int most, long seed) {
    int[] all = IntStream.range(0, rows).toArray();
    var random = new Random(seed);
    for (int i = 0; i < most; i++) {
      int other = i + random.nextInt(rows - i);
      int kept = all[other];
      all[other] = all[i];
      all[i] = kept;
    }
    return Arrays.stream(all, 0, most).sorted().toArray();
  }

  /** Exact; 0 when all rows are in one segment. A row alone in its segment counts 0. */
  public static double mean(double[][] vectors, int[] labels) {
    int segments = Arrays.stream(labels).max().orElse(0) + 1;
    var sizes = new int[segments];
    Arrays.stream(labels).forEach(label -> sizes[label]++);
    if (Arrays.stream(sizes).filter(size -> size > 0).count() < 2) {
      return 0;
    }
    double[][] sums = distanceSums(vectors, labels, segments);
    double total = 0;
    for (int i = 0; i < vectors.length; i++) {
      total += ofRow(sums[i], sizes, labels[i]);
    }
    return total / vectors.length;
  }

  /** Per row and segment, the sum of distances; each pair is measured once. */
  private static double[][] distanceSums(double[][] vectors, int[] labels, int segments) {
    var sums = new double[vectors.length][segments];
    for (int i = 0; i < vectors.length; i++) {
      for (int j = 0; j < i; j++) {
        double distance = Math.sqrt(Scorer.squaredDistance(vectors[i], vectors[j]));
        sums[i][labels[j]] += distance;
        sums[j][labels[i]] += distance;
      }
    }
    return sums;
  }

  private static double ofRow(double[] sums, int[] sizes, int own) {
    if (sizes[own] == 1) {
      return 0;
    }
    double inside = sums[own] / (sizes[own] - 1);
    double outside = Double.POSITIVE_INFINITY;
    for (int segment = 0; segment < sizes.length; segment++) {
      if (segment != own && sizes[segment] > 0) {
        outside = Math.min(outside, sums[segment] / sizes[segment]);
      }
    }
    double larger = Math.max(inside, outside);
    return larger == 0 ? 0 : (outside - inside) / larger;
  }
}
