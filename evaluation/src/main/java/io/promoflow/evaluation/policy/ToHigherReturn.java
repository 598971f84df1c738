package io.promoflow.evaluation.policy;

import io.promoflow.evaluation.policy.MeasuredReturn.Interval;
import io.promoflow.evaluation.policy.StrategyPolicy.Proposal;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import io.promoflow.ingestion.schema.StrategyAdjustment.Evidence;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A step of the budget from the promotion with surely lower return to the one with surely higher
 * return: their always-valid intervals do not meet. Of several such pairs the one that lies
 * furthest apart and of which the giver has something above the floor.
 *
 * <p>All intervals hold together, so that at all ticks together the chance of ever moving anything
 * on noise is at most alpha.
 */
public final class ToHigherReturn implements BudgetPolicy {
  /** What the evidence calls incremental profit per cent of cost. */
  public static final String METRIC = "return";

  private static final int HALVINGS = 60;

  private record Pair(MeasuredReturn giver, MeasuredReturn taker, double apart) {}

  @Override
  public String name() {
    return "to-higher-return";
  }

  @Override
  public Optional<Move> propose(BudgetSituation situation) {
    Pair furthest = null;
    Map<String, MeasuredReturn> ready = situation.ready();
    for (MeasuredReturn giver : ready.values()) {
      for (MeasuredReturn taker : ready.values()) {
        double apart = apart(giver, taker, situation, situation.limits().alpha());
        if (apart > (furthest == null ? 0 : furthest.apart) && stepCents(giver, situation) > 0) {
          furthest = new Pair(giver, taker, apart);
        }
      }
    }
    return Optional.ofNullable(furthest).map(pair -> move(pair, situation));
  }

  /** How far the taker's interval begins above the end of the giver's; below 0 when they meet. */
  private static double apart(
      MeasuredReturn giver, MeasuredReturn taker, BudgetSituation situation, double alpha) {
    double gap =
        taker.interval(situation.at(alpha)).low() - giver.interval(situation.at(alpha)).high();
    return Double.isNaN(gap) ? Double.NEGATIVE_INFINITY : gap;
  }

  private static long stepCents(MeasuredReturn giver, BudgetSituation situation) {
    long budget = situation.budgets().get(giver.promotionId());
    double step = Math.min(situation.limits().maxStep() * budget, budget - situation.floorCents());
    return (long) Math.floor(Math.max(0, step));
  }

  private static Move move(Pair pair, BudgetSituation situation) {
    String giver = pair.giver.promotionId();
    String taker = pair.taker.promotionId();
    double step = stepCents(pair.giver, situation);
    double given = situation.budgets().get(giver);
    double taken = situation.budgets().get(taker);
    var from = new TreeMap<>(Map.of(giver, given, taker, taken));
    var to = new TreeMap<>(Map.of(giver, given - step, taker, taken + step));
    var proposal = new Proposal(Change.MOVE_BUDGET, from, to, evidence(pair, situation));
    return new Move(proposal, pair.taker.experimentId());
  }

  private static Evidence evidence(Pair pair, BudgetSituation situation) {
    Interval giver = pair.giver.interval(situation.each());
    Interval taker = pair.taker.interval(situation.each());
    return new Evidence(
        METRIC,
        pair.taker.variant(),
        pair.taker.profit().units(),
        pair.taker.controlProfit().units(),
        pair.taker.value() - pair.giver.value(),
        taker.low() - giver.high(),
        taker.high() - giver.low(),
        p(pair, situation));
  }

  /** The lowest level at which the intervals do not meet. */
  private static double p(Pair pair, BudgetSituation situation) {
    double unsure = -700; // e^-700 is about the least number
    double sure = Math.log(situation.limits().alpha());
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (unsure + sure) / 2;
      if (apart(pair.giver, pair.taker, situation, Math.exp(middle)) > 0) {
        sure = middle;
      } else {
        unsure = middle;
      }
    }
    return Math.exp(sure);
  }
}
