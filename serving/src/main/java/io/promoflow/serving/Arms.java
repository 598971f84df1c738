package io.promoflow.serving;

import java.util.List;

/**
 * The choices of one decision, of which giving nothing is one, and how probable each is.
 *
 * <p>Epsilon-greedy: with probability ε every choice has the same chance, else the best one is
 * taken; the best of n is taken with 1 − ε + ε/n, another with ε/n (Sutton, Barto, <i>Reinforcement
 * Learning</i>, 2018, 2.2; Langford, Zhang, <i>The Epoch-Greedy Algorithm</i>, 2007). So every
 * choice has a probability that is known and above 0, which off-policy estimates need.
 *
 * @param choices what could be given, best first
 * @param best index of the best choice, or {@link #NOTHING}
 * @param epsilon 0 to 1
 * @param withNothing whether giving nothing is drawn from, too
 */
record Arms(List<Scored> choices, int best, double epsilon, boolean withNothing) {
  static final int NOTHING = -1;

  /** One choice and its probability; {@code chosen} is null when nothing is given. */
  record Drawn(Scored chosen, double probability) {}

  /** What a strategy laid down: the best one that is left, whatever its score. */
  static Arms laidDown(List<Scored> bestFirst) {
    return new Arms(bestFirst, bestFirst.isEmpty() ? NOTHING : 0, 0, false);
  }

  /** Free choice, with a share of exploration. */
  static Arms free(List<Scored> bestFirst, double epsilon) {
    boolean pays = !bestFirst.isEmpty() && bestFirst.get(0).score() > 0;
    return new Arms(bestFirst, pays ? 0 : NOTHING, epsilon, true);
  }

  Scored bestChoice() {
    return best == NOTHING ? null : choices.get(best);
  }

  /** Probability of a choice, by index. */
  double probability(int choice) {
    double chance = epsilon / (choices.size() + (withNothing ? 1 : 0));
    return epsilon == 0 ? (choice == best ? 1 : 0) : chance + (choice == best ? 1 - epsilon : 0);
  }

  /**
   * The choice at a position; choices lie side by side, nothing first, as wide as they are
   * probable.
   *
   * @param position 0 to below 1
   */
  Drawn at(double position) {
    if (epsilon == 0) {
      return new Drawn(bestChoice(), 1);
    }
    double edge = 0;
    for (int choice = NOTHING; choice < choices.size(); choice++) {
      edge += probability(choice);
      if (position < edge || choice == choices.size() - 1) {
        Scored chosen = choice == NOTHING ? null : choices.get(choice);
        return new Drawn(chosen, probability(choice));
      }
    }
    throw new IllegalStateException("giving nothing is always a choice");
  }
}
