package io.promoflow.ingestion.schema;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * An offer that serving may choose.
 *
 * @param id stable id
 * @param kind what it gives
 * @param terms the numbers of the offer
 * @param products product ids it covers; none and no categories cover all, unless {@code
 *     productsWhere} says which
 * @param categories categories it covers
 * @param eligibility all must hold
 * @param from first moment it may be offered; null when unbounded
 * @param until first moment it may no longer be offered; null when unbounded
 * @param budgetCents most it may cost over its period; null when unlimited
 * @param stock most redemptions over its period; null when unlimited
 * @param perShopperCap most offers to one shopper; null when unlimited
 * @param priority higher goes first: within a group it decides, outside when the expected profit
 *     ties; equal priorities go by id
 * @param stackingGroup promotions of one group exclude each other; null stacks with none
 * @param campaign what it belongs to; null when it stands alone
 * @param periods when it may be offered, besides {@code from} and {@code until}: within one of
 *     them; empty for always
 * @param zone time zone of the conditions on {@code hour} and {@code weekday}, such as
 *     Europe/Berlin; null for UTC
 * @param capPeriodMillis over how long {@code perShopperCap} counts, up to the decision; null for
 *     ever
 * @param productsWhere conditions on the features of products: {@code products} are those that met
 *     all of them when the rules were made, in order of their ids, perhaps none; empty when {@code
 *     products} were named
 * @param mostProducts most products that it covers by {@code productsWhere}; null without
 */
