package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.serving.ConditionField;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What conditions on one field admit together: a range of numbers, or a set of values.
 *
 * @param field of ours; null for a feature
 * @param least lower bound
 * @param leastIn whether the lower bound itself is admitted
 * @param most upper bound
 * @param mostIn whether the upper bound itself is admitted
 * @param some values of which one must be there; null for any
 * @param none values of which none may be there
 * @param isWhole whether numbers are without fractions
 */
record Admitted(
    ConditionField field,
    double least,
    boolean leastIn,
    double most,
    boolean mostIn,
    Set<String> some,
    Set<String> none,
    boolean isWhole) {
  /** Fields that are 0 of an empty cart alone. */
  private static final List<ConditionField> IN_PIECES =
      List.of(ConditionField.CART_QUANTITY, ConditionField.CART_PRODUCTS);

  /** What conditions and kind admit together: the price of a level is for that level alone. */
  static Map<String, Admitted> of(Promotion promotion) {
    Map<String, Admitted> admitted = byConditions(promotion);
    String level = promotion.terms().memberLevel();
    if (promotion.kind() == PromotionKind.MEMBER_PRICE && level != null) {
      String field = ConditionField.MEMBER_LEVEL.word();
      admitted.put(field, admitted.getOrDefault(field, everything(field)).in(List.of(level)));
    }
    return admitted;
  }

  /**
   * By field; hours and weekdays by zone, too. Whoever has ordered before is not new, and what a
   * promotion covers is in the cart. Without the conditions on what lies in it, for which see
   * {@link InCart}.
   */
  static Map<String, Admitted> byConditions(Promotion promotion) {
    Map<String, Admitted> admitted = of(promotion.eligibility(), promotion.zone());
    if (asksForLastOrder(promotion)) {
      String isNew = ConditionField.NEW_SHOPPER.word();
      Admitted before = admitted.getOrDefault(isNew, everything(isNew));
      admitted.put(isNew, before.notIn(List.of("true")));
    }
    for (ConditionField field : IN_PIECES) {
      admitted.computeIfPresent(
          field.word(), (word, asked) -> asked.least(leastPieces(promotion), true));
    }
    return admitted;
  }

  /** Whether they are of a field that is 0 of an empty cart alone. */
  boolean isInPieces() {
    return field != null && IN_PIECES.contains(field);
  }

  /** How many pieces, each of another product, lie in every cart that suits a promotion. */
  static int leastPieces(Promotion promotion) {
    if (promotion.kind() == PromotionKind.BUNDLE) {
      return Set.copyOf(promotion.products()).size();
    }
    return promotion.coversAll() && promotion.terms().leastSpendCents() == 0 ? 0 : 1;
  }

  /** Whether a condition is on the feature that new shoppers do not have. */
  static boolean asksForLastOrder(Promotion promotion) {
    return promotion.eligibility().stream()
        .anyMatch(one -> one.field().equals(ConditionField.LAST_ORDER));
  }

  /** By feature, of products. */
  static Map<String, Admitted> ofProducts(Promotion promotion) {
    return of(promotion.productsWhere(), null);
  }

  private static Map<String, Admitted> of(List<Condition> conditions, String zone) {
    var admitted = new LinkedHashMap<String, Admitted>();
    for (Condition condition : conditions) {
      if (!InCart.isAsked(condition)) {
        String key = key(condition, zone);
        Admitted before = admitted.getOrDefault(key, everything(condition.field()));
        admitted.put(key, before.and(condition));
      }
    }
    return admitted;
  }

  private static String key(Condition condition, String zone) {
    boolean isLocal =
        ConditionField.of(condition.field())
            .filter(f -> f == ConditionField.HOUR || f == ConditionField.WEEKDAY)
            .isPresent();
    return isLocal ? condition.field() + " in " + (zone == null ? "UTC" : zone) : condition.field();
  }

  private static Admitted everything(String field) {
    Optional<ConditionField> ours = ConditionField.of(field);
    Optional<ConditionField> own = ours.filter(ConditionField::isNumeric);
    return new Admitted(
        ours.orElse(null),
        own.map(ConditionField::least).orElse(Double.NEGATIVE_INFINITY),
        true,
        own.map(ConditionField::most).orElse(Double.POSITIVE_INFINITY),
        true,
        null,
        Set.of(),
        ours.filter(ConditionField::isWhole).isPresent());
  }

  /** The same of a number without fractions. */
  Admitted whole() {
    return new Admitted(field, least, leastIn, most, mostIn, some, none, true);
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
    return tighter ? new Admitted(field, least, leastIn, bound, in, some, none, isWhole) : this;
  }

  private Admitted least(double bound, boolean in) {
    boolean tighter = bound > least || (bound == least && !in);
    return tighter ? new Admitted(field, bound, in, most, mostIn, some, none, isWhole) : this;
  }

  private Admitted in(List<String> values) {
    var both = new TreeSet<>(values);
    if (some != null) {
      both.retainAll(some);
    }
    return new Admitted(field, least, leastIn, most, mostIn, both, none, isWhole);
  }

  private Admitted notIn(List<String> values) {
    var all = new TreeSet<>(none);
    all.addAll(values);
    return new Admitted(field, least, leastIn, most, mostIn, some, all, isWhole);
  }

  /** The same between bounds that are admitted themselves, of a whole number. */
  Admitted rounded() {
    if (!isWhole) {
      return this;
    }
    double first = leastIn ? Math.ceil(least) : Math.floor(least) + 1;
    double last = mostIn ? Math.floor(most) : Math.ceil(most) - 1;
    return new Admitted(field, first, true, last, true, some, none, true);
  }

  /** Every value that is admitted; null when not all that there are are known. */
  private Set<String> left() {
    boolean isTold = field != null && !field.known().isEmpty();
    if (some == null && !isTold) {
      return null;
    }
    var left = new TreeSet<>(some == null ? field.known() : some);
    left.removeAll(none);
    return left;
  }

  /** Whether no value at all is admitted. */
  boolean isNothing() {
    Admitted range = rounded();
    boolean noNumber =
        range.least > range.most || (range.least == range.most && !(range.leastIn && range.mostIn));
    Set<String> left = left();
    return noNumber || (left != null && left.isEmpty());
  }

  /** Whether a value is admitted. */
  boolean admits(String value) {
    return !none.contains(value) && (some == null || some.contains(value));
  }

  /** Whether nothing is admitted by both; false when that is not certain. */
  boolean excludes(Admitted other) {
    return rounded().isApart(other.rounded()) || hasNoneOf(other) || other.hasNoneOf(this);
  }

  private boolean isApart(Admitted other) {
    return most < other.least
        || other.most < least
        || (most == other.least && !(mostIn && other.leastIn))
        || (other.most == least && !(other.mostIn && leastIn));
  }

  private boolean hasNoneOf(Admitted other) {
    Set<String> left = left();
    return left != null && left.stream().noneMatch(other::admits);
  }

  /** Whether the other admits nothing that this does not. */
  boolean covers(Admitted other) {
    return rounded().spans(other.rounded()) && coversValues(other);
  }

  private boolean spans(Admitted other) {
    boolean below = other.least > least || (other.least == least && (leastIn || !other.leastIn));
    boolean above = other.most < most || (other.most == most && (mostIn || !other.mostIn));
    return below && above;
  }

  private boolean coversValues(Admitted other) {
    Set<String> theirs = other.left();
    return theirs == null
        ? some == null && other.none.containsAll(none)
        : theirs.stream().allMatch(this::admits);
  }

  /** In words, such as {@code at least 5 and below 3}. */
  String inWords() {
    if (some != null) {
      return "one of " + some + (none.isEmpty() ? "" : " but none of " + none);
    }
    if (!none.isEmpty()) {
      return "none of " + none;
    }
    return (leastIn ? "at least " : "above ")
        + least
        + " and "
        + (mostIn ? "at most " : "below ")
        + most;
  }
}
