package io.promoflow.evaluation.offpolicy;

import java.util.Collection;
import java.util.HashMap;
import java.util.function.ToDoubleFunction;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Estimates of a policy's value from another one's log (Dudík, Erhan, Langford, Li 2014). Errors
 * are clustered: what one shopper's choices have in common is counted once.
 *
 * @param alpha error level of the intervals
 * @param mostWeight weights are cut there; infinity cuts none
 */
public record OffPolicy(double alpha, double mostWeight) {

  public OffPolicy {
    if (!(alpha > 0 && alpha < 1) || !(mostWeight > 0)) {
      throw new IllegalArgumentException("alpha lies in (0, 1), mostWeight is positive");
    }
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
    double squares = squares(log, choice -> weight(choice) * (choice.reward() - value)).sum();
    return of(log, value, Math.sqrt(squares) / weights);
  }

  /**
   * Doubly robust: mean of q(π) + w·(r − q); right when the probabilities are, narrow when the
   * model is good.
   */
  public PolicyValue doublyRobust(Collection<LoggedChoice> log) {
    return mean(
        log,
        choice ->
            choice.expectedElsewhere() + weight(choice) * (choice.reward() - choice.expected()));
  }

  private PolicyValue mean(
      Collection<LoggedChoice> log, ToDoubleFunction<LoggedChoice> contribution) {
    long n = 0;
    double running = 0;
    for (LoggedChoice choice : log) {
      n++;
      running += (contribution.applyAsDouble(choice) - running) / n;
    }
    double mean = n == 0 ? Double.NaN : running;
    Squares squares = squares(log, choice -> contribution.applyAsDouble(choice) - mean);
    double clusters = squares.clusters();
    return of(log, mean, Math.sqrt(squares.sum() * clusters / (clusters - 1)) / n);
  }

  private record Squares(double sum, long clusters) {}

  /** Of the sums over the choices of each unit. */
  private static Squares squares(Collection<LoggedChoice> log, ToDoubleFunction<LoggedChoice> of) {
    var byUnit = new HashMap<String, Double>();
    double sum = 0;
    long clusters = 0;
    for (LoggedChoice choice : log) {
      double off = of.applyAsDouble(choice);
      if (choice.unit() == null) {
        sum += off * off;
        clusters++;
      } else {
        byUnit.merge(choice.unit(), off, Double::sum);
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

  private PolicyValue of(Collection<LoggedChoice> log, double value, double error) {
    double weights = 0;
    double squares = 0;
    long clipped = 0;
    for (LoggedChoice choice : log) {
      double weight = weight(choice);
      weights += weight;
      squares += weight * weight;
      clipped += choice.weight() > mostWeight ? 1 : 0;
    }
    double half = NormalDistribution.of(0, 1).inverseSurvivalProbability(alpha / 2) * error;
    return new PolicyValue(
        log.size(),
        value,
        error,
        value - half,
        value + half,
        squares > 0 ? weights * weights / squares : 0,
        log.isEmpty() ? 0 : (double) clipped / log.size());
  }
}
