package io.promoflow.models.flink;

import io.promoflow.models.trainer.Learned;
import io.promoflow.models.trainer.Matrix;

/**
 * The share of a row's nearest neighbours, Euclidean, that have the label 1; as one more neighbour
 * of each label were asked (Laplace's rule), so that nothing is ever certain.
 *
 * @param known rows that were learnt
 * @param labels of them, 0 or 1
 * @param k neighbours that are asked; of equally far ones the earlier are nearer
 */
record NearestNeighbours(Matrix known, double[] labels, int k) implements Learned {

  @Override
  public double[] predict(Matrix rows) {
    int asked = Math.min(k, known.rows());
    var answers = new double[rows.rows()];
    var distances = new double[asked];
    var votes = new double[asked];
    for (int i = 0; i < answers.length; i++) {
      answers[i] = (votes(rows, i, distances, votes) + 1) / (asked + 2);
    }
    return answers;
  }

  /** Keeps the nearest sorted while it passes over all known rows. */
  private double votes(Matrix rows, int row, double[] distances, double[] votes) {
    int found = 0;
    for (int other = 0; other < known.rows(); other++) {
      double limit =
          found < distances.length ? Double.POSITIVE_INFINITY : distances[distances.length - 1];
      double distance = squaredDistance(rows, row, other, limit);
      if (found < distances.length || distance < limit) {
        found = Math.min(found + 1, distances.length);
        int place = found - 1;
        while (place > 0 && distances[place - 1] > distance) {
          distances[place] = distances[place - 1];
          votes[place] = votes[place - 1];
          place--;
        }
        distances[place] = distance;
        votes[place] = labels[other];
      }
    }
    double sum = 0;
    for (double vote : votes) {
      sum += vote;
    }
    return sum;
  }

  /** Stops where it is beyond the limit. */
  private double squaredDistance(Matrix rows, int row, int other, double limit) {
    int width = known.width();
    int base = row * width;
    int otherBase = other * width;
    double sum = 0;
    for (int c = 0; c < width && sum < limit; c++) {
      double gap = rows.values()[base + c] - known.values()[otherBase + c];
      sum += gap * gap;
    }
    return sum;
  }
}
