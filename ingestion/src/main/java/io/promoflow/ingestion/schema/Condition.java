package io.promoflow.ingestion.schema;

import java.util.List;

/**
 * One test over a shopper's features, segment or cart, or over a product's features. All conditions
 * of a promotion must hold.
 *
 * @param field a feature name, or one of the words of serving: {@code segment}, {@code cart_cents},
 *     {@code hour}, {@code new_shopper} ...
 * @param operator how to compare
 * @param number right-hand side of a numeric comparison; null for IN and NOT_IN
 * @param values right-hand side of IN and NOT_IN; null otherwise
 */
public record Condition(String field, Operator operator, Double number, List<String> values) {
  /** Comparison; a missing left-hand side makes every one of them false. */
  public enum Operator {
    LT,
    LE,
    GT,
    GE,
    EQ,
    IN,
    NOT_IN
  }
}
