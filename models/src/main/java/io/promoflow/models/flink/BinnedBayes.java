package io.promoflow.models.flink;

import io.promoflow.models.trainer.Learned;
import io.promoflow.models.trainer.Logistic;
import io.promoflow.models.trainer.Matrix;
import java.util.Arrays;

/**
 * Naive Bayes on columns in bins: the log-odds of the label 1 are a sum over columns.
 *
 * @param edges of the bins per column, ascending; a value outside is in the first or last bin
 * @param prior log-odds before anything is known
 * @param logRatios per column and bin, what it adds to the log-odds; a bin that nobody was in, 0
 */
record BinnedBayes(double[][] edges, double prior, double[][] logRatios) implements Learned {

  @Override
  public double[] predict(Matrix rows) {
    var answers = new double[rows.rows()];
    for (int i = 0; i < answers.length; i++) {
      double sum = prior;
      for (int c = 0; c < edges.length; c++) {
        int bin = bin(edges[c], rows.at(i, c));
        sum += bin < logRatios[c].length ? logRatios[c][bin] : 0;
      }
      answers[i] = Logistic.of(sum);
    }
    return answers;
  }

  /** As Flink ML does it: the bin that begins at or before a value. */
  private static int bin(double[] edges, double value) {
    int place = Arrays.binarySearch(edges, value);
    int bin = place >= 0 ? place : -place - 2;
    return Math.max(0, Math.min(bin, edges.length - 2));
  }
}
