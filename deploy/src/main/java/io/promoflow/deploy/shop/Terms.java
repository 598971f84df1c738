package io.promoflow.deploy.shop;

/** The numbers of the demo's promotion and of the shop's money; {@code demo/rules.yaml} agrees. */
final class Terms {
  static final String CART_EXPERIMENT = "cart-discount";
  static final String BANNER_EXPERIMENT = "home-banner-aa";
  static final String PROMOTION = "ten-off";
  static final long PERCENT = 10;
  static final long MAX_DISCOUNT_CENTS = 2_000;
  private static final long MARGIN_PERCENT = 30;
  private static final long HUNDRED = 100;

  private Terms() {}

  /** What the promotion takes off a cart, in cents; a sale takes off the same. */
  static long discountCents(long grossCents) {
    return Math.min(grossCents * PERCENT / HUNDRED, MAX_DISCOUNT_CENTS);
  }

  /** What an order earns, in cents; all prices are whole tens of cents, so nothing is rounded. */
  static long profitCents(long grossCents, long discountCents) {
    return grossCents * MARGIN_PERCENT / HUNDRED - discountCents;
  }
}
