package io.promoflow.evaluation.offpolicy;

import io.promoflow.evaluation.Amount;
import io.promoflow.evaluation.Flow;
import io.promoflow.evaluation.Outcome;
import io.promoflow.evaluation.ShopperTotals;
import io.promoflow.ingestion.schema.ShopEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Logged decisions of shoppers beside another policy, with what came of them. The reward of a
 * decision is the profit until the shopper's next decision, at most over the window, so that no
 * cent counts twice; what a decision changes after that is not seen.
 *
 * @param windowMillis how long at most an outcome belongs to a decision
 * @param marginShare profit before discount as a share of value, 0 to 1
 */
public record ShadowLog(long windowMillis, double marginShare) {
  private static final Amount PROFIT = new Amount(Flow.PROFIT, Set.of());

  /**
   * One decision.
   *
   * @param shopperId pseudonym
   * @param atMillis event time, epoch milliseconds
   * @param situation decisions of the same kind are alike to the model of the reward
   * @param choice what was given
   * @param drawn probability as logged; null when the rules of then say it better
   * @param then probability by choice under the policy that decided
   * @param wished probability by choice under the other policy
   */
  public record Shadowed(
      String shopperId,
      long atMillis,
      String situation,
      String choice,
      Double drawn,
      Map<String, Double> then,
      Map<String, Double> wished) {

    /** Whether the policy that decided could have chosen it, as far as it can be told. */
    boolean isKnown() {
      return then.getOrDefault(choice, 0.0) > 0;
    }

    double probability() {
      return Math.min(1, drawn == null ? then.get(choice) : drawn);
    }

    /** Probability of choices that the policy that decided never makes here. */
    double unsupported() {
      double sum = 0;
      for (var one : wished.entrySet()) {
        sum += then.getOrDefault(one.getKey(), 0.0) > 0 ? 0 : one.getValue();
      }
      return sum;
    }
  }

  /**
   * What estimates can rest on.
   *
   * @param choices decisions with their rewards
   * @param immature decisions whose window is still open
   * @param unknown decisions that could not be made again as they were made, left out
   * @param unsupportedShare of the other policy's choices, those that the log says nothing of
   */
  public record Evidence(
      List<LoggedChoice> choices, long immature, long unknown, double unsupportedShare) {

    /** Share of the mature decisions that were left out. */
    public double unknownShare() {
      return unknown == 0 ? 0 : (double) unknown / (unknown + choices.size());
    }
  }

  /** A decision with its reward. */
  private record Rewarded(Shadowed shadowed, double reward) {
    boolean inFirstHalf() {
      return (shadowed.shopperId().hashCode() & 1) == 0;
    }
  }

  /**
   * Puts decisions and outcomes together.
   *
   * @param log in the order of time
   * @param outcomes by shopper
   * @param knownUntilMillis outcomes are complete up to then
   */
  public Evidence evidence(
      List<Shadowed> log, Map<String, List<Outcome>> outcomes, long knownUntilMillis) {
    var rewarded = new ArrayList<Rewarded>();
    long immature = 0;
    long unknown = 0;
    double unsupported = 0;
    var next = new HashMap<String, Long>();
    for (int i = log.size() - 1; i >= 0; i--) {
      Shadowed one = log.get(i);
      Long following = next.put(one.shopperId(), one.atMillis());
      long end = one.atMillis() + windowMillis;
      if (end > knownUntilMillis) {
        immature++;
      } else if (!one.isKnown()) {
        unknown++;
      } else {
        long until = following == null ? end : Math.min(end, following);
        List<Outcome> did = outcomes.getOrDefault(one.shopperId(), List.of());
        rewarded.add(new Rewarded(one, profit(did, one.atMillis(), until)));
        unsupported += one.unsupported();
      }
    }
    double share = rewarded.isEmpty() ? 0 : unsupported / rewarded.size();
    return new Evidence(choices(rewarded), immature, unknown, share);
  }

  private double profit(List<Outcome> outcomes, long fromMillis, long untilMillis) {
    var totals = new ShopperTotals(marginShare);
    outcomes.stream()
        .filter(one -> one.atMillis() >= fromMillis && one.atMillis() < untilMillis)
        .sorted(Outcome.BY_TIME)
        .forEach(totals::add);
    return totals.value(PROFIT);
  }

  /** Each half of the shoppers is expected to do what the other half did. */
  private static List<LoggedChoice> choices(List<Rewarded> log) {
    var models = Map.of(true, new Means(), false, new Means());
    log.forEach(one -> models.get(one.inFirstHalf()).add(one.shadowed, one.reward));
    var choices = new ArrayList<LoggedChoice>(log.size());
    for (Rewarded one : log) {
      Means others = models.get(!one.inFirstHalf());
      Shadowed shadowed = one.shadowed;
      double elsewhere = 0;
      for (var wish : shadowed.wished().entrySet()) {
        elsewhere += wish.getValue() * others.of(shadowed.situation(), wish.getKey());
      }
      choices.add(
          new LoggedChoice(
              shadowed.probability(),
              Math.min(1, shadowed.wished().getOrDefault(shadowed.choice(), 0.0)),
              one.reward,
              others.of(shadowed.situation(), shadowed.choice()),
              elsewhere,
              shadowed.shopperId()));
    }
    return choices;
  }

  /** The mean reward of each choice in each kind of situation; over all where there is none. */
  private static final class Means {
    private static final String ALL = "";
    private final Map<String, double[]> sums = new HashMap<>();

    void add(Shadowed shadowed, double reward) {
      for (String key : List.of(ALL, key(shadowed.situation(), shadowed.choice()))) {
        double[] sum = sums.computeIfAbsent(key, one -> new double[2]);
        sum[0] += reward;
        sum[1]++;
      }
    }

    double of(String situation, String choice) {
      double[] sum = sums.getOrDefault(key(situation, choice), sums.get(ALL));
      return sum == null ? 0 : sum[0] / sum[1];
    }

    private static String key(String situation, String choice) {
      return situation + '|' + choice;
    }
  }

  /** Whether the reward of a decision may rest on it. */
  public static boolean restsOn(ShopEvent event) {
    return switch (event.type()) {
      case ORDER_PLACED, ORDER_CANCELLED, ORDER_REFUNDED -> true;
      default -> false;
    };
  }

  /** Outcomes by shopper, of events that rewards may rest on. */
  public static Map<String, List<Outcome>> byShopper(Collection<ShopEvent> events) {
    var found = new HashMap<String, List<Outcome>>();
    for (ShopEvent event : events) {
      if (restsOn(event)) {
        found.computeIfAbsent(event.shopperId(), id -> new ArrayList<>()).add(Outcome.of(event));
      }
    }
    return found;
  }
}
