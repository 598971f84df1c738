package io.promoflow.models.uplift;

import io.promoflow.models.trainer.Trainers;
import java.util.List;

/** The learners that there are, made of our own trainers. */
public final class UpliftLearners {
  private static final String EFFECTS = "linear-regression";

  private UpliftLearners() {}

  /**
   * All of them.
   *
   * @param binary whether outcomes are 0 or 1, so that a response is a probability
   */
  public static List<UpliftLearner> all(boolean binary) {
    String responses = binary ? "logistic-regression" : EFFECTS;
    return List.of(
        new TLearner(Trainers.named(responses)),
        new XLearner(Trainers.named(responses), Trainers.named(EFFECTS)));
  }

  /** Whether a name is that of a learner. */
  public static boolean has(String name) {
    return TLearner.NAME.equals(name) || XLearner.NAME.equals(name);
  }

  /** By a name that there is. */
  public static UpliftLearner named(String name, boolean binary) {
    return all(binary).stream()
        .filter(learner -> learner.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no learner '" + name + "'"));
  }
}
