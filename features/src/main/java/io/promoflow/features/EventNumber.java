package io.promoflow.features;

import io.promoflow.ingestion.schema.ShopEvent;

/** Numeric fields of an event. */
public enum EventNumber {
  /** Value before discount, in cents. */
  GROSS_CENTS("grossCents"),
  /** Value after discount, in cents. */
  NET_CENTS("netCents"),
  /** Discount, in cents. */
  DISCOUNT_CENTS("discountCents"),
  /** Price of one piece before discount, in cents. */
  UNIT_PRICE_CENTS("unitPriceCents"),
  /** Pieces. */
  QUANTITY("quantity"),
  /** Stars, 1 to 5. */
  RATING("rating"),
  /** Time on the page, in milliseconds. */
  DWELL_MILLIS("dwellMillis");

  private final String field;

  EventNumber(String field) {
    this.field = field;
  }

  public String field() {
    return field;
  }

  /** Whether the event says. */
  public boolean in(ShopEvent event) {
    return switch (this) {
      case GROSS_CENTS, NET_CENTS, UNIT_PRICE_CENTS -> event.unitPriceCents() != null;
      case DISCOUNT_CENTS -> event.discountCents() != null;
      case QUANTITY -> event.quantity() != null;
      case RATING -> event.rating() != null;
      case DWELL_MILLIS -> event.dwellMillis() != null;
    };
  }

  /** 0 when the event does not say. */
  public long of(ShopEvent event) {
    if (!in(event)) {
      return 0;
    }
    return switch (this) {
      case GROSS_CENTS -> event.grossCents();
      case NET_CENTS -> event.netCents();
      case UNIT_PRICE_CENTS -> event.unitPriceCents();
      case DISCOUNT_CENTS -> event.discountCents();
      case QUANTITY -> event.quantity();
      case RATING -> event.rating();
      case DWELL_MILLIS -> event.dwellMillis();
    };
  }
}
