package io.promoflow.serving;

import io.promoflow.features.aggregate.Recency;
import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.serving.scoring.Scores;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is known of a shopper when conditions are tested. A condition on something unknown does not
 * hold, whatever its operator.
 *
 * @param features null when there is no row
 * @param scores what the models say
 * @param request moment, cart and channel
 */
record Eligibility(FeatureRow features, Scores scores, DecisionRequest request) {

  private static final String MEMBER_LEVEL = ConditionField.MEMBER_LEVEL.word();

  /**
   * Why a condition does not hold; empty when it does.
   *
   * @param zone of hours and weekdays; null for UTC
   */
  Optional<String> failure(Condition condition, String zone) {
    boolean holds =
        switch (condition.operator()) {
          case IN, NOT_IN -> inOrNot(condition, zone);
          case LT, LE, GT, GE, EQ -> compares(condition, zone);
        };
    return holds ? Optional.empty() : Optional.of(describe(condition, zone));
  }

  boolean isMember(String level) {
    return texts(MEMBER_LEVEL, null).map(own -> own.contains(level)).orElse(false);
  }

  Cart cart() {
    return request.cart();
  }

  private boolean inOrNot(Condition condition, String zone) {
    Optional<Collection<String>> known = texts(condition.field(), zone);
    if (known.isEmpty()) {
      return false;
    }
    boolean in = known.get().stream().anyMatch(condition.values()::contains);
    return (condition.operator() == Condition.Operator.IN) == in;
  }

  private boolean compares(Condition condition, String zone) {
    Double value = number(condition.field(), zone);
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

  private Double number(String word, String zone) {
    Optional<ConditionField> field = ConditionField.of(word);
    if (field.isPresent()) {
      return ownNumber(field.get(), zone);
    }
    return features == null ? null : feature(word);
  }

  /** Days since something have gone on from when the row was made. */
  private Double feature(String name) {
    Double value = features.values().get(name);
    return value == null || !Recency.isNamed(name)
        ? value
        : Double.valueOf(value + Recency.days(features.asOf(), request.at()));
  }

  private Double ownNumber(ConditionField field, String zone) {
    return switch (field) {
      case CART_CENTS -> (double) cart().totalCents();
      case CART_QUANTITY ->
          isToldByLine() ? cart().lines().stream().mapToDouble(Cart.Line::quantity).sum() : null;
      case CART_PRODUCTS ->
          isToldByLine()
              ? (double) cart().lines().stream().map(Cart.Line::productId).distinct().count()
              : null;
      case PROPENSITY -> scores.propensity();
      case HOUR -> (double) local(zone).getHour();
      default -> null;
    };
  }

  /** All values of a field of the shopper; empty when unknown. */
  private Optional<Collection<String>> texts(String word, String zone) {
    Optional<ConditionField> field = ConditionField.of(word);
    return field.isPresent() ? ownTexts(field.get(), zone) : category(word);
  }

  private Optional<Collection<String>> ownTexts(ConditionField field, String zone) {
    return switch (field) {
      case SEGMENT -> one(scores.segment());
      case CHANNEL -> one(request.channel());
      case MEMBER_LEVEL ->
          request.memberLevel() == null ? category(MEMBER_LEVEL) : one(request.memberLevel());
      case NEW_SHOPPER -> one(String.valueOf(isNew()));
      case WEEKDAY -> one(local(zone).getDayOfWeek().name());
      case CART_PRODUCT ->
          isToldByLine()
              ? Optional.of(
                  cart().lines().stream()
                      .map(Cart.Line::productId)
                      .filter(Objects::nonNull)
                      .toList())
              : Optional.empty();
      case CART_CATEGORY ->
          isToldByLine()
              ? Optional.of(
                  cart().lines().stream()
                      .map(Cart.Line::category)
                      .filter(Objects::nonNull)
                      .toList())
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private Optional<Collection<String>> category(String name) {
    return one(features == null ? null : features.categories().get(name));
  }

  private static Optional<Collection<String>> one(String value) {
    return value == null ? Optional.empty() : Optional.of(List.of(value));
  }

  /** An empty cart is told as well; a sum without a line is not. */
  private boolean isToldByLine() {
    return !cart().lines().isEmpty() || cart().totalCents() == 0;
  }

  /** Nobody who ever ordered as far as we know: no feature row tells of an order. */
  private boolean isNew() {
    return features == null || !features.values().containsKey(ConditionField.LAST_ORDER);
  }

  private ZonedDateTime local(String zone) {
    return request.at().atZone(zone == null ? ZoneOffset.UTC : ZoneId.of(zone));
  }

  private String describe(Condition condition, String zone) {
    boolean set = condition.values() != null;
    Object value =
        set
            ? texts(condition.field(), zone).map(Eligibility::shown).orElse(null)
            : number(condition.field(), zone);
    Object wanted = set ? condition.values() : condition.number();
    return condition.field()
        + " is "
        + (value == null ? "unknown" : value)
        + ", must be "
        + condition.operator()
        + " "
        + wanted;
  }

  private static Object shown(Collection<String> values) {
    return values.size() == 1 ? values.iterator().next() : values;
  }
}
