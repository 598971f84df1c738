package io.promoflow.serving;

import java.time.Instant;
import java.util.Map;

/** What a shopper was already offered, of whichever rules. */
public interface Caps {
  /** Nothing was offered yet. */
  Caps NONE = new RememberedOffers(Map.of(), Map.of());

  /** Offers of this promotion to the shopper so far. */
  int offered(String promotionId);

  /**
   * Offers of this promotion at or after a moment. Whoever does not remember when takes all of
   * them, so that a cap is rather too strict than broken.
   */
  int offered(String promotionId, Instant since);

  /** Offers of anything at or after a moment, also of what the rules no longer have. */
  int contacts(Instant since);
}
