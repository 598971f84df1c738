package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Condition.Operator;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.yaml.Block;
import io.promoflow.serving.ConditionField;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks that the conditions of a promotion can all hold at once. */
final class ConditionChecks {
  private static final String OF_NEW = ", since a new one has no " + ConditionField.LAST_ORDER;
  private static final String OF_CART = ", since the promotion needs so much in the cart";

  private ConditionChecks() {}

  static void check(Written one, Vocabulary words) {
    Promotion promotion = one.promotion();
    Set<String> fractions = new HashSet<>();
    fractions.addAll(refuseFractions(promotion.eligibility(), one.conditions(), words.shoppers()));
    fractions.addAll(
        refuseFractions(promotion.productsWhere(), one.productConditions(), words.products()));
    refuseContradictions(
        one, "eligibility", Admitted.byConditions(promotion), words.shoppers(), fractions);
    refuseContradictions(
        one, "productsWhere", Admitted.ofProducts(promotion), words.products(), fractions);
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

  /** The fields of which only a fraction is asked for, though they have none. */
  private static Set<String> refuseFractions(
      List<Condition> conditions, List<Block> blocks, FeatureWords words) {
    var refused = new HashSet<String>();
    for (int i = 0; i < conditions.size(); i++) {
      Condition condition = conditions.get(i);
      if (isFraction(condition, words)) {
        String rule = "impossible condition: " + condition.field() + " is a whole number";
        blocks.get(i).problem("number", rule, condition.number());
        refused.add(condition.field());
      }
    }
    return refused;
  }

  private static boolean isFraction(Condition condition, FeatureWords words) {
    return condition.operator() == Operator.EQ
        && condition.number() % 1 != 0
        && ConditionField.of(condition.field())
            .map(ConditionField::isWhole)
            .orElse(words.isWhole(condition.field()));
  }

  private static void refuseContradictions(
      Written one,
      String key,
      Map<String, Admitted> admitted,
      FeatureWords words,
      Set<String> fractions) {
    admitted.forEach(
        (field, asked) -> {
          Admitted values = words.isWhole(field) ? asked.whole() : asked;
          String word = values.field() == null ? field : values.field().word();
          if (values.isNothing() && !fractions.contains(word)) {
            contradict(one, key, field, values.inWords() + why(one.promotion(), values));
          }
        });
  }

  /** What the conditions themselves do not say. */
  private static String why(Promotion promotion, Admitted values) {
    if (values.field() == ConditionField.NEW_SHOPPER) {
      return Admitted.asksForLastOrder(promotion) ? OF_NEW : "";
    }
    return values.isInPieces()
            && values.least() > 0
            && values.least() == Admitted.leastPieces(promotion)
        ? OF_CART
        : "";
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
