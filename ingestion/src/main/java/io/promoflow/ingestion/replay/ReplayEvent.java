package io.promoflow.ingestion.replay;

import java.time.Instant;

/**
 * One raw event made of one row of a file.
 *
 * @param key raw shopper id; null when the row has none
 * @param at when it happened; null when the row does not say
 * @param json the raw event, or the bytes of the row when it is unmappable
 * @param unmappable why the row could not be turned into an event; null when it could
 */
public record ReplayEvent(String key, Instant at, byte[] json, String unmappable) {
  /** Kafka header that carries {@code unmappable} to ingestion. */
  public static final String UNMAPPABLE_HEADER = "promoflow-unmappable-row";
}
