package io.promoflow.serving;

import java.time.Instant;
import java.util.Collection;

/** How often a shopper was already offered a promotion. */
@FunctionalInterface
public interface Caps {
  /** Nothing was offered yet. */
  Caps NONE = promotionId -> 0;

  /** Offers of this promotion to the shopper so far. */
  int offered(String promotionId);

  /**
   * Offers of this promotion at or after a moment. Whoever does not remember when takes all of
   * them, so that a cap is rather too strict than broken.
   */
  default int offered(String promotionId, Instant since) {
    return offered(promotionId);
  }

  /** Offers of any of these promotions at or after a moment. */
  default int contacts(Collection<String> promotionIds, Instant since) {
    return promotionIds.stream().mapToInt(id -> offered(id, since)).sum();
  }
}
