package io.promoflow.models.trainer;

import java.util.Optional;

/** What came of a fit. Never says anything that is not a finite number. */
public interface Learned {

  /**
   * One answer per row: the probability of the label 1 (classification), the expected label
   * (regression), or the number of the cluster from 0 on, -1 for none (clustering).
   */
  double[] predict(Matrix rows);

  /** What serving can score with; empty when this model can only be used where it was fitted. */
  default Optional<Parameters> parameters() {
    return Optional.empty();
  }
}
