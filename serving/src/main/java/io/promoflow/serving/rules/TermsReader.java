package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Promotion.CouponUse;
import io.promoflow.ingestion.schema.Promotion.Terms;
import io.promoflow.ingestion.schema.Promotion.Tier;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.yaml.Block;
import java.util.ArrayList;
import java.util.List;

/** Reads the terms of a promotion and checks that its kind has those it needs, and no others. */
final class TermsReader {
  private static final Shape SHAPE = RuleShapes.TERMS;
  static final Terms NONE = new Terms(null, null, null, null, null, null, null);

  private TermsReader() {}

  /**
   * @param kind null when it could not be read
   */
  static Terms read(Block block, PromotionKind kind) {
    var read =
        new Terms(
            SHAPE.number(block, "percent"),
            SHAPE.whole(block, "amountCents"),
            SHAPE.whole(block, "minSpendCents"),
            SHAPE.whole(block, "maxDiscountCents"),
            block.text("couponCode"),
            block.text("giftProductId"),
            block.text("memberLevel"),
            tiers(block),
            block.has("couponUse") ? block.constant("couponUse", CouponUse.class) : null,
            SHAPE.whole(block, "valueCents"));
    if (kind != null) {
      check(block, kind);
    }
    return read;
  }

  private static List<Tier> tiers(Block block) {
    var tiers = new ArrayList<Tier>();
    Shape shape = SHAPE.key("tiers").shape();
    for (Block step : SHAPE.blocks(block, "tiers")) {
      shape.keys().stream()
          .filter(key -> !step.has(key.name()))
          .forEach(key -> step.problem(key.name(), "must be given", null));
      Long spend = shape.whole(step, "minSpendCents");
      Long amount = shape.whole(step, "amountCents");
      if (spend != null && amount != null) {
        if (!tiers.isEmpty()) {
          checkRise(step, tiers.get(tiers.size() - 1), spend, amount);
        }
        tiers.add(new Tier(spend, amount));
      }
    }
    return List.copyOf(tiers);
  }

  private static void checkRise(Block step, Tier before, long spend, long amount) {
    if (spend <= before.minSpendCents()) {
      step.problem(
          "minSpendCents", "must be above the step before, " + before.minSpendCents(), spend);
    }
    if (amount <= before.amountCents()) {
      step.problem("amountCents", "must be above the step before, " + before.amountCents(), amount);
    }
  }

  private static void check(Block terms, PromotionKind kind) {
    List<String> needed = needed(terms, kind);
    for (String key : needed) {
      if (!terms.has(key)) {
        terms.problem(key, kind + " needs it", null);
      }
    }
    List<String> allowed = new ArrayList<>(needed);
    allowed.addAll(
        switch (kind) {
          case GIFT, FREE_SHIPPING -> List.of("minSpendCents", "maxDiscountCents", "valueCents");
          case COUPON -> List.of("minSpendCents", "maxDiscountCents", "couponUse");
          case SPEND_X_SAVE_Y ->
              terms.has("tiers")
                  ? List.of("maxDiscountCents")
                  : List.of("minSpendCents", "maxDiscountCents");
          default -> List.of("minSpendCents", "maxDiscountCents");
        });
    for (String key : SHAPE.names()) {
      if (terms.has(key) && !allowed.contains(key)) {
        terms.problem(key, kind + " has no use for it; it uses " + allowed, null);
      }
    }
  }

  private static List<String> needed(Block terms, PromotionKind kind) {
    String saving = terms.has("percent") ? "percent" : "amountCents";
    return switch (kind) {
      case PERCENT_OFF, FLASH_SALE -> List.of("percent");
      case MEMBER_PRICE -> List.of("percent", "memberLevel");
      case SPEND_X_SAVE_Y ->
          terms.has("tiers") ? List.of("tiers") : List.of("amountCents", "minSpendCents");
      case BUNDLE -> List.of(saving);
      case FREE_SHIPPING -> List.of("amountCents");
      case GIFT -> List.of("amountCents", "giftProductId");
      case COUPON -> List.of("couponCode", saving);
    };
  }
}
