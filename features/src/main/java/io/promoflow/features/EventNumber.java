package io.promoflow.features;

import io.promoflow.ingestion.schema.ShopEvent;
import java.util.function.Function;

/** Numeric fields of an event. */
public enum EventNumber {
  /** Value before discount, in cents. */
  GROSS_CENTS("grossCents", e -> e.unitPriceCents() == null ? null : e.grossCents()),
  /** Value after discount, in cents. */
  NET_CENTS("netCents", e -> e.unitPriceCents() == null ? null : e.netCents()),
  /** Discount, in cents. */
  DISCOUNT_CENTS("discountCents", ShopEvent::discountCents),
  /** Price of one piece before discount, in cents. */
  UNIT_PRICE_CENTS("unitPriceCents", ShopEvent::unitPriceCents),
  /** Pieces. */
  QUANTITY("quantity", e -> e.quantity() == null ? null : e.quantity().longValue()),
  /** Stars, 1 to 5. */
  RATING("rating", e -> e.rating() == null ? null : e.rating().longValue()),
  /** Time on the page, in milliseconds. */
  DWELL_MILLIS("dwellMillis", ShopEvent::dwellMillis);

  private final String field;

  @SuppressWarnings("ImmutableEnumChecker") // functions without state
  private final Function<ShopEvent, Long> reader;

  EventNumber(String field, Function<ShopEvent, Long> reader) {
    this.field = field;
    this.reader = reader;
  }

  public String field() {
    return field;
  }

  /** Whether the event says. */
  public boolean in(ShopEvent event) {
    return reader.apply(event) != null;
  }

  /** 0 when the event does not say. */
  public long of(ShopEvent event) {
    Long value = reader.apply(event);
    return value == null ? 0 : value;
  }
}
