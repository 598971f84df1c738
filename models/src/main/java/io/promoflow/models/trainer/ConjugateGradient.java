package io.promoflow.models.trainer;

/**
 * Newton steps of a wide regression, which never holds the matrix of second derivatives: conjugate
 * gradients on products with it, preconditioned by its diagonal. Nocedal and Wright, "Numerical
 * Optimization" (2006), algorithms 5.3 and 7.1.
 */
record ConjugateGradient(PenalizedLoss loss) implements NewtonSteps {
  private static final double ENOUGH = 1e-2;
  private static final int MOST_ROUNDS = 1000;

  @Override
  public double[] from(double[] gradient) {
    double[] diagonal = loss.hessianDiagonal();
    var step = new double[gradient.length];
    double[] residual = scaled(-1, gradient);
    double[] direction = divided(residual, diagonal);
    double length = dot(residual, direction);
    double enough = ENOUGH * ENOUGH * length;
    for (int round = 0; round < MOST_ROUNDS && length > enough; round++) {
      double[] product = loss.hessianTimes(direction);
      double far = length / dot(direction, product);
      if (!Double.isFinite(far)) {
        break;
      }
      add(step, far, direction);
      add(residual, -far, product);
      double[] preconditioned = divided(residual, diagonal);
      double next = dot(residual, preconditioned);
      direction = scaled(next / length, direction);
      add(direction, 1, preconditioned);
      length = next;
    }
    return step;
  }

  @Override
  public boolean areCurrent() {
    return true;
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void add(double[] to, double factor, double[] vector) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * vector[i];
    }
  }

  private static double[] scaled(double factor, double[] vector) {
    var scaled = new double[vector.length];
    add(scaled, factor, vector);
    return scaled;
  }

  private static double[] divided(double[] vector, double[] by) {
    var divided = new double[vector.length];
    for (int i = 0; i < divided.length; i++) {
      divided[i] = vector[i] / by[i];
    }
    return divided;
  }
}
