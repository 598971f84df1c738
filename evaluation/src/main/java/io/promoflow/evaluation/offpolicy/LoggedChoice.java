package io.promoflow.evaluation.offpolicy;

/**
 * One logged decision with what came of it, seen from another policy.
 *
 * @param probability with which the logging policy chose what it chose, above 0
 * @param wished probability with which the other policy would have chosen the same, 0 to 1
 * @param reward what came of it
 * @param expected reward of what was chosen, by a model made of other data; 0 without one
 * @param expectedElsewhere reward of what the other policy chooses, on average over its choices, by
 *     the same model; 0 without one
 * @param unit shopper whose choices are not independent; null when it is independent of all others
 */
public record LoggedChoice(
    double probability,
    double wished,
    double reward,
    double expected,
    double expectedElsewhere,
    String unit) {

  public LoggedChoice {
    if (!(probability > 0 && probability <= 1) || !(wished >= 0 && wished <= 1)) {
      throw new IllegalArgumentException(
          "probabilities lie in (0, 1] and [0, 1], are " + probability + " and " + wished);
    }
  }

  /** Independent of all others. */
  public LoggedChoice(
      double probability, double wished, double reward, double expected, double expectedElsewhere) {
    this(probability, wished, reward, expected, expectedElsewhere, null);
  }

  /** Without a model of the reward. */
  public LoggedChoice(double probability, double wished, double reward) {
    this(probability, wished, reward, 0, 0);
  }

  /** How much more often the other policy would have chosen it. */
  double weight() {
    return wished / probability;
  }
}
