package io.promoflow.features;

import java.io.Serializable;
import java.util.List;

/** How features become another feature of the same window. */
interface Formula extends Serializable {
  /** Names of the features that it reads. */
  List<String> inputs();

  /**
   * The value; NaN when it is missing.
   *
   * @param values of the inputs, in their order; NaN for missing ones
   */
  double value(double[] values);
}
