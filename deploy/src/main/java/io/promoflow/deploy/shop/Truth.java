package io.promoflow.deploy.shop;

import io.promoflow.deploy.shop.Season.Phase;
import io.promoflow.deploy.shop.ShopModel.Afterwards;
import io.promoflow.deploy.shop.ShopModel.Product;
import io.promoflow.deploy.shop.ShopModel.Reaction;
import io.promoflow.deploy.shop.ShopModel.Visit;
import io.promoflow.deploy.shop.ShopperType.Habits;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** What was planted: the effect of the promotion by shopper type, and what any rule would earn. */
public final class Truth {
  /** An attribution window of three days holds the exposing cart and five more half-days. */
  private static final int HALF_DAYS_AFTER = 5;

  private static final int PRODUCTS = 60;
  private static final double TWO_PIECES = 0.15;
  private static final double KEPT = 0.95;
  private static final double NOTHING_CENTS = 20;

  private Truth() {}

  /** Direction of a planted effect. */
  public enum Planted {
    NONE,
    BETTER,
    WORSE;

    /** The word of the report. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Planted of(double effectCents) {
      if (Math.abs(effectCents) < NOTHING_CENTS) {
        return NONE;
      }
      return effectCents > 0 ? BETTER : WORSE;
    }
  }

  /** Expected profit that the promotion adds to one cart, in cents; closed form. */
  static double effectPerCartCents(ShopperType type) {
    Habits habits = type.habits();
    double effect = 0;
    for (int number = 0; number < PRODUCTS; number++) {
      long price = new Product(number).priceCents();
      effect += (1 - TWO_PIECES) * effect(habits, price) + TWO_PIECES * effect(habits, 2 * price);
    }
    return KEPT * effect / PRODUCTS;
  }

  private static double effect(Habits habits, long grossCents) {
    long discount = Terms.discountCents(grossCents);
    double full = Terms.profitCents(grossCents, 0);
    return habits.ordersPromoted() * (full - discount)
        - habits.orders() * (full - habits.onSale() * discount);
  }

  /**
   * Expected profit that the promotion adds to one shopper in the three days after the first cart,
   * in cents, when it is given at every cart; closed form but for the edges of the window.
   */
  public static double effectPerShopperCents(ShopperType type) {
    double cartsAfter = HALF_DAYS_AFTER * type.habits().visits() * type.habits().addsToCart();
    return (1 + cartsAfter) * effectPerCartCents(type);
  }

  /** The same over a group of shoppers of mixed types, by how many there are of each. */
  public static double effectPerShopperCents(Map<ShopperType, Long> shoppers) {
    double sum = 0;
    long count = 0;
    for (var entry : shoppers.entrySet()) {
      sum += entry.getValue() * effectPerShopperCents(entry.getKey());
      count += entry.getValue();
    }
    return count == 0 ? 0 : sum / count;
  }

  /**
   * Profit of all carts while the experiments run, in cents, had they been promoted by this rule.
   * The same luck for every rule, so that rules differ by nothing but themselves.
   */
  static long profitCents(ShopModel model, Season season, Predicate<Visit> promoted) {
    List<Phase> phases = season.phases();
    long profit = 0;
    for (Phase phase : phases) {
      if (!season.isExperimenting(phase)) {
        continue;
      }
      for (var shopper : model.shoppers()) {
        Visit visit = model.visit(shopper, phase).orElse(null);
        if (visit != null && visit.cart() != null) {
          profit += profitCents(model, visit, promoted.test(visit), phases.size());
        }
      }
    }
    return profit;
  }

  private static long profitCents(ShopModel model, Visit visit, boolean promoted, int phases) {
    Reaction reaction = model.react(visit, promoted);
    if (!reaction.ordered()) {
      return 0;
    }
    int phase = visit.phase().index();
    Afterwards afterwards = model.afterwards(visit.shopper(), phase);
    boolean takenBack = afterwards != Afterwards.KEPT && phase + afterwards.halfDays() < phases;
    return takenBack ? 0 : Terms.profitCents(visit.cart().grossCents(), reaction.discountCents());
  }
}
