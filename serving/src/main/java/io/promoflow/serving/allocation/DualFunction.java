package io.promoflow.serving.allocation;

import java.util.Collection;
import java.util.List;

/**
 * The Lagrangian dual of the allocation: L(λ) = λ·b + Σ over decisions of max(0, max over offers of
 * gain − λ·use). It is convex and piecewise linear, bounds the profit of every allocation from
 * above at every λ ≥ 0 (weak duality), and its minimum is the optimum of the linear relaxation,
 * because the choice within one decision has only integral corners (Geoffrion 1974).
 */
final class DualFunction {
  private static final int USES = 3;

  private final Resources resources;
  private final double[] gains;

  /** Per offer {@link #USES} resources and how much it uses of each. */
  private final int[] used;

  private final double[] amounts;

  /** First offer of each decision; one more for the end. */
  private final int[] starts;

  DualFunction(Collection<List<Offer>> sample, Resources resources) {
    this.resources = resources;
    int offers = sample.stream().mapToInt(List::size).sum();
    gains = new double[offers];
    used = new int[offers * USES];
    amounts = new double[offers * USES];
    starts = new int[sample.size() + 1];
    int decision = 0;
    int next = 0;
    for (List<Offer> choices : sample) {
      for (Offer offer : choices) {
        gains[next] = offer.gainCents();
        use(next, 0, resources.budget(offer.promotionId()), offer.budgetCents());
        use(next, 1, resources.stock(offer.promotionId()), offer.units());
        use(next, 2, resources.contacts(), 1);
        next++;
      }
      starts[++decision] = next;
    }
  }

  private void use(int offer, int slot, int resource, double amount) {
    used[offer * USES + slot] = resource;
    amounts[offer * USES + slot] = amount;
  }

  Resources resources() {
    return resources;
  }

  int decisions() {
    return starts.length - 1;
  }

  /** Price from which nobody gets anything that uses the resource. */
  double prohibitive(int resource) {
    double most = 0;
    for (int i = 0; i < used.length; i++) {
      if (used[i] == resource && amounts[i] > 0) {
        most = Math.max(most, gains[i / USES] / amounts[i]);
      }
    }
    return most;
  }

  /**
   * What the best choices of some decisions gain, and use.
   *
   * @param prices by resource
   * @param from first decision
   * @param until first decision after it
   */
  Cut cut(double[] prices, int from, int until) {
    double gain = 0;
    var uses = new double[resources.count()];
    for (int decision = from; decision < until; decision++) {
      int best = best(prices, decision);
      if (best >= 0) {
        gain += gains[best];
        for (int i = best * USES; i < (best + 1) * USES; i++) {
          if (used[i] != Resources.UNLIMITED) {
            uses[used[i]] += amounts[i];
          }
        }
      }
    }
    return new Cut(gain, uses);
  }

  /** The best offer at these prices, or -1 for none. */
  private int best(double[] prices, int decision) {
    int best = -1;
    double most = 0;
    for (int offer = starts[decision]; offer < starts[decision + 1]; offer++) {
      double net = gains[offer];
      for (int i = offer * USES; i < (offer + 1) * USES; i++) {
        if (used[i] != Resources.UNLIMITED) {
          net -= prices[used[i]] * amounts[i];
        }
      }
      if (net > most) {
        most = net;
        best = offer;
      }
    }
    return best;
  }

  /**
   * A plane that touches the dual from below: gain − λ·uses.
   *
   * @param gain of the choices it stands for
   * @param uses of each resource by these choices
   */
  record Cut(double gain, double[] uses) {
    double at(double[] prices) {
      double value = gain;
      for (int r = 0; r < uses.length; r++) {
        value -= prices[r] * uses[r];
      }
      return value;
    }
  }
}
