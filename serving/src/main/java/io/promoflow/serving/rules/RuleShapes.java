package io.promoflow.serving.rules;

import static io.promoflow.serving.rules.Key.block;
import static io.promoflow.serving.rules.Key.blocks;
import static io.promoflow.serving.rules.Key.constant;
import static io.promoflow.serving.rules.Key.declared;
import static io.promoflow.serving.rules.Key.duration;
import static io.promoflow.serving.rules.Key.flag;
import static io.promoflow.serving.rules.Key.moment;
import static io.promoflow.serving.rules.Key.number;
import static io.promoflow.serving.rules.Key.text;
import static io.promoflow.serving.rules.Key.texts;
import static io.promoflow.serving.rules.Key.whole;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Experiment.Mode;
import io.promoflow.ingestion.schema.MetricNames;
import io.promoflow.ingestion.schema.Promotion.CouponUse;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.RememberedOffers;

/** Every mapping that a rule file may hold. */
final class RuleShapes {
  /** A hundred million of any currency: far above any cart, far below overflow. */
  private static final long MOST_CENTS = 10_000_000_000L;

  private static final long MOST_COUNT = 1_000_000_000_000L;

  /** Of one promotion. */
  private static final long MOST_PRODUCTS = 1_000;

  private static final Shape TIER =
      Shape.of(
          "tier",
          whole("minSpendCents", 1, MOST_CENTS, "covered cart value from which the step holds")
              .must(),
          whole("amountCents", 1, MOST_CENTS, "what is saved from there on, cents").must());

  static final Shape TERMS =
      Shape.of(
          "terms",
          number("percent", 0, 100, "share of the covered cart value, percent"),
          whole(
              "amountCents", 0, MOST_CENTS, "fixed saving, or what gift or shipping cost the shop"),
          whole("minSpendCents", 0, MOST_CENTS, "covered cart value from which the offer holds"),
          whole("maxDiscountCents", 0, MOST_CENTS, "upper bound of the saving, cents"),
          blocks("tiers", TIER, "steps of SPEND_X_SAVE_Y: spend more, save more"),
          text("couponCode", "code that the shopper enters"),
          constant(
              "couponUse", CouponUse.class, "SINGLE: a code per shopper, once; MULTI: one for all"),
          text("giftProductId", "what is given"),
          whole("valueCents", 0, MOST_CENTS, "what gift or shipping would cost the shopper"),
          text("memberLevel", "level that the price is for"));

  static final Shape CONDITION =
      Shape.of(
          "condition",
          text("field", "a feature, or segment, cart_cents, hour, new_shopper ...").must(),
          constant("operator", Condition.Operator.class, "how to compare").must(),
          number(
              "number",
              -Double.MAX_VALUE,
              Double.MAX_VALUE,
              "right-hand side of LT, LE, GT, GE, EQ"),
          texts("values", "right-hand side of IN and NOT_IN"));

  static final Shape PRODUCT_CONDITION =
      Shape.of(
          "productCondition",
          text("field", "a feature of products, such as product_pieces_7d").must(),
          constant("operator", Condition.Operator.class, "how to compare").must(),
          number(
              "number",
              -Double.MAX_VALUE,
              Double.MAX_VALUE,
              "right-hand side of LT, LE, GT, GE, EQ"),
          texts("values", "right-hand side of IN and NOT_IN"));

  static final Shape PROMOTION =
      Shape.of(
              "promotion",
              text("id", "stable id").must(),
              constant("kind", PromotionKind.class, "what it gives").must(),
              block(
                      "terms",
                      TERMS,
                      "the numbers of the offer; which are needed follows from the kind")
                  .must(),
              texts("products", "products that it covers; none and no categories cover all"),
              texts("categories", "categories that it covers"),
              blocks(
                  "productsWhere",
                  PRODUCT_CONDITION,
                  "instead of products and categories: it covers those whose features meet all of these"),
              whole(
                  "mostProducts",
                  1,
                  MOST_PRODUCTS,
                  "most products by productsWhere, those first that go farthest by the first"
                      + " condition; 200 when left out"),
              blocks("eligibility", CONDITION, "conditions; all must hold"),
              text("campaign", "campaign of this file whose periods hold"),
              moment("from", "first moment"),
              moment("until", "first moment after it"),
              text(
                  "zone",
                  "time zone of hour and weekday, such as Europe/Berlin; UTC when left out"),
              whole("budgetCents", 0, MOST_COUNT, "most it may cost, cents"),
              whole("stock", 0, MOST_COUNT, "most redemptions"),
              whole(
                  "perShopperCap",
                  1,
                  Integer.MAX_VALUE,
                  "most offers to one shopper; with perShopperCapPer 100 at most"),
              duration("perShopperCapPer", "over how long the cap counts; for ever when left out"),
              whole("priority", Integer.MIN_VALUE, Integer.MAX_VALUE, "higher goes first"),
              text("stackingGroup", "of one group only one is given"),
              number("marginFloor", -1, 1, "instead of the floor of the file, for this promotion"))
          .when("kind", PromotionKind.FLASH_SALE, "until", "stock")
          .when("kind", PromotionKind.GIFT, "stock");

