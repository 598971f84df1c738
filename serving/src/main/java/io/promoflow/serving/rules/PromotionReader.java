package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.CouponUse;
import io.promoflow.ingestion.schema.Promotion.Period;
import io.promoflow.ingestion.schema.Promotion.Terms;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.StorableTime;
import io.promoflow.ingestion.yaml.Block;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/** Reads one promotion of a rule file and checks what can be checked of it alone. */
final class PromotionReader {
  private static final Shape SHAPE = RuleShapes.PROMOTION;
  private static final int PRODUCTS_WHEN_LEFT_OUT = 200;

  private final Map<String, List<Period>> campaigns;
  private final ConditionReader conditions;
  private final ConditionReader productConditions;

  /**
   * @param campaigns periods by campaign
   */
  PromotionReader(Map<String, List<Period>> campaigns, Vocabulary vocabulary) {
    this.campaigns = campaigns;
    this.conditions = ConditionReader.ofShoppers(vocabulary);
    this.productConditions = ConditionReader.ofProducts(vocabulary);
  }

  Written read(Block block) {
    String id = block.requiredText("id");
    PromotionKind kind = block.constant("kind", PromotionKind.class);
    Block termsBlock = SHAPE.block(block, "terms");
    if (termsBlock == null) {
      block.problem("terms", "must be given", null);
    }
    Terms terms = termsBlock == null ? TermsReader.NONE : TermsReader.read(termsBlock, kind);
    List<Block> conditionBlocks = SHAPE.blocks(block, "eligibility");
    List<Condition> eligibility = conditionBlocks.stream().map(conditions::read).toList();
    List<Block> productBlocks = SHAPE.blocks(block, "productsWhere");
    String campaign = campaign(block);
    Long priority = SHAPE.whole(block, "priority");
    Duration capPeriod = block.duration("perShopperCapPer");
    var promotion =
        new Promotion(
            id,
            kind,
            terms,
            block.texts("products"),
            block.texts("categories"),
            eligibility,
            block.moment("from"),
            block.moment("until"),
            SHAPE.whole(block, "budgetCents"),
            SHAPE.whole(block, "stock"),
            cap(block, terms),
            priority == null ? 0 : Math.toIntExact(priority),
            block.text("stackingGroup"),
            campaign,
            campaigns.getOrDefault(campaign == null ? "" : campaign, List.of()),
            zone(block),
            capPeriod == null ? null : capPeriod.toMillis(),
            productBlocks.stream().map(productConditions::read).toList(),
            mostProducts(block));
    check(block, promotion);
    Double floor = SHAPE.number(block, "marginFloor");
    return new Written(promotion, block, termsBlock, conditionBlocks, productBlocks, floor);
  }

  private String campaign(Block block) {
    String campaign = block.text("campaign");
    if (campaign != null && !campaigns.containsKey(campaign)) {
      block.problem("campaign", "must name a campaign of this file", campaign);
    }
    return campaign;
  }

  private static Integer mostProducts(Block block) {
    boolean isBounded = block.has("mostProducts");
    if (!block.has("productsWhere")) {
      if (isBounded) {
        block.problem("mostProducts", "needs productsWhere", null);
      }
      return null;
    }
    Long most = SHAPE.whole(block, "mostProducts");
    return most == null ? PRODUCTS_WHEN_LEFT_OUT : Math.toIntExact(most);
  }

  private static String zone(Block block) {
    String zone = block.text("zone");
    if (zone != null) {
      try {
        ZoneId.of(zone);
      } catch (DateTimeException e) {
        block.problem("zone", "must be a time zone such as Europe/Berlin", zone);
        return null;
      }
    }
    return zone;
  }

  /** A code that holds once is offered once. */
  private static Integer cap(Block block, Terms terms) {
    Long cap = SHAPE.whole(block, "perShopperCap");
    if (terms.couponUse() != CouponUse.SINGLE) {
      return cap == null ? null : Math.toIntExact(cap);
    }
    if (block.has("perShopperCapPer")) {
      block.problem("perShopperCapPer", "a SINGLE code holds once, for ever", null);
    }
    if (cap != null && cap != 1) {
      block.problem("perShopperCap", "a SINGLE code holds once, so it must be 1", cap);
    }
    return 1;
  }

  private void check(Block block, Promotion promotion) {
    checkPeriod(block, promotion.from(), promotion.until());
    checkProducts(block, promotion);
    if (promotion.kind() == PromotionKind.FLASH_SALE) {
      require(block, "until", "a FLASH_SALE ends at a moment");
      require(block, "stock", "a FLASH_SALE ends with its stock");
    }
    if (promotion.kind() == PromotionKind.GIFT) {
      require(block, "stock", "a GIFT is given while there is stock");
    }
    boolean isSingle = promotion.terms().couponUse() == CouponUse.SINGLE;
    if (block.has("perShopperCapPer") && !block.has("perShopperCap") && !isSingle) {
      block.problem("perShopperCapPer", "needs a perShopperCap", null);
    }
  }

  private static void checkProducts(Block block, Promotion promotion) {
    if (block.has("productsWhere")) {
      if (promotion.productsWhere().isEmpty()) {
        block.problem("productsWhere", "needs a condition; without the key all is covered", null);
      }
      refuseBeside(block, "products", promotion.products());
      refuseBeside(block, "categories", promotion.categories());
    }
    if (promotion.kind() == PromotionKind.BUNDLE && promotion.products().size() < 2) {
      block.problem("products", "a BUNDLE names at least two products", promotion.products());
    }
  }

  private static void refuseBeside(Block block, String key, List<String> named) {
    if (!named.isEmpty()) {
      block.problem(key, "cannot go with productsWhere: leave one out", named);
    }
  }

  private static void require(Block block, String key, String rule) {
    if (!block.has(key)) {
      block.problem(key, rule + ": must be given", null);
    }
  }

  /** Not of what was in force once: that is read whatever it says. */
  static void checkYears(Block block, Instant from, Instant until) {
    checkYear(block, "from", from);
    checkYear(block, "until", until);
  }

  private static void checkYear(Block block, String key, Instant moment) {
    if (moment != null && !StorableTime.holds(moment)) {
      block.problem(key, "must lie between the years 1 and 9999", moment);
    }
  }

  static void checkPeriod(Block block, Instant from, Instant until) {
    if (from != null && until != null && !from.isBefore(until)) {
      block.problem("until", "must be after from, which is " + from, until);
    }
  }
}
