package io.promoflow.models.trainer;

/**
 * Newton's method with backtracking for the two numbers of {@link Platt} (Lin, Lin, Weng 2007,
 * algorithm 1), on standardised scores.
 */
record PlattDescent(double[] scores, double[] targets, double[] weights) {
  private static final int MOST_STEPS = 100;
  private static final double ENOUGH = 1e-10;
  private static final double RIDGE = 1e-12;
  private static final double SHORTEST = 1e-10;

  Platt run() {
    var now = new Platt(0, 0);
    double loss = loss(now);
    for (int step = 0; step < MOST_STEPS; step++) {
      Platt direction = direction(now);
      double length = 1;
      Platt next = along(now, direction, length);
      while (!(loss(next) < loss) && length > SHORTEST) {
        length /= 2;
        next = along(now, direction, length);
      }
      double nextLoss = loss(next);
      if (!(nextLoss < loss)) {
        return now;
      }
      boolean done = loss - nextLoss <= ENOUGH * ENOUGH * loss;
      now = next;
      loss = nextLoss;
      if (done) {
        return now;
      }
    }
    return now;
  }

  private static Platt along(Platt from, Platt direction, double length) {
    return new Platt(
        from.slope() + length * direction.slope(), from.offset() + length * direction.offset());
  }

  /** Minus the inverse of the second derivatives times the first ones. */
  private Platt direction(Platt at) {
    double a = 0;
    double b = 0;
    double c = 0;
    double gradientSlope = 0;
    double gradientOffset = 0;
    double total = 0;
    for (int i = 0; i < scores.length; i++) {
      double p = at.probability(scores[i]);
      double bend = weights[i] * p * (1 - p);
      a += bend * scores[i] * scores[i];
      b += bend * scores[i];
      c += bend;
      gradientSlope += weights[i] * (p - targets[i]) * scores[i];
      gradientOffset += weights[i] * (p - targets[i]);
      total += weights[i];
    }
    a += RIDGE * total;
    c += RIDGE * total;
    double determinant = a * c - b * b;
    return new Platt(
        -(c * gradientSlope - b * gradientOffset) / determinant,
        -(a * gradientOffset - b * gradientSlope) / determinant);
  }

  /** Sum of -t log p - (1 - t) log(1 - p), without overflow. */
  private double loss(Platt at) {
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      double x = at.slope() * scores[i] + at.offset();
      double softplus = Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
      sum += weights[i] * (softplus - targets[i] * x);
    }
    return sum;
  }
}
