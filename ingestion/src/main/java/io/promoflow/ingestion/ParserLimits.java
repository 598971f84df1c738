package io.promoflow.ingestion;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;

/**
 * How large, deep, early and late a raw event may be.
 *
 * @param maxBytes bytes of one raw event
 * @param maxDepth nesting of objects and arrays
 * @param maxLines lines of one raw event
 * @param maxAhead how far its time may lie ahead of the clock
 * @param earliest the oldest time that is believed
 */
public record ParserLimits(
    int maxBytes, int maxDepth, int maxLines, Duration maxAhead, Instant earliest)
    implements Serializable {
  public static final ParserLimits DEFAULT =
      new ParserLimits(65_536, 32, 500, Duration.ofHours(1), Instant.parse("1990-01-01T00:00:00Z"));
}