  private static final Shape PERIOD =
      Shape.of("period", moment("from", "first moment"), moment("until", "first moment after it"));

  static final Shape CAMPAIGN =
      Shape.of(
          "campaign",
          text("id", "stable id").must(),
          blocks("periods", PERIOD, "when its promotions may be offered; always when left out"));

  static final Shape CONTACT_CAP =
      Shape.of(
          "contactCap",
          text("campaign", "campaign whose offers count; all when left out"),
          whole("offers", 1, RememberedOffers.MOST_TIMES, "most offers to one shopper").must(),
          duration("per", "over how long they count, such as P7D").must());

  private static final Shape CATEGORY_MARGIN =
      Shape.of(
          "categoryMargin",
          text("category", "which").must(),
          number("share", 0, 1, "share of its price that is left after the cost of goods").must());

  static final Shape MARGIN =
      Shape.of(
          "margin",
          number("share", 0, 1, "share of a price that is left after the cost of goods").must(),
          number("floor", -1, 1, "share of a cart that must be left after a promotion").must(),
          blocks("categories", CATEGORY_MARGIN, "categories with a margin of their own"));

  private static final Shape VARIANT =
      Shape.of(
          "variant",
          text("id", "unique within the experiment").must(),
          flag("control", "whether the others are compared with it; exactly one is"),
          number("weight", 0, 1, "share of shoppers; weights add up to 1").must(),
          texts("promotions", "what may be given; none for nothing"));

  private static final Shape GUARDRAIL =
      Shape.of(
          "guardrail",
          declared("metric", MetricNames.SHIPPED, "declared metric that must not get worse").must(),
          number("margin", 0, 1, "relative loss that is tolerated").must());

  private static final Shape POLICY =
      Shape.of(
          "policy",
          number("floor", 0, 0.5, "least weight of a variant").must(),
          number("maxStep", 0, 1, "most that a weight moves at once").must(),
          whole("minimumUnits", 1, Integer.MAX_VALUE, "shoppers per variant before anything moves")
              .must(),
          flag("perSegment", "whether weights move per segment"),
          number("alpha", 1e-9, 0.5, "error level of the evidence").must(),
          constant(
              "mode", Mode.class, "PROPOSE only tells, APPROVE waits for a person, APPLY applies"),
          texts("use", "policies by name, the first that proposes anything counts"),
          duration("coolDown", "event time after a change during which nothing changes again"));

  static final Shape EXPERIMENT =
      Shape.of(
          "experiment",
          text("id", "stable id").must(),
          text("salt", "of the assignment; the id when left out, another one draws anew"),
          constant("trigger", Trigger.class, "decisions that it is about").must(),
          blocks("variants", VARIANT, "strategies to compare, two at least").must(),
          texts("segments", "segments that take part; none for all"),
          flag("segmentRequired", "whether shoppers without a segment stay out"),
          moment("from", "first moment"),
          moment("until", "first moment after it"),
          declared(
                  "primaryMetric", MetricNames.SHIPPED, "declared metric that the policy optimises")
              .must(),
          blocks("guardrails", GUARDRAIL, "metrics that must not fall"),
          number("holdoutShare", 0, 1, "share of shoppers that stay out for good"),
          block("policy", POLICY, "how results move the weights; never when left out"),
          flag("paused", "everyone gets the control"),
          text("layer", "experiments of one layer exclude each other"),
          number("share", 0, 1, "share of the shoppers that it takes in its layer"));

  static final Shape BUDGET_MOVES =
      Shape.of(
          "budgetMoves",
          texts("promotions", "whose budgets may move; all that have one when left out"),
          number("floor", 0, 0.5, "least budget of each, as a share of the sum").must(),
          number("maxStep", 0, 1, "most that one move takes from a budget, as a share of it")
              .must(),
          whole("minimumUnits", 1, Integer.MAX_VALUE, "shoppers per variant before anything moves")
              .must(),
          number("alpha", 1e-9, 0.5, "error level of the evidence").must(),
          constant(
              "mode", Mode.class, "PROPOSE only tells, APPROVE waits for a person, APPLY applies"),
          duration("coolDown", "event time after a move during which nothing moves again"));

  static final Shape FILE =
      Shape.of(
          "rules",
          block("margin", MARGIN, "what promotions must leave; not checked when left out"),
          number("holdoutShare", 0, 1, "share of the shoppers who never get anything"),
          block("budgetMoves", BUDGET_MOVES, "how results move budgets; never when left out"),
          blocks("contactCaps", CONTACT_CAP, "how often one shopper may be offered anything"),
          blocks("campaigns", CAMPAIGN, "periods that promotions share"),
          blocks("promotions", PROMOTION, "what may be given"),
          blocks("experiments", EXPERIMENT, "comparisons, in the order in which they are offered"));

  private RuleShapes() {}
}
