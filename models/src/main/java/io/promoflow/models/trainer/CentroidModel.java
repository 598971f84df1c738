package io.promoflow.models.trainer;

import java.util.Optional;

/** Every row belongs to its nearest centroid, Euclidean; of equally near ones to the first. */
public record CentroidModel(double[][] centroids) implements Learned {

  @Override
  public double[] predict(Matrix rows) {
    int width = rows.width();
    var answers = new double[rows.rows()];
    for (int i = 0; i < answers.length; i++) {
      double least = Double.POSITIVE_INFINITY;
      for (int c = 0; c < centroids.length; c++) {
        double distance = Euclidean.squared(rows.values(), i * width, centroids[c], 0, width);
        if (distance < least) {
          least = distance;
          answers[i] = c;
        }
      }
    }
    return answers;
  }

  @Override
  public Optional<Parameters> parameters() {
    return Optional.of(Parameters.kmeans(centroids));
  }
}
