package io.promoflow.deploy.shop;

/**
 * Random numbers without a generator to share: every draw is a hash of the seed and of what it is
 * for. So a draw does not depend on which others were made, a run that is taken up again repeats
 * itself, and "what if" runs use the same luck (common random numbers).
 *
 * <p>The hash is SplitMix64's finalizer (Steele, Lea, Flood 2014), chained over the parts.
 */
record Draws(long seed) {
  private static final double TWO_TO_MINUS_53 = 0x1.0p-53;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** What a number is drawn for; the place is part of the hash, so new ones go to the end. */
  enum Purpose {
    TYPE,
    FAVOURITE,
    VISITS,
    VISIT_TIME,
    VIEWS,
    SEARCHES,
    PRODUCT,
    ADDS_TO_CART,
    CART_PRODUCT,
    QUANTITY,
    REACTION_TIME,
    ORDERS,
    ON_SALE,
    SEES_PROMOTION,
    CLICKS,
    TAKES_BACK,
    BAD_INPUT,
    BAD_KIND
  }

  /** A number in [0, 1). */
  double uniform(int shopper, int phase, Purpose purpose, int n) {
    long hash = mixed(seed + GOLDEN);
    hash = mixed(hash + GOLDEN * (shopper + 1L));
    hash = mixed(hash + GOLDEN * (phase + 2L));
    hash = mixed(hash + GOLDEN * (purpose.ordinal() + 1L));
    hash = mixed(hash + GOLDEN * (n + 1L));
    return (hash >>> 11) * TWO_TO_MINUS_53;
  }

  double uniform(int shopper, int phase, Purpose purpose) {
    return uniform(shopper, phase, purpose, 0);
  }

  /** A whole number from least to most, both included. */
  int between(int least, int most, int shopper, int phase, Purpose purpose, int n) {
    return least + (int) (uniform(shopper, phase, purpose, n) * (most - least + 1));
  }

  private static long mixed(long z) {
    long x = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }
}
