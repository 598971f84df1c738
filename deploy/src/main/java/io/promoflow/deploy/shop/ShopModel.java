package io.promoflow.deploy.shop;

/**
 * What the simulated shoppers do. Every draw depends only on seed, shopper, phase and purpose,
 * never on what was drawn before: a repeated run, and a run under another policy, sees the same
 * shoppers in the same mood (common random numbers).
 *
 * @param seed of everything
 * @param shoppers how many
 */
public record ShopModel(long seed, int shoppers) {
  /** Share of an order's value before discount that is left after the cost of the goods. */
  public static final double MARGIN_SHARE = 0.3;

  /** Share of the order's value that the promotion takes off. */
  public static final double DISCOUNT_SHARE = 0.15;

  /**
   * Share of the decisions whose place on the page is never rendered, because the shopper has left
   * or the page failed. Drawn whatever was decided, so it is the same in every variant.
   */
  public static final double UNRENDERED_SHARE = 0.04;

  private static final int CATEGORIES = 6;
  private static final int PRODUCTS_PER_CATEGORY = 20;
  private static final String[] CATEGORY_NAMES = {
    "tea", "coffee", "books", "garden", "toys", "kitchen"
  };
  private static final double SEARCH = 0.4;
  private static final double CLICK = 0.3;
  private static final double REFUND = 0.03;
  private static final long HUNDRED = 100;

  /** What a draw is for. */
  private enum Purpose {
    TYPE,
    FAVOURITE,
    VISIT,
    VISIT_TIME,
    VIEWS,
    PRODUCT,
    SEARCH,
    CART,
    ORDER,
    BASKET,
    CLICK,
    REFUND,
    ORDER_TIME,
    BANNER,
    CLOSING_BANNER,
    OFFER
  }

  /** The response type of a shopper: known to nobody but the shop. */
  public ResponseType type(int shopper) {
    double u = draw(shopper, 0, Purpose.TYPE, 0);
    for (ResponseType type : ResponseType.values()) {
      u -= type.share();
      if (u < 0) {
        return type;
      }
    }
    return ResponseType.LOST_CAUSE;
  }

  boolean visits(int shopper, int phase) {
    return draw(shopper, phase, Purpose.VISIT, 0) < type(shopper).visit();
  }

  /** When in its part of the phase the visit begins, 0 to 1. */
  double visitTime(int shopper, int phase) {
    return draw(shopper, phase, Purpose.VISIT_TIME, 0);
  }

  int views(int shopper, int phase) {
    ResponseType type = type(shopper);
    int span = type.mostViews() - type.leastViews() + 1;
    return type.leastViews() + (int) (draw(shopper, phase, Purpose.VIEWS, 0) * span);
  }

  boolean searches(int shopper, int phase) {
    return draw(shopper, phase, Purpose.SEARCH, 0) < SEARCH;
  }

  /** Category of the n-th product of a visit: the favourite one mostly. */
  String category(int shopper, int phase, int n) {
    double u = draw(shopper, phase, Purpose.PRODUCT, 2 * n);
    double favourite = draw(shopper, 0, Purpose.FAVOURITE, 0);
    return CATEGORY_NAMES[(int) ((u < 0.7 ? favourite : u) * CATEGORIES) % CATEGORIES];
  }

  String product(int shopper, int phase, int n) {
    int number = (int) (draw(shopper, phase, Purpose.PRODUCT, 2 * n + 1) * PRODUCTS_PER_CATEGORY);
    return category(shopper, phase, n) + "-" + number;
  }

  boolean addsToCart(int shopper, int phase) {
    return draw(shopper, phase, Purpose.CART, 0) < type(shopper).cartAdd();
  }

  /** Whether the page gets to show what was decided as the visit began. */
  boolean rendersBanner(int shopper, int phase) {
    return renders(shopper, phase, Purpose.BANNER);
  }

  /** The same of one of the last visits of a phase. */
  boolean rendersClosingBanner(int shopper, int phase) {
    return renders(shopper, phase, Purpose.CLOSING_BANNER);
  }

  /** Whether the page gets to show what was decided at the cart. */
  boolean rendersOffer(int shopper, int phase) {
    return renders(shopper, phase, Purpose.OFFER);
  }

  private boolean renders(int shopper, int phase, Purpose place) {
    return draw(shopper, phase, place, 0) >= UNRENDERED_SHARE;
  }

  /**
   * @param promoted whether the shopper saw a promotion: one that was not rendered moves nobody
   */
  boolean orders(int shopper, int phase, boolean promoted) {
    return draw(shopper, phase, Purpose.ORDER, 0) < type(shopper).order(promoted);
  }

  /** Value of the cart before discount: whole hundreds of cents. */
  long basketCents(int shopper, int phase) {
    ResponseType type = type(shopper);
    double span = type.mostBasketCents() - type.leastBasketCents();
    double cents = type.leastBasketCents() + draw(shopper, phase, Purpose.BASKET, 0) * span;
    return Math.round(cents / HUNDRED) * HUNDRED;
  }

  /** Discount that the promotion gives on a basket. */
  static long discountCents(long basketCents) {
    return Math.round(basketCents * DISCOUNT_SHARE);
  }

  boolean clicks(int shopper, int phase) {
    return draw(shopper, phase, Purpose.CLICK, 0) < CLICK;
  }

  boolean refunds(int shopper, int phase) {
    return draw(shopper, phase, Purpose.REFUND, 0) < REFUND;
  }

  double orderTime(int shopper, int phase) {
    return draw(shopper, phase, Purpose.ORDER_TIME, 0);
  }

  /** Profit of one cart, were a promotion seen at it or not, refunds taken off. */
  long cartProfitCents(int shopper, int phase, boolean promoted) {
    if (!orders(shopper, phase, promoted) || refunds(shopper, phase)) {
      return 0;
    }
    long basket = basketCents(shopper, phase);
    return Math.round(basket * MARGIN_SHARE) - (promoted ? discountCents(basket) : 0);
  }

  /** A number in [0, 1): SplitMix64's finalizer (Steele, Lea, Flood 2014) over the mixed key. */
  private double draw(int shopper, int phase, Purpose purpose, int n) {
    long h = mix(seed + 0x9E3779B97F4A7C15L);
    h = mix(h ^ shopper * 0xD1B54A32D192ED03L);
    h = mix(h ^ phase * 0xABC98388FB8FAC03L);
    h = mix(h ^ purpose.name().hashCode() * 0x8CB92BA72F3D8DD7L);
    h = mix(h + n * 0x9E3779B97F4A7C15L);
    return (h >>> 11) * 0x1.0p-53;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
