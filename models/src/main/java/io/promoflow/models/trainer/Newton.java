package io.promoflow.models.trainer;

import io.promoflow.models.trainer.PenalizedLoss.Evaluation;
import java.util.Optional;

/**
 * Newton's method with step halving; for a logistic regression it is iteratively reweighted least
 * squares. Boyd and Vandenberghe, "Convex Optimization" (2004), algorithm 9.5, stopped by its
 * decrement. Second derivatives are only computed anew where those at hand get ahead too slowly.
 */
final class Newton {
  /** How much more of the mean loss may be left to gain when the last step is taken. */
  private static final double ENOUGH = 3e-11;

  /** Share of its gain that a step leaves behind: above it second derivatives are renewed. */
  private static final double SLOW = 1e-2;

  /** The last step is not believed to leave behind less than this. */
  private static final double FASTEST = 1e-3;

  private static final double ARMIJO = 1e-4;
  private static final double SHORTEST = 1e-9;

  private final PenalizedLoss loss;

  Newton(PenalizedLoss loss) {
    this.loss = loss;
  }

  /**
   * The point where the loss is least.
   *
   * @param start evaluated last
   * @param first about the way to steps from there
   */
  double[] minimize(Evaluation start, NewtonSteps first, int iterations)
      throws InterruptedException {
    Evaluation at = start;
    NewtonSteps steps = first;
    double[] step = steps.from(at.gradient());
    double left = gain(at, step);
    double share = 1;
    for (int i = 0; i < iterations && share * left > ENOUGH; i++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("a regression was interrupted");
      }
      Optional<Evaluation> lower = search(at, step);
      if (lower.isEmpty()) {
        return at.point();
      }
      at = lower.get();
      step = steps.from(at.gradient());
      share = Math.max(FASTEST, Math.min(1, gain(at, step) / left));
      left = gain(at, step);
      if (share > SLOW && !steps.areCurrent()) {
        steps = loss.steps();
        step = steps.from(at.gradient());
        left = gain(at, step);
      }
    }
    return share * left > ENOUGH ? at.point() : moved(at.point(), 1, step);
  }

  /** Of the loss, that a whole step is expected to gain: half the squared Newton decrement. */
  private static double gain(Evaluation at, double[] step) {
    return -ConjugateGradient.dot(at.gradient(), step) / 2;
  }

  /** Halves the step until the loss has fallen; empty when round-off keeps it from falling. */
  private Optional<Evaluation> search(Evaluation at, double[] step) {
    double slope = 2 * gain(at, step);
    for (double length = 1; length > SHORTEST; length /= 2) {
      Evaluation next = loss.at(moved(at.point(), length, step));
      if (next.loss() <= at.loss() - ARMIJO * length * slope) {
        return Optional.of(next);
      }
    }
    return Optional.empty();
  }

  private static double[] moved(double[] point, double length, double[] step) {
    double[] moved = point.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += length * step[i];
    }
    return moved;
  }
}
