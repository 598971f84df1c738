package io.promoflow.deploy.shop;

import io.promoflow.deploy.shop.Draws.Purpose;
import io.promoflow.deploy.shop.Season.Phase;
import io.promoflow.deploy.shop.ShopperType.Habits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The simulated shoppers: what they do in a half-day, and how they react to a promotion. Pure: the
 * same seed gives the same answers, in whatever order it is asked.
 */
public final class ShopModel {
  private static final int PRODUCTS = 60;
  private static final int CATEGORIES = 6;
  private static final long LEAST_PRICE_CENTS = 2_500;
  private static final double TWO_PIECES = 0.15;
  private static final double FAVOURITE_CATEGORY = 0.6;
  private static final double SEES_PROMOTION = 0.85;
  private static final double CANCELS = 0.01;
  private static final double SENDS_BACK = 0.04;
  private static final Duration FIRST = Duration.ofMinutes(2);
  private static final long SPREAD_MILLIS = Duration.ofMinutes(335).toMillis();
  private static final List<String> CATEGORY_NAMES =
      List.of("tea", "coffee", "pottery", "linen", "books", "garden");

  private final Draws draws;
  private final List<Shopper> shoppers;

  public ShopModel(long seed, int shoppers) {
    this.draws = new Draws(seed);
    this.shoppers = IntStream.range(0, shoppers).mapToObj(this::shopper).toList();
  }

  /**
   * A simulated person.
   *
   * @param index 0, 1, 2 ...
   * @param id raw shopper id
   * @param type how they behave
   */
  public record Shopper(int index, String id, ShopperType type) {}

  /** What is sold; prices are whole tens of cents. */
  record Product(int number) {
    String id() {
      return "p" + number;
    }

    String category() {
      return CATEGORY_NAMES.get(number % CATEGORIES);
    }

    long priceCents() {
      return LEAST_PRICE_CENTS + (number * 137L % 300) * 10;
    }
  }

  /** A product put into the cart. */
  record CartLine(Product product, int quantity) {
    long grossCents() {
      return product.priceCents() * quantity;
    }
  }

  /**
   * One shopper in one half-day.
   *
   * @param shopper who
   * @param phase which half-day
   * @param at when the visit begins
   * @param reactsAt when they come back to what lies in the cart
   * @param views products looked at
   * @param searches how many searches
   * @param cart what was put into the cart; null when nothing
   */
  record Visit(
      Shopper shopper,
      Phase phase,
      Instant at,
      Instant reactsAt,
      List<Product> views,
      int searches,
      CartLine cart) {}

  /**
   * What becomes of a cart.
   *
   * @param seen whether the promotion was seen; false without one
   * @param clicked whether it was clicked
   * @param ordered whether the cart was ordered; it is emptied otherwise
   * @param discountCents on the order; 0 when nothing was ordered
   */
  record Reaction(boolean seen, boolean clicked, boolean ordered, long discountCents) {}

  /** What becomes of an order afterwards. */
  enum Afterwards {
    KEPT(0),
    CANCELLED(1),
    REFUNDED(2);

    private final int halfDays;

    Afterwards(int halfDays) {
      this.halfDays = halfDays;
    }

    /** How many half-days after the order. */
    int halfDays() {
      return halfDays;
    }
  }

  public List<Shopper> shoppers() {
    return shoppers;
  }

  Draws draws() {
    return draws;
  }

  private Shopper shopper(int index) {
    double u = draws.uniform(index, 0, Purpose.TYPE);
    double edge = 0;
    ShopperType found = ShopperType.SLEEPING_DOG;
    for (ShopperType type : ShopperType.values()) {
      edge += type.share();
      if (u < edge) {
        found = type;
        break;
      }
    }
    return new Shopper(index, "shopper-" + index, found);
  }

  /** What a shopper does in a half-day; empty when they stay away. */
  Optional<Visit> visit(Shopper shopper, Phase phase) {
    Habits habits = shopper.type().habits();
    int i = shopper.index();
    int k = phase.index();
    if (draws.uniform(i, k, Purpose.VISITS) >= habits.visits()) {
      return Optional.empty();
    }
    int count = draws.between(habits.leastViews(), habits.mostViews(), i, k, Purpose.VIEWS, 0);
    var views = new ArrayList<Product>();
    for (int n = 0; n < count; n++) {
      views.add(product(i, k, Purpose.PRODUCT, n));
    }
    int searches =
        draws.between(habits.leastSearches(), habits.mostSearches(), i, k, Purpose.SEARCHES, 0);
    boolean adds = draws.uniform(i, k, Purpose.ADDS_TO_CART) < habits.addsToCart();
    int quantity = draws.uniform(i, k, Purpose.QUANTITY) < TWO_PIECES ? 2 : 1;
    return Optional.of(
        new Visit(
            shopper,
            phase,
            moment(phase.start(), i, k, Purpose.VISIT_TIME),
            moment(phase.middle(), i, k, Purpose.REACTION_TIME),
            views,
            searches,
            adds ? new CartLine(product(i, k, Purpose.CART_PRODUCT, 0), quantity) : null));
  }

  private Instant moment(Instant from, int shopper, int phase, Purpose purpose) {
    return from.plus(FIRST)
        .plusMillis((long) (draws.uniform(shopper, phase, purpose) * SPREAD_MILLIS));
  }

  private Product product(int shopper, int phase, Purpose purpose, int n) {
    int favourite = (int) (draws.uniform(shopper, 0, Purpose.FAVOURITE) * CATEGORIES);
    double u = draws.uniform(shopper, phase, purpose, 2 * n);
    int any = (int) (draws.uniform(shopper, phase, purpose, 2 * n + 1) * PRODUCTS);
    return new Product(u < FAVOURITE_CATEGORY ? any - any % CATEGORIES + favourite : any);
  }

  /** How the shopper reacts to what lies in the cart, with the promotion or without. */
  Reaction react(Visit visit, boolean promoted) {
    Habits habits = visit.shopper().type().habits();
    int i = visit.shopper().index();
    int k = visit.phase().index();
    double rate = promoted ? habits.ordersPromoted() : habits.orders();
    boolean ordered = draws.uniform(i, k, Purpose.ORDERS) < rate;
    boolean sale = draws.uniform(i, k, Purpose.ON_SALE) < habits.onSale();
    boolean seen = promoted && draws.uniform(i, k, Purpose.SEES_PROMOTION) < SEES_PROMOTION;
    boolean clicked = seen && draws.uniform(i, k, Purpose.CLICKS) < habits.clicks();
    boolean discounted = ordered && (promoted || sale);
    long discount = discounted ? Terms.discountCents(visit.cart().grossCents()) : 0;
    return new Reaction(seen, clicked, ordered, discount);
  }

  /** What becomes of an order that was placed in a half-day. */
  Afterwards afterwards(Shopper shopper, int phase) {
    double u = draws.uniform(shopper.index(), phase, Purpose.TAKES_BACK);
    if (u < CANCELS) {
      return Afterwards.CANCELLED;
    }
    return u < CANCELS + SENDS_BACK ? Afterwards.REFUNDED : Afterwards.KEPT;
  }
}
