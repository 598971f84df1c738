package io.promoflow.ingestion.flink;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.util.List;

/**
 * A valid raw event on its way to its shop events.
 *
 * @param rawEventId what duplicates share
 * @param events one per line
 */
public record AcceptedEvent(String rawEventId, List<ShopEvent> events) {
  /** All lines of a raw event have the same type. */
  ShopEventType type() {
    return events.get(0).type();
  }
}
