package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Condition.Operator;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.serving.ConditionField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What conditions ask of a field that has many values at once, such as the products of a cart.
 *
 * @param each of each of these sets at least one value must be there
 * @param none values of which none may be there
 */
record InCart(List<Set<String>> each, Set<String> none) {
  private static final InCart ANYTHING = new InCart(List.of(), Set.of());

  /** Whether a condition is on a field that has many values at once. */
  static boolean isAsked(Condition condition) {
    return ConditionField.of(condition.field())
        .filter(f -> f == ConditionField.CART_PRODUCT || f == ConditionField.CART_CATEGORY)
        .isPresent();
  }

  /** By field. */
  static Map<String, InCart> of(Promotion promotion) {
    var asked = new LinkedHashMap<String, InCart>();
    promotion.eligibility().stream()
        .filter(InCart::isAsked)
        .forEach(one -> asked.merge(one.field(), of(one), InCart::and));
    return asked;
  }

  /** Values of a field of which none may be there. */
  static Set<String> none(Promotion promotion, ConditionField field) {
    return of(promotion).getOrDefault(field.word(), ANYTHING).none();
  }

  private static InCart of(Condition condition) {
    Set<String> values = new TreeSet<>(condition.values());
    return condition.operator() == Operator.IN
        ? new InCart(List.of(values), Set.of())
        : new InCart(List.of(), values);
  }

  private InCart and(InCart other) {
    var wanted = new ArrayList<>(each);
    wanted.addAll(other.each);
    var unwanted = new TreeSet<>(none);
    unwanted.addAll(other.none);
    return new InCart(List.copyOf(wanted), unwanted);
  }

  /** Whether no cart at all is admitted. */
  boolean isNothing() {
    return each.stream().anyMatch(none::containsAll);
  }

  /** Whether no cart is admitted by both. */
  boolean excludes(InCart other) {
    return and(other).isNothing();
  }

  /** In words, of one that admits nothing. */
  String inWords() {
    Set<String> missing = each.stream().filter(none::containsAll).findFirst().orElse(Set.of());
    return "one of " + missing + " but none of " + none;
  }
}
