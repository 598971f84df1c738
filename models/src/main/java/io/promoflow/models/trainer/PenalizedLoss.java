package io.promoflow.models.trainer;

import java.util.Arrays;

/**
 * Mean loss of a linear predictor plus half the squares of its coefficients, each times its
 * penalty; the intercept, the last element of a point, has none. A floor under the penalties makes
 * it strictly convex with a minimum at a finite point, whatever the rows are.
 */
final class PenalizedLoss {
  /**
   * Of about standardised rows; moves coefficients that are determined at all by less than this.
   */
  private static final double LEAST_PENALTY = 1e-12;

  /** Above it the matrix of second derivatives takes longer to fill than to do without. */
  private static final int MOST_FOR_MATRIX = 500;

  private static final int ROWS_IN_CACHE = 128;

  /** One in so many groups of rows is enough for rough steps, if each column has enough of them. */
  private static final int THINNED = 4;

  private static final int ROWS_PER_COLUMN = 200;

  private final Matrix rows;
  private final double[] labels;
  private final double[] weights;
  private final double weight;
  private final RowLoss loss;
  private final double[] penalties;
  private final Stripes stripes;
  private final double[] predictors;
  private final double[] curvatures;

  PenalizedLoss(
      Matrix rows,
      double[] labels,
      double[] weights,
      double weight,
      RowLoss loss,
      double[] penalties) {
    this.rows = rows;
    this.labels = labels;
    this.weights = weights;
    this.weight = weight;
    this.loss = loss;
    this.penalties = penalties;
    this.stripes = Stripes.of(rows.rows());
    this.predictors = new double[rows.rows()];
    this.curvatures = new double[rows.rows()];
  }

  /** A point, the loss there and its gradient. */
  record Evaluation(double[] point, double loss, double[] gradient) {}

  /** From here on {@link #steps} and the products below are those of this point. */
  Evaluation at(double[] point) {
    double[][] parts = stripes.arrays(point.length + 1);
    stripes.forEach(
        (stripe, from, to) -> {
          for (int i = from; i < to; i += ROWS_IN_CACHE) {
            addPulls(point, i, Math.min(i + ROWS_IN_CACHE, to), parts[stripe]);
          }
        });
    double[] sums = Stripes.sum(parts);
    double value = sums[point.length] / weight;
    var gradient = new double[point.length];
    for (int c = 0; c < point.length; c++) {
      double penalty = penalty(c);
      gradient[c] = penalty * point[c] - sums[c] / weight;
      value += penalty * point[c] * point[c] / 2;
    }
    return new Evaluation(point, value, gradient);
  }

  private void addPulls(double[] point, int from, int to, double[] sums) {
    var products = new RowProducts(rows, from, to);
    products.times(point, predictors);
    sums[point.length] += loss.of(predictors, labels, weights, curvatures, from, to);
    products.addWeighted(predictors, sums);
  }

  /** The way to Newton steps by the second derivatives at the point evaluated last. */
  NewtonSteps steps() {
    return rows.width() > MOST_FOR_MATRIX
        ? new ConjugateGradient(this)
        : Cholesky.of(hessian(1), rows.width() + 1);
  }

  /** About the same from a part of the rows, where there are plenty. */
  NewtonSteps roughSteps() {
    int size = rows.width() + 1;
    return rows.width() > MOST_FOR_MATRIX || rows.rows() / THINNED < ROWS_PER_COLUMN * size
        ? steps()
        : Cholesky.of(hessian(THINNED), size);
  }

  /** Second derivatives by one in so many groups of rows, at and above the diagonal. */
  private double[] hessian(int thinned) {
    int size = rows.width() + 1;
    double[][] parts = stripes.arrays(size * size);
    double[][] seen = stripes.arrays(1);
    stripes.forEach(
        (stripe, from, to) -> {
          for (int i = from; i < to; i += thinned * ROWS_IN_CACHE) {
            int end = Math.min(i + ROWS_IN_CACHE, to);
            new RowProducts(rows, i, end).addOuter(curvatures, parts[stripe]);
            seen[stripe][0] += Arrays.stream(weights, i, end).sum();
          }
        });
    double[] hessian = Stripes.sum(parts);
    double seenWeight = Stripes.sum(seen)[0];
    for (int i = 0; i < hessian.length; i++) {
      hessian[i] /= seenWeight;
    }
    for (int c = 0; c < size; c++) {
      hessian[c * size + c] += penalty(c);
    }
    return hessian;
  }

  /** The diagonal of the second derivatives. */
  double[] hessianDiagonal() {
    double[][] parts = stripes.arrays(rows.width() + 1);
    stripes.forEach(
        (stripe, from, to) ->
            new RowProducts(rows, from, to).addSquares(curvatures, parts[stripe]));
    double[] diagonal = Stripes.sum(parts);
    for (int c = 0; c < diagonal.length; c++) {
      diagonal[c] = diagonal[c] / weight + penalty(c);
    }
    return diagonal;
  }

  /** The second derivatives times a vector. */
  double[] hessianTimes(double[] vector) {
    double[][] parts = stripes.arrays(vector.length);
    stripes.forEach(
        (stripe, from, to) -> {
          for (int i = from; i < to; i += ROWS_IN_CACHE) {
            addCurved(vector, i, Math.min(i + ROWS_IN_CACHE, to), parts[stripe]);
          }
        });
    double[] product = Stripes.sum(parts);
    for (int c = 0; c < product.length; c++) {
      product[c] = product[c] / weight + penalty(c) * vector[c];
    }
    return product;
  }

  private void addCurved(double[] vector, int from, int to, double[] sums) {
    var products = new RowProducts(rows, from, to);
    products.times(vector, predictors);
    for (int i = from; i < to; i++) {
      predictors[i] *= curvatures[i];
    }
    products.addWeighted(predictors, sums);
  }

  private double penalty(int c) {
    return c < penalties.length ? Math.max(LEAST_PENALTY, penalties[c]) : 0;
  }
}
