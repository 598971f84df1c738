package io.promoflow.models.trainer;

import java.util.Optional;

/** Every row belongs to its nearest centroid, Euclidean; of equally near ones to the first. */
public record CentroidModel(double[][] centroids) implements Learned {

  @Override
  public double[] predict(Matrix rows) {
    var answers = new double[rows.rows()];
    for (int i = 0; i < answers.length; i++) {
      double least = Double.POSITIVE_INFINITY;
      for (int c = 0; c < centroids.length; c++) {
        double distance = squaredDistance(rows, i, centroids[c]);
        if (distance < least) {
          least = distance;
          answers[i] = c;
        }
      }
    }
    return answers;
  }

  private static double squaredDistance(Matrix rows, int row, double[] centroid) {
    double sum = 0;
    int base = row * rows.width();
    for (int i = 0; i < centroid.length; i++) {
      double gap = rows.values()[base + i] - centroid[i];
      sum += gap * gap;
    }
    return sum;
  }

  /** Sum of squared distances of rows to their nearest centroids. */
  public double inertia(Matrix rows) {
    double[] nearest = predict(rows);
    double sum = 0;
    for (int i = 0; i < nearest.length; i++) {
      sum += squaredDistance(rows, i, centroids[(int) nearest[i]]);
    }
    return sum;
  }

  @Override
  public Optional<Parameters> parameters() {
    return Optional.of(Parameters.kmeans(centroids));
  }
}