public record Promotion(
    String id,
    PromotionKind kind,
    Terms terms,
    List<String> products,
    List<String> categories,
    List<Condition> eligibility,
    Instant from,
    Instant until,
    Long budgetCents,
    Long stock,
    Integer perShopperCap,
    int priority,
    String stackingGroup,
    String campaign,
    List<Period> periods,
    String zone,
    Long capPeriodMillis,
    List<Condition> productsWhere,
    Integer mostProducts) {

  public Promotion {
    periods = periods == null ? List.of() : periods;
    productsWhere = productsWhere == null ? List.of() : productsWhere;
    products = productsWhere.isEmpty() ? products : products.stream().sorted().toList();
  }

  /** A promotion whose products, if any, are named. */
  public Promotion(
      String id,
      PromotionKind kind,
      Terms terms,
      List<String> products,
      List<String> categories,
      List<Condition> eligibility,
      Instant from,
      Instant until,
      Long budgetCents,
      Long stock,
      Integer perShopperCap,
      int priority,
      String stackingGroup,
      String campaign,
      List<Period> periods,
      String zone,
      Long capPeriodMillis) {
    this(
        id,
        kind,
        terms,
        products,
        categories,
        eligibility,
        from,
        until,
        budgetCents,
        stock,
        perShopperCap,
        priority,
        stackingGroup,
        campaign,
        periods,
        zone,
        capPeriodMillis,
        List.of(),
        null);
  }

  /** A promotion of no campaign, in UTC, whose cap counts for ever. */
  public Promotion(
      String id,
      PromotionKind kind,
      Terms terms,
      List<String> products,
      List<String> categories,
      List<Condition> eligibility,
      Instant from,
      Instant until,
      Long budgetCents,
      Long stock,
      Integer perShopperCap,
      int priority,
      String stackingGroup) {
    this(
        id,
        kind,
        terms,
        products,
        categories,
        eligibility,
        from,
        until,
        budgetCents,
        stock,
        perShopperCap,
        priority,
        stackingGroup,
        null,
        List.of(),
        null,
        null);
  }

  /**
   * A stretch of time.
   *
   * @param from first moment; null when unbounded
   * @param until first moment after it; null when unbounded
   */
  public record Period(Instant from, Instant until) {
    public boolean holds(Instant at) {
      return (from == null || !at.isBefore(from)) && (until == null || at.isBefore(until));
    }
  }

  /** What it works on. */
  private record Coverage(
      List<String> products,
      List<String> categories,
      List<Condition> productsWhere,
      Integer mostProducts) {
    private static final Coverage ALL = new Coverage(List.of(), List.of(), List.of(), null);
  }

  private Coverage coverage() {
    return new Coverage(products, categories, productsWhere, mostProducts);
  }

  /** The same with another budget. */
  public Promotion withBudgetCents(Long budget) {
    return with(kind, coverage(), eligibility, budget, stackingGroup);
  }

  /** The same with other products. */
  public Promotion withProducts(List<String> covered) {
    var others = new Coverage(covered, categories, productsWhere, mostProducts);
    return with(kind, others, eligibility, budgetCents, stackingGroup);
  }

  /** The same of whatever lies in a cart. */
  public Promotion coveringAll() {
    return with(kind, Coverage.ALL, eligibility, budgetCents, stackingGroup);
  }

  /** The same of another kind. */
  public Promotion withKind(PromotionKind other) {
    return with(other, coverage(), eligibility, budgetCents, stackingGroup);
  }

  /** The same under other conditions. */
  public Promotion withEligibility(List<Condition> others) {
    return with(kind, coverage(), others, budgetCents, stackingGroup);
  }

  /** The same, which excludes no other. */
  public Promotion withoutGroup() {
    return with(kind, coverage(), eligibility, budgetCents, null);
  }

  private Promotion with(
      PromotionKind otherKind,
      Coverage covered,
      List<Condition> conditions,
      Long budget,
      String group) {
    return new Promotion(
        id,
        otherKind,
        terms,
        covered.products(),
        covered.categories(),
        conditions,
        from,
        until,
        budget,
        stock,
        perShopperCap,
        priority,
        group,
        campaign,
        periods,
        zone,
        capPeriodMillis,
        covered.productsWhere(),
        covered.mostProducts());
  }

  /** Whether it works on whatever lies in a cart. */
  public boolean coversAll() {
    return products.isEmpty() && categories.isEmpty() && productsWhere.isEmpty();
  }

  /** Whether it names a product; of many products it looks at few. */
  public boolean names(String product) {
    return productsWhere.isEmpty()
        ? products.contains(product)
        : Collections.binarySearch(products, product) >= 0;
  }

  /** Whether both work on the same products. */
  public boolean coversAs(Promotion other) {
    return products.equals(other.products)
        && categories.equals(other.categories)
        && coversAll() == other.coversAll();
  }

  /** Whether both ask for the same products, of which by their features others may be found. */
  public boolean asksForSameProducts(Promotion other) {
    return productsWhere.isEmpty()
        ? coversAs(other)
        : productsWhere.equals(other.productsWhere)
            && Objects.equals(mostProducts, other.mostProducts);
  }

  /** Whether it may be offered at a moment. */
  public boolean holds(Instant at) {
    return new Period(from, until).holds(at)
        && (periods.isEmpty() || periods.stream().anyMatch(period -> period.holds(at)));
  }

  /**
   * The numbers of an offer; which are needed follows from the kind, all others are null.
   *
   * @param percent 0 to 100, share of the covered cart value (PERCENT_OFF, FLASH_SALE,
   *     MEMBER_PRICE, COUPON, BUNDLE)
   * @param amountCents fixed saving (SPEND_X_SAVE_Y, COUPON, BUNDLE), cost of the gift (GIFT) or of
   *     shipping (FREE_SHIPPING) to the shop
   * @param minSpendCents cart value from which the offer holds
   * @param maxDiscountCents upper bound of the saving
   * @param couponCode code that the shopper enters (COUPON)
   * @param giftProductId what is given (GIFT)
   * @param memberLevel level that the price is for (MEMBER_PRICE)
   * @param tiers steps of SPEND_X_SAVE_Y; empty when there is one, {@code minSpendCents} and {@code
   *     amountCents}
   * @param couponUse how often a code holds (COUPON); null means MULTI
   * @param valueCents what the gift, or shipping, would cost the shopper (GIFT, FREE_SHIPPING);
   *     null when it is what it costs the shop
   */
  public record Terms(
      Double percent,
      Long amountCents,
      Long minSpendCents,
      Long maxDiscountCents,
      String couponCode,
      String giftProductId,
      String memberLevel,
      List<Tier> tiers,
      CouponUse couponUse,
      Long valueCents) {

    public Terms {
      tiers = tiers == null ? List.of() : tiers;
    }

    /** Terms of one step, whose code holds again and again. */
    public Terms(
        Double percent,
        Long amountCents,
        Long minSpendCents,
        Long maxDiscountCents,
        String couponCode,
        String giftProductId,
        String memberLevel) {
      this(
          percent,
          amountCents,
          minSpendCents,
          maxDiscountCents,
          couponCode,
          giftProductId,
          memberLevel,
          List.of(),
          null,
          null);
    }

    /** Cart value below which nothing is given, in cents; 0 when it holds from nothing. */
    public long leastSpendCents() {
      long least = minSpendCents == null ? 0 : minSpendCents;
      if (tiers.isEmpty()) {
        return least;
      }
      return Math.max(least, tiers.stream().mapToLong(Tier::minSpendCents).min().orElse(0));
    }
  }

  /**
   * A step of SPEND_X_SAVE_Y.
   *
   * @param minSpendCents covered cart value from which it holds
   * @param amountCents what is saved
   */
  public record Tier(long minSpendCents, long amountCents) {}

  /** How often the code of a coupon holds. */
  public enum CouponUse {
    /** Every shopper gets a code of his own, which holds once. */
    SINGLE,
    /** One code for all, which holds as often as budget, stock and caps let it. */
    MULTI
  }
}
