package io.promoflow.serving;

import io.promoflow.ingestion.schema.Condition;
import java.util.Set;

/**
 * A condition, ready to be tested.
 *
 * @param fact index of what it asks
 * @param operator how it compares
 * @param number right-hand side of a comparison
 * @param values right-hand side of IN and NOT_IN; empty otherwise
 */
record CompiledCondition(int fact, Condition.Operator operator, double number, Set<String> values) {

  static CompiledCondition of(Condition condition, int fact) {
    return new CompiledCondition(
        fact,
        condition.operator(),
        condition.number() == null ? Double.NaN : condition.number() + 0.0, // -0.0 becomes 0.0
        condition.values() == null ? Set.of() : Set.copyOf(condition.values()));
  }

  /** Whether a known number meets it; a condition without a number is met by none. */
  boolean holds(double value) {
    return holdsByOrder(Double.compare(value + 0.0, number));
  }

  /**
   * Whether a known number meets it.
   *
   * @param order below, at or above 0 as the number is below, at or above this one's
   */
  boolean holdsByOrder(int order) {
    return !Double.isNaN(number)
        && switch (operator) {
          case LT -> order < 0;
          case LE -> order <= 0;
          case GT -> order > 0;
          case GE -> order >= 0;
          case EQ -> order == 0;
          case IN, NOT_IN -> false;
        };
  }

  /** Whether a known text meets it. */
  boolean holds(String value) {
    return values.contains(value) == (operator == Condition.Operator.IN);
  }

  /** Whether a known text meets it that it does not name. */
  boolean holdsForOthers() {
    return operator != Condition.Operator.IN;
  }
}
