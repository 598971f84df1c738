package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.Terms;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.yaml.Block;
import java.util.ArrayList;
import java.util.List;

/** Reads one promotion of a rule file and checks that its kind has the terms it needs. */
final class PromotionReader {
  static final List<String> KEYS =
      List.of(
          "id",
          "kind",
          "terms",
          "products",
          "categories",
          "eligibility",
          "from",
          "until",
          "budgetCents",
          "stock",
          "perShopperCap",
          "priority",
          "stackingGroup");
  private static final List<String> TERM_KEYS =
      List.of(
          "percent",
          "amountCents",
          "minSpendCents",
          "maxDiscountCents",
          "couponCode",
          "giftProductId",
          "memberLevel");
  private static final List<String> CONDITION_KEYS =
      List.of("field", "operator", "number", "values");

  /** A hundred million of any currency: far above any cart, far below overflow. */
  private static final long MOST_CENTS = 10_000_000_000L;

  private final List<String> warnings;

  PromotionReader(List<String> warnings) {
    this.warnings = warnings;
  }

  Promotion read(Block block) {
    String id = block.requiredText("id");
    PromotionKind kind = block.constant("kind", PromotionKind.class);
    Terms terms = terms(block, kind);
    Long cap = block.whole("perShopperCap", 1, Integer.MAX_VALUE);
    Long priority = block.whole("priority", Integer.MIN_VALUE, Integer.MAX_VALUE);
    var promotion =
        new Promotion(
            id,
            kind,
            terms,
            block.texts("products"),
            block.texts("categories"),
            conditions(block),
            block.moment("from"),
            block.moment("until"),
            block.whole("budgetCents", 0, Long.MAX_VALUE),
            block.whole("stock", 0, Long.MAX_VALUE),
            cap == null ? null : Math.toIntExact(cap),
            priority == null ? 0 : Math.toIntExact(priority),
            block.text("stackingGroup"));
    check(block, promotion);
    return promotion;
  }

  private void check(Block block, Promotion promotion) {
    checkPeriod(block, promotion.from(), promotion.until());
    if (promotion.kind() == PromotionKind.BUNDLE && promotion.products().size() < 2) {
      block.problem("products", "a BUNDLE names at least two products", promotion.products());
    }
    for (String key : List.of("budgetCents", "stock")) {
      if (block.has(key)) {
        warnings.add(
            block.subject()
                + ": "
                + key
                + " is recorded but not enforced yet: there is no budget ledger");
      }
    }
  }

  static void checkPeriod(Block block, java.time.Instant from, java.time.Instant until) {
    if (from != null && until != null && !from.isBefore(until)) {
      block.problem("until", "must be after from, which is " + from, until);
    }
  }

  private static Terms terms(Block block, PromotionKind kind) {
    Block terms = block.block("terms", TERM_KEYS);
    if (terms == null) {
      block.problem("terms", "must be given", null);
      return new Terms(null, null, null, null, null, null, null);
    }
    var read =
        new Terms(
            terms.number("percent", 0, 100),
            terms.whole("amountCents", 0, MOST_CENTS),
            terms.whole("minSpendCents", 0, MOST_CENTS),
            terms.whole("maxDiscountCents", 0, MOST_CENTS),
            terms.text("couponCode"),
            terms.text("giftProductId"),
            terms.text("memberLevel"));
    if (kind != null) {
      checkTerms(terms, kind);
    }
    return read;
  }

  private static void checkTerms(Block terms, PromotionKind kind) {
    List<String> needed =
        switch (kind) {
          case PERCENT_OFF, FLASH_SALE -> List.of("percent");
          case MEMBER_PRICE -> List.of("percent", "memberLevel");
          case SPEND_X_SAVE_Y -> List.of("amountCents", "minSpendCents");
          case BUNDLE, FREE_SHIPPING -> List.of("amountCents");
          case GIFT -> List.of("amountCents", "giftProductId");
          case COUPON -> List.of("couponCode", terms.has("percent") ? "percent" : "amountCents");
        };
    for (String key : needed) {
      if (!terms.has(key)) {
        terms.problem(key, kind + " needs it", null);
      }
    }
    var allowed = new ArrayList<>(needed);
    allowed.addAll(List.of("minSpendCents", "maxDiscountCents"));
    for (String key : TERM_KEYS) {
      if (terms.has(key) && !allowed.contains(key)) {
        terms.problem(key, kind + " has no use for it; it uses " + allowed, null);
      }
    }
  }

  private static List<Condition> conditions(Block block) {
    return block.blocks("eligibility", CONDITION_KEYS).stream()
        .map(PromotionReader::condition)
        .toList();
  }

  private static Condition condition(Block block) {
    String field = block.requiredText("field");
    var operator = block.constant("operator", Condition.Operator.class);
    boolean isSet = operator == Condition.Operator.IN || operator == Condition.Operator.NOT_IN;
    Double number = block.number("number", -Double.MAX_VALUE, Double.MAX_VALUE);
    List<String> values = block.texts("values");
    if (operator != null) {
      String needed = isSet ? "values" : "number";
      String useless = isSet ? "number" : "values";
      if (!block.has(needed) || (isSet && values.isEmpty())) {
        block.problem(needed, operator + " needs it", null);
      }
      if (block.has(useless)) {
        block.problem(useless, operator + " has no use for it", null);
      }
      if (field.equals("segment") && !isSet) {
        block.problem("operator", "a segment is compared with IN or NOT_IN", operator);
      }
    }
    return new Condition(field, operator, isSet ? null : number, isSet ? values : null);
  }
}
