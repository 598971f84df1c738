package io.promoflow.evaluation.offline;

import java.util.Optional;

/**
 * A metric that columns of a table hold.
 *
 * @param name in reports
 * @param kind how units make a number
 * @param columns where it is
 * @param winsorise share of units, pooled over variants, above whose quantile values are cut; empty
 *     for none
 * @param quantile which one, 0 to 1; for {@link Kind#QUANTILE} only
 * @param direction 1 when more is better, −1 when less is
 * @param role what hangs on it
 * @param margin relative loss that a guardrail tolerates, 0 to 1
 */
public record TableMetric(
    String name,
    Kind kind,
    Columns columns,
    Optional<Double> winsorise,
    double quantile,
    int direction,
    Role role,
    double margin) {

  /** How units make a number. */
  public enum Kind {
    /** Mean per unit. */
    MEAN,
    /** Share of units with 1. */
    PROPORTION,
    /** Sum over units of one column by the sum of another. */
    RATIO,
    /** A quantile over units. */
    QUANTILE
  }

  /** What hangs on a metric. */
  public enum Role {
    /** The verdict. */
    PRIMARY,
    /** A veto. */
    GUARDRAIL,
    /** Nothing. */
    SECONDARY
  }

  /**
   * Columns of a metric.
   *
   * @param value per row; the numerator of a ratio
   * @param denominator of a ratio
   * @param covariate the same from before the exposure, for CUPED
   * @param squares sums of squared values, where a row stands for many units
   * @param denominatorSquares sums of squared denominators, likewise
   * @param cross sums of value times denominator, likewise
   */
  public record Columns(
      String value,
      Optional<String> denominator,
      Optional<String> covariate,
      Optional<String> squares,
      Optional<String> denominatorSquares,
      Optional<String> cross) {}

  /** Whether a second number per unit goes with the value. */
  boolean isPair() {
    return kind == Kind.RATIO || columns.covariate().isPresent();
  }

  /** Numbers per unit that are summed. */
  int numbers() {
    return isPair() ? 2 : 1;
  }
}
