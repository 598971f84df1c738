package io.promoflow.models.trainer;

/** Solves for the step that leads from a gradient to the minimum of a quadratic function. */
interface NewtonSteps {

  /** Minus the inverse of the second derivatives times the gradient. */
  double[] from(double[] gradient);

  /** Whether the second derivatives are always those of the point evaluated last. */
  boolean areCurrent();
}
