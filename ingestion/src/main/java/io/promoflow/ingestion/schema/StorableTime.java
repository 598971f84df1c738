package io.promoflow.ingestion.schema;

import java.time.Instant;

/**
 * The years 1 to 9999, which every table, topic and program between them can hold and write. What
 * lies outside is refused where it comes in: PostgreSQL takes it for good, or not as text.
 */
public final class StorableTime {
  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

  private StorableTime() {}

  /** Whether a moment lies in these years. */
  public static boolean holds(Instant at) {
    return !at.isBefore(FIRST) && at.isBefore(END);
  }
}
