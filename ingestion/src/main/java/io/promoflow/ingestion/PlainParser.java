package io.promoflow.ingestion;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.ingestion.wire.PlainJson;
import io.promoflow.ingestion.wire.Unusual;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The quick way for ordinary valid events. It never refuses: an event that it does not understand
 * wholly is left to {@link EventParser}'s thorough way, which alone knows reasons. What it accepts,
 * the thorough way accepts with the same result.
 */
final class PlainParser {
  private final ParserLimits limits;
  private final Clock clock;
  private final Followers followers = new Followers();
  private final long earliest;
  private final long maxAhead;

  /**
   * The latest time that the clock has allowed so far. An event that is not later needs no look at
   * the clock, which only goes on. Threads may see it late: they look at the clock once more.
   */
  private long allowed = Long.MIN_VALUE;

  PlainParser(ParserLimits limits, Clock clock) {
    this.limits = limits;
    this.clock = clock;
    this.earliest = millisNotBefore(limits.earliest());
    this.maxAhead = millis(limits.maxAhead());
  }

  private static long millisNotBefore(Instant instant) {
    try {
      return instant.plusNanos(999_999).toEpochMilli();
    } catch (ArithmeticException e) {
      return instant.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  private static long millis(Duration duration) {
    try {
      return duration.toMillis();
    } catch (ArithmeticException e) {
      return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  /** The events in the bytes, or null when the thorough way has to decide. */
  ParseResult.Accepted parse(byte[] bytes) {
    if (bytes.length > limits.maxBytes()) {
      return null;
    }
    try {
      var json = new PlainJson(bytes);
      var raw = new PlainReader(json, followers, limits.maxDepth());
      raw.read();
      return events(raw, new PlainRules(json));
    } catch (Unusual e) {
      return null;
    }
  }

  private ParseResult.Accepted events(PlainReader raw, PlainRules rules) throws Unusual {
    ShopEventType type = rules.type(raw.fields.get(EventField.TYPE));
    String id = rules.identifier(EventField.EVENT_ID, raw.fields.get(EventField.EVENT_ID));
    String shopper = rules.identifier(EventField.SHOPPER_ID, raw.fields.get(EventField.SHOPPER_ID));
    Instant at = moment(raw.fields.get(EventField.AT), rules);
    var assembler = new PlainAssembler(raw, rules, type);
    List<PlainFields> lines = EventTypes.hasLines(type) ? raw.lines() : List.of();
    if (lines.isEmpty()) {
      return new ParseResult.Accepted(id, List.of(assembler.event(null, id, shopper, at)));
    }
    if (lines.size() > limits.maxLines()) {
      throw Unusual.here();
    }
    var events = new ArrayList<ShopEvent>(lines.size());
    for (PlainFields line : lines) {
      events.add(assembler.event(line, id + "/" + (events.size() + 1), shopper, at));
    }
    return new ParseResult.Accepted(id, assembler.spreadDiscount(events));
  }

  private Instant moment(long span, PlainRules rules) throws Unusual {
    Instant at = rules.moment(span, earliest, Long.MAX_VALUE);
    if (at.getEpochSecond() >= Math.floorDiv(allowed, 1_000L)) {
      allowed = latest();
      return rules.moment(span, earliest, allowed);
    }
    return at;
  }

  private long latest() {
    long now = clock.millis();
    return maxAhead > Long.MAX_VALUE - Math.max(now, 0) ? Long.MAX_VALUE : now + maxAhead;
  }
}
