package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Condition.Operator;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.serving.ConditionField;
import java.util.List;
import java.util.Map;

/** Checks that the conditions of a promotion can all hold at once. */
final class ConditionChecks {
  private static final String OF_NEW = ", since a new one has no " + ConditionField.LAST_ORDER;

  private ConditionChecks() {}

  static void check(Written one) {
    Promotion promotion = one.promotion();
    checkWhole(one);
    refuseContradictions(one, "eligibility", Admitted.byConditions(promotion));
    refuseContradictions(one, "productsWhere", Admitted.ofProducts(promotion));
    InCart.of(promotion)
        .forEach(
            (field, carts) -> {
              if (carts.isNothing()) {
                contradict(one, "eligibility", field, carts.inWords());
              }
            });
    if (excludesWhatItCovers(promotion)) {
      String rule = "conditions contradict each other: no cart with what is covered is admitted";
      one.block().problem("eligibility", rule, null);
    }
  }

  private static void checkWhole(Written one) {
    List<Condition> conditions = one.promotion().eligibility();
    for (int i = 0; i < conditions.size(); i++) {
      Condition condition = conditions.get(i);
      if (isFraction(condition)) {
        String rule = "impossible condition: " + condition.field() + " is a whole number";
        one.conditions().get(i).problem("number", rule, condition.number());
      }
    }
  }

  /** Whether only a fraction is asked for, of a field that has none. */
  private static boolean isFraction(Condition condition) {
    return condition.operator() == Operator.EQ
        && condition.number() % 1 != 0
        && ConditionField.of(condition.field()).filter(ConditionField::isWhole).isPresent();
  }

  private static void refuseContradictions(
      Written one, String key, Map<String, Admitted> admitted) {
    admitted.forEach(
        (field, values) -> {
          if (values.isNothing() && !isTold(one, values)) {
            boolean isOfNew = values.field() == ConditionField.NEW_SHOPPER;
            String why = isOfNew && Admitted.asksForLastOrder(one.promotion()) ? OF_NEW : "";
            contradict(one, key, field, values.inWords() + why);
          }
        });
  }

  /** Whether one of the conditions is impossible by itself. */
  private static boolean isTold(Written one, Admitted values) {
    return values.field() != null
        && one.promotion().eligibility().stream()
            .filter(ConditionChecks::isFraction)
            .anyMatch(condition -> condition.field().equals(values.field().word()));
  }

  private static void contradict(Written one, String key, String field, String words) {
    String rule = "conditions contradict each other: " + field + " must be " + words;
    one.block().problem(key, rule, null);
  }

  /** A bundle needs each of its products, others need something of what they cover. */
  private static boolean excludesWhatItCovers(Promotion promotion) {
    var products = InCart.none(promotion, ConditionField.CART_PRODUCT);
    var categories = InCart.none(promotion, ConditionField.CART_CATEGORY);
    if (promotion.kind() == PromotionKind.BUNDLE) {
      return promotion.products().stream().anyMatch(products::contains);
    }
    return !promotion.coversAll()
        && promotion.productsWhere().isEmpty()
        && products.containsAll(promotion.products())
        && categories.containsAll(promotion.categories());
  }
}
