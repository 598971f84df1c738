package io.promoflow.features;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.time.Instant;

/** People and moments of the tests. */
public final class Cast {
  public static final String ADA = "k1.ada";
  public static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

  private Cast() {}

  public static ShopEvent view(String id, Instant at, String product, String category) {
    return event(id, ShopEventType.PRODUCT_VIEWED, at, product, category, null, null, null);
  }

  public static ShopEvent order(String id, Instant at, String order, long cents, Long discount) {
    return event(id, ShopEventType.ORDER_PLACED, at, "p1", "tea", cents, discount, order);
  }

  /** Which no feature of shoppers looks at. */
  public static ShopEvent shown(String id, Instant at, String promotion) {
    return new ShopEvent(
        id,
        ShopEventType.PROMOTION_VIEWED,
        ADA,
        null,
        at,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        promotion,
        null,
        null,
        null,
        null,
        null);
  }

  static ShopEvent event(
      String id,
      ShopEventType type,
      Instant at,
      String product,
      String category,
      Long cents,
      Long discount,
      String order) {
    return new ShopEvent(
        id,
        type,
        ADA,
        null,
        at,
        product,
        category,
        null,
        cents == null ? null : 1,
        cents,
        discount,
        cents == null ? null : "EUR",
        order,
        null,
        null,
        null,
        null,
        null,
        null);
  }
}
