package io.promoflow.features;

import io.promoflow.ingestion.schema.ShopEvent;
import java.util.function.ToLongFunction;

/** Numeric fields of an event that can be summed. */
public enum EventNumber {
  /** Value before discount, in cents. */
  GROSS_CENTS("grossCents", ShopEvent::grossCents),
  /** Value after discount, in cents. */
  NET_CENTS("netCents", ShopEvent::netCents),
  /** Discount, in cents; 0 when none was told. */
  DISCOUNT_CENTS("discountCents", e -> e.discountCents() == null ? 0 : e.discountCents()),
  /** Pieces; 0 when none were told. */
  QUANTITY("quantity", e -> e.quantity() == null ? 0 : e.quantity()),
  /** Time on the page, in milliseconds; 0 when unknown. */
  DWELL_MILLIS("dwellMillis", e -> e.dwellMillis() == null ? 0 : e.dwellMillis());

  private final String field;

  @SuppressWarnings("ImmutableEnumChecker") // method references without state
  private final ToLongFunction<ShopEvent> reader;

  EventNumber(String field, ToLongFunction<ShopEvent> reader) {
    this.field = field;
    this.reader = reader;
  }

  public String field() {
    return field;
  }

  long of(ShopEvent event) {
    return reader.applyAsLong(event);
  }
}
