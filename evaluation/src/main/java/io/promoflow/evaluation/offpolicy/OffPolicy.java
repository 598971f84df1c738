package io.promoflow.evaluation.offpolicy;

import io.promoflow.evaluation.AlwaysValid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Estimates of a policy's value from another one's log (Dudík, Erhan, Langford, Li 2014). Errors
 * are clustered: what one shopper's choices have in common is counted once.
 *
 * @param alpha error level of the intervals
 * @param mostWeight weights are cut there; infinity cuts none
 * @param anytime makes intervals that hold at all looks together, as the log grows by shoppers;
 *     null for one look
 */
public record OffPolicy(double alpha, double mostWeight, AlwaysValid anytime) {

  public OffPolicy {
    if (!(alpha > 0 && alpha < 1) || !(mostWeight > 0)) {
      throw new IllegalArgumentException("alpha lies in (0, 1), mostWeight is positive");
    }
  }

  /** For one look. */
  public OffPolicy(double alpha, double mostWeight) {
    this(alpha, mostWeight, null);
  }

  /** Inverse propensity: mean of w·r; unbiased, with the widest interval. */
  public PolicyValue inversePropensity(Collection<LoggedChoice> log) {
    return mean(log, choice -> weight(choice) * choice.reward());
  }

  /** Self-normalised: Σw·r / Σw, by the delta method; slightly biased, much narrower. */
  public PolicyValue selfNormalised(Collection<LoggedChoice> log) {
    double weights = 0;
    double sum = 0;
    for (LoggedChoice choice : log) {
      weights += weight(choice);
      sum += weight(choice) * choice.reward();
    }
    double value = sum / weights;
    Squares squares = squares(parts(log, choice -> weight(choice) * (choice.reward() - value)), 0);
    var mean = new Mean(value, Math.sqrt(squares.sum()) / weights, squares.clusters());
    return of(mean, log.size(), weighed(log));
  }

  /**
   * Doubly robust: mean of q(π) + w·(r − q); right when the probabilities are, narrow when the
   * model is good.
   */
  public PolicyValue doublyRobust(Collection<LoggedChoice> log) {
    return mean(log, this::robust);
  }

  /**
   * What a challenger gains over an incumbent on the same decisions, the difference of both doubly
   * robust values: what they have in common cancels. Weights are told where the two differ, by the
   * one of which the log says less.
   *
   * @param challenger decisions with its wishes
   * @param incumbent the same decisions, in the same order, with its own
   */
  public PolicyValue gain(List<LoggedChoice> challenger, List<LoggedChoice> incumbent) {
    if (challenger.size() != incumbent.size()) {
      throw new IllegalArgumentException(
          "a gain is over the same decisions, not %d and %d"
              .formatted(challenger.size(), incumbent.size()));
    }
    var parts = new ArrayList<Part>(challenger.size());
    var differing = new ArrayList<LoggedChoice>();
    var before = new ArrayList<LoggedChoice>();
    for (int i = 0; i < challenger.size(); i++) {
      LoggedChoice now = challenger.get(i);
      LoggedChoice then = incumbent.get(i);
      parts.add(new Part(now.unit(), robust(now) - robust(then)));
      if (now.wished() != then.wished() || now.expectedElsewhere() != then.expectedElsewhere()) {
        differing.add(now);
        before.add(then);
      }
    }
    Weighed weighed =
        differing.isEmpty() ? weighed(challenger) : weighed(differing).orLess(weighed(before));
    return of(mean(parts), challenger.size(), weighed);
  }

  private double robust(LoggedChoice choice) {
    return choice.expectedElsewhere() + weight(choice) * (choice.reward() - choice.expected());
  }

  /** What one decision adds, and whose it is. */
  private record Part(String unit, double value) {}

  private record Mean(double value, double error, long clusters) {}

  private static List<Part> parts(
      Collection<LoggedChoice> log, ToDoubleFunction<LoggedChoice> contribution) {
    return log.stream()
        .map(choice -> new Part(choice.unit(), contribution.applyAsDouble(choice)))
        .toList();
  }

  private PolicyValue mean(
      Collection<LoggedChoice> log, ToDoubleFunction<LoggedChoice> contribution) {
    return of(mean(parts(log, contribution)), log.size(), weighed(log));
  }

  private static Mean mean(List<Part> parts) {
    long n = 0;
    double running = 0;
    for (Part part : parts) {
      n++;
      running += (part.value() - running) / n;
    }
    double mean = n == 0 ? Double.NaN : running;
    Squares squares = squares(parts, mean);
    double clusters = squares.clusters();
    return new Mean(
        mean, Math.sqrt(squares.sum() * clusters / (clusters - 1)) / n, squares.clusters());
  }

  private record Squares(double sum, long clusters) {}

  /** Of the sums over the choices of each unit. */
  private static Squares squares(List<Part> parts, double mean) {
    var byUnit = new HashMap<String, Double>();
    double sum = 0;
    long clusters = 0;
    for (Part part : parts) {
      double off = part.value() - mean;
      if (part.unit() == null) {
        sum += off * off;
        clusters++;
      } else {
        byUnit.merge(part.unit(), off, Double::sum);
      }
    }
    for (double off : byUnit.values()) {
      sum += off * off;
    }
    return new Squares(sum, clusters + byUnit.size());
  }

  private double weight(LoggedChoice choice) {
    return Math.min(mostWeight, choice.weight());
  }

  /** How much a log says: effective units, and the share of its weight that was cut away. */
  private record Weighed(double effectiveUnits, double clippedShare) {
    Weighed orLess(Weighed other) {
      return new Weighed(
          Math.min(effectiveUnits, other.effectiveUnits),
          Math.max(clippedShare, other.clippedShare));
    }
  }

  private Weighed weighed(Collection<LoggedChoice> log) {
    double weights = 0;
    double squares = 0;
    double uncut = 0;
    for (LoggedChoice choice : log) {
      double weight = weight(choice);
      weights += weight;
      squares += weight * weight;
      uncut += choice.weight();
    }
    return new Weighed(
        squares > 0 ? weights * weights / squares : 0, uncut > 0 ? (uncut - weights) / uncut : 0);
  }

  private PolicyValue of(Mean mean, long units, Weighed weighed) {
    double half = multiplier(mean.clusters()) * mean.error();
    return new PolicyValue(
        units,
        mean.value(),
        mean.error(),
        mean.value() - half,
        mean.value() + half,
        weighed.effectiveUnits(),
        weighed.clippedShare());
  }

  private double multiplier(long clusters) {
    return anytime == null
        ? NormalDistribution.of(0, 1).inverseSurvivalProbability(alpha / 2)
        : anytime.multiplier(clusters);
  }
}
