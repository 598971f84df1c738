package io.promoflow.serving;

/** How often a shopper was already offered a promotion. */
@FunctionalInterface
public interface Caps {
  /** Nothing was offered yet. */
  Caps NONE = promotionId -> 0;

  /** Offers of this promotion to the shopper so far. */
  int offered(String promotionId);
}
