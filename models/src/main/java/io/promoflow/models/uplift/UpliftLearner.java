package io.promoflow.models.uplift;

import io.promoflow.models.trainer.TrainingException;

/** A way to make an uplift model of ordinary trainers ("meta-learner"). */
public interface UpliftLearner {
  /** How it is asked for, for example {@code t-learner}. */
  String name();

  /** One sentence for the list of trainers. */
  String meaning();

  /**
   * Fits.
   *
   * @throws TrainingException when an arm can't be learnt from, with its kind
   */
  UpliftModel train(TrialSample trial, long seed) throws TrainingException, InterruptedException;
}
