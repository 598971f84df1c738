package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.serving.ConditionField;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What conditions on one field admit together: a range of numbers, or a set of values.
 *
 * @param least lower bound
 * @param leastIn whether the lower bound itself is admitted
 * @param most upper bound
 * @param mostIn whether the upper bound itself is admitted
 * @param some values of which one must be there; null for any
 * @param none values of which none may be there
 */
record Admitted(
    double least,
    boolean leastIn,
    double most,
    boolean mostIn,
    Set<String> some,
    Set<String> none) {

  /**
   * By field; hours and weekdays by zone, too. Without the conditions on what lies in the cart: of
   * these two that name different things can both hold.
   */
  static Map<String, Admitted> of(Promotion promotion) {
    return of(promotion.eligibility(), promotion.zone());
  }

  /** By feature, of products. */
  static Map<String, Admitted> ofProducts(Promotion promotion) {
    return of(promotion.productsWhere(), null);
  }

  private static Map<String, Admitted> of(List<Condition> conditions, String zone) {
    var admitted = new LinkedHashMap<String, Admitted>();
    for (Condition condition : conditions) {
      if (!isOfMany(condition)) {
        String key = key(condition, zone);
        Admitted before = admitted.getOrDefault(key, everything(condition.field()));
        admitted.put(key, before.and(condition));
      }
    }
    return admitted;
  }

  /** Whether a condition is on a field that has many values at once. */
  static boolean isOfMany(Condition condition) {
    return ConditionField.of(condition.field())
        .filter(f -> f == ConditionField.CART_PRODUCT || f == ConditionField.CART_CATEGORY)
        .isPresent();
  }

  private static String key(Condition condition, String zone) {
    boolean isLocal =
        ConditionField.of(condition.field())
            .filter(f -> f == ConditionField.HOUR || f == ConditionField.WEEKDAY)
            .isPresent();
    return isLocal ? condition.field() + " in " + (zone == null ? "UTC" : zone) : condition.field();
  }

  private static Admitted everything(String field) {
    Optional<ConditionField> own = ConditionField.of(field).filter(ConditionField::isNumeric);
    return new Admitted(
        own.map(ConditionField::least).orElse(Double.NEGATIVE_INFINITY),
        true,
        own.map(ConditionField::most).orElse(Double.POSITIVE_INFINITY),
        true,
        null,
        Set.of());
  }

  private Admitted and(Condition c) {
    return switch (c.operator()) {
      case LT -> most(c.number(), false);
      case LE -> most(c.number(), true);
      case GT -> least(c.number(), false);
      case GE -> least(c.number(), true);
      case EQ -> least(c.number(), true).most(c.number(), true);
      case IN -> in(c.values());
      case NOT_IN -> notIn(c.values());
    };
  }

  private Admitted most(double bound, boolean in) {
    boolean tighter = bound < most || (bound == most && !in);
    return tighter ? new Admitted(least, leastIn, bound, in, some, none) : this;
  }

  private Admitted least(double bound, boolean in) {
    boolean tighter = bound > least || (bound == least && !in);
    return tighter ? new Admitted(bound, in, most, mostIn, some, none) : this;
  }

  private Admitted in(List<String> values) {
    var both = new HashSet<>(values);
    if (some != null) {
      both.retainAll(some);
    }
    return new Admitted(least, leastIn, most, mostIn, both, none);
  }

  private Admitted notIn(List<String> values) {
    var all = new HashSet<>(none);
    all.addAll(values);
    return new Admitted(least, leastIn, most, mostIn, some, all);
  }

  /** Whether no value at all is admitted. */
  boolean isNothing() {
    boolean noNumber = least > most || (least == most && !(leastIn && mostIn));
    return noNumber || (some != null && none.containsAll(some));
  }

  /** Whether a value is admitted. */
  boolean admits(String value) {
    return !none.contains(value) && (some == null || some.contains(value));
  }

  /** Whether nothing is admitted by both; false when that is not certain. */
  boolean excludes(Admitted other) {
    boolean apart =
        most < other.least
            || other.most < least
            || (most == other.least && !(mostIn && other.leastIn))
            || (other.most == least && !(other.mostIn && leastIn));
    return apart || isApart(some, other) || isApart(other.some, this);
  }

  private static boolean isApart(Set<String> wanted, Admitted other) {
    return wanted != null
        && wanted.stream()
            .allMatch(
                value ->
                    other.none.contains(value)
                        || (other.some != null && !other.some.contains(value)));
  }

  /** Whether the other admits nothing that this does not. */
  boolean covers(Admitted other) {
    boolean below = other.least > least || (other.least == least && (leastIn || !other.leastIn));
    boolean above = other.most < most || (other.most == most && (mostIn || !other.mostIn));
    return below && above && coversValues(other);
  }

  private boolean coversValues(Admitted other) {
    if (some == null) {
      return other.none.containsAll(none)
          || (other.some != null && other.some.stream().noneMatch(none::contains));
    }
    return other.some != null
        && other.some.stream()
            .filter(value -> !other.none.contains(value))
            .allMatch(value -> some.contains(value) && !none.contains(value));
  }

  /** In words, such as {@code at least 5 and below 3}. */
  String inWords() {
    if (some != null) {
      return "one of " + some + (none.isEmpty() ? "" : " but none of " + none);
    }
    return (leastIn ? "at least " : "above ")
        + least
        + " and "
        + (mostIn ? "at most " : "below ")
        + most;
  }
}
