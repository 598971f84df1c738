package io.promoflow.serving;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.serving.scoring.Scores;
import java.util.Optional;

/**
 * What is known of a shopper when conditions are tested. A condition on something unknown does not
 * hold, whatever its operator.
 *
 * @param features null when there is no row
 * @param scores what the models say
 * @param cart what lies in the cart
 */
record Eligibility(FeatureRow features, Scores scores, Cart cart) {

  private static final String MEMBER_LEVEL = "member_level";

  /** Why a condition does not hold; empty when it does. */
  Optional<String> failure(Condition condition) {
    boolean holds =
        switch (condition.operator()) {
          case IN, NOT_IN -> inOrNot(condition);
          case LT, LE, GT, GE, EQ -> compares(condition);
        };
    return holds ? Optional.empty() : Optional.of(describe(condition));
  }

  boolean isMember(String level) {
    return level.equals(text(MEMBER_LEVEL));
  }

  private boolean inOrNot(Condition condition) {
    String value = text(condition.field());
    if (value == null) {
      return false;
    }
    boolean in = condition.values().contains(value);
    return (condition.operator() == Condition.Operator.IN) == in;
  }

  private boolean compares(Condition condition) {
    Double value = number(condition.field());
    if (value == null || condition.number() == null) {
      return false;
    }
    int order = Double.compare(value + 0.0, condition.number() + 0.0); // -0.0 becomes 0.0
    return switch (condition.operator()) {
      case LT -> order < 0;
      case LE -> order <= 0;
      case GT -> order > 0;
      case GE -> order >= 0;
      case EQ -> order == 0;
      case IN, NOT_IN -> false;
    };
  }

  private Double number(String field) {
    return switch (field) {
      case "cart_cents" -> (double) cart.totalCents();
      case "propensity" -> scores.propensity();
      default -> features == null ? null : features.values().get(field);
    };
  }

  private String text(String field) {
    if (field.equals("segment")) {
      return scores.segment();
    }
    return features == null ? null : features.categories().get(field);
  }

  private String describe(Condition condition) {
    boolean set = condition.values() != null;
    Object value = set ? text(condition.field()) : number(condition.field());
    Object wanted = set ? condition.values() : condition.number();
    return condition.field()
        + " is "
        + (value == null ? "unknown" : value)
        + ", must be "
        + condition.operator()
        + " "
        + wanted;
  }
}
