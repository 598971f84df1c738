package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.Tier;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet.ContactCap;
import io.promoflow.serving.Cart;
import io.promoflow.serving.ConditionField;
import io.promoflow.serving.RememberedOffers;
import io.promoflow.serving.pricing.Pricing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Checks what promotions mean: that each can hold, pays, can be afforded, and that no other always
 * takes its place.
 */
final class RuleChecks {
  private static final double HUNDRED = 100;
  private static final String CART = ConditionField.CART_CENTS.word();

  /** Of all promotions together that cover products by their features. */
  private static final int MOST_PRODUCTS = 4_000;

  private RuleChecks() {}

  /**
   * Notes every problem at its place.
   *
   * @param margin null when the file declares none
   * @param words what conditions may ask for
   */
  static void check(
      List<Written> all,
      Margin margin,
      List<Experiment> experiments,
      List<ContactCap> contactCaps,
      Vocabulary words) {
    for (Written one : all) {
      ReservedIds.checkPromotion(one.block(), one.promotion().id());
      PromotionReader.checkYears(one.block(), one.promotion().from(), one.promotion().until());
    }
    List<Written> sound = all.stream().filter(Written::isSound).toList();
    for (Written one : sound) {
      ConditionChecks.check(one, words);
      checkPossible(one);
      checkBundle(one);
      checkCap(one);
      checkBudget(one);
      if (margin != null) {
        checkMargin(one, margin);
      }
    }
    checkProducts(all);
    new GroupChecks(sound, experiments, contactCaps, words.shoppers()).check();
  }

  private static void checkPossible(Written one) {
    Promotion promotion = one.promotion();
    Map<String, Admitted> admitted = Admitted.byConditions(promotion);
    Admitted cart = admitted.get(CART);
    long least = promotion.terms().leastSpendCents();
    if (cart != null && !cart.isNothing() && cart.rounded().most() < least) {
      String rule = "must be reached by a cart whose value is " + cart.inWords();
      one.terms().problem("minSpendCents", rule, least);
    }
    Admitted level = admitted.get(ConditionField.MEMBER_LEVEL.word());
    String wanted = promotion.terms().memberLevel();
    if (promotion.kind() == PromotionKind.MEMBER_PRICE
        && level != null
        && wanted != null
        && !level.admits(wanted)) {
      one.terms().problem("memberLevel", "must be " + level.inWords(), wanted);
    }
    if (!promotion.periods().isEmpty() && GroupChecks.stretches(promotion).isEmpty()) {
      String rule = "has no period between from " + promotion.from() + " and until ";
      one.block().problem("campaign", rule + promotion.until(), promotion.campaign());
    }
  }

  /** All rules travel as one message. */
  private static void checkProducts(List<Written> all) {
    int sum = 0;
    for (Written one : all) {
      Integer most = one.promotion().mostProducts();
      sum += most == null ? 0 : most;
      if (most != null && sum > MOST_PRODUCTS) {
        String rule = "with those above must be %d at most, is %d".formatted(MOST_PRODUCTS, sum);
        one.block().problem("mostProducts", rule, null);
        return;
      }
    }
  }

  private static void checkBundle(Written one) {
    List<String> products = one.promotion().products();
    List<String> twins =
        products.stream()
            .distinct()
            .filter(product -> Collections.frequency(products, product) > 1)
            .toList();
    if (one.promotion().kind() == PromotionKind.BUNDLE && !twins.isEmpty()) {
      String rule = "a BUNDLE asks for one piece of each, so none may stand here twice";
      one.block().problem("products", rule, twins);
    }
  }

  private static void checkCap(Written one) {
    Integer cap = one.promotion().perShopperCap();
    int most = RememberedOffers.MOST_TIMES;
    if (cap != null && one.promotion().capPeriodMillis() != null && cap > most) {
      String rule = "must be %d at most when it counts over a time".formatted(most);
      one.block().problem("perShopperCap", rule, cap);
    }
  }

  private static void checkBudget(Written one) {
    Promotion promotion = one.promotion();
    Long stock = promotion.stock();
    if (stock != null && stock == 0) {
      one.block().problem("stock", "must be 1 at least, else it can never be given", stock);
    }
    long cost = leastCost(promotion);
    Long budget = promotion.budgetCents();
    if (budget != null && budget < Math.max(1, cost)) {
      String rule = "must cover one redemption, which costs at least " + Math.max(1, cost);
      one.block().problem("budgetCents", rule, budget);
    }
  }

  /**
   * What the cheapest redemption costs, cents. Where all of a cart is covered, its least value may
   * also stand in a condition.
   */
  private static long leastCost(Promotion promotion) {
    long cost = corners(promotion).stream().mapToLong(Corner::costCents).min().orElse(0);
    Admitted asked = Admitted.byConditions(promotion).get(CART);
    if (asked == null || asked.isNothing() || !promotion.coversAll()) {
      return cost;
    }
    long least = Math.max((long) asked.rounded().least(), promotion.terms().leastSpendCents());
    return Math.max(cost, Pricing.costCents(promotion, new Cart(least, List.of())));
  }

  private static void checkMargin(Written one, Margin margin) {
    Promotion promotion = one.promotion();
    double floor = one.marginFloor() == null ? margin.floor() : one.marginFloor();
    double left = margin.leastShare(promotion);
    for (Corner corner : corners(promotion)) {
      double given = corner.givenShare();
      if (left - given < floor - 1e-12) {
        String rule =
            "leaves %.4g of a cart of %d cents (%.4g margin less %.4g given), must leave %.4g"
                .formatted(left - given, corner.cartCents(), left, given, floor);
        one.terms().problem(corner.key(), rule, null);
        return;
      }
    }
  }

  /**
   * A cart on which a promotion gives the largest share of it, or costs least.
   *
   * @param key of the terms that it follows from
   */
  private record Corner(long cartCents, long costCents, double givenShare, String key) {
    static Corner of(String key, long cart, long cost) {
      double share = cart == 0 ? (cost == 0 ? 0 : Double.POSITIVE_INFINITY) : (double) cost / cart;
      return new Corner(cart, cost, share, key);
    }
  }

  /**
   * A share is the same on every cart until it is capped, an amount weighs most on the least cart
   * that reaches it: no other carts need to be looked at.
   */
  private static List<Corner> corners(Promotion promotion) {
    var terms = promotion.terms();
    long least = terms.leastSpendCents();
    long most = terms.maxDiscountCents() == null ? Long.MAX_VALUE : terms.maxDiscountCents();
    var corners = new ArrayList<Corner>();
    if (terms.percent() != null) {
      double share = terms.percent() / HUNDRED;
      double capped = least == 0 ? (most == 0 ? 0 : share) : Math.min(share, (double) most / least);
      long cost = Math.min(most, (long) Math.floor(share * least));
      corners.add(new Corner(least, cost, capped, "percent"));
    } else if (!terms.tiers().isEmpty()) {
      for (Tier tier : terms.tiers()) {
        corners.add(Corner.of("tiers", tier.minSpendCents(), Math.min(most, tier.amountCents())));
      }
    } else if (terms.amountCents() != null) {
      long amount = Math.min(most, terms.amountCents());
      boolean isGiven = Pricing.isGiven(promotion.kind());
      long cart = least > 0 || isGiven ? least : amount;
      corners.add(Corner.of("amountCents", cart, isGiven ? amount : Math.min(amount, cart)));
    }
    return corners;
  }
}
