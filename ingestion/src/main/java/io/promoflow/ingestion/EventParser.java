package io.promoflow.ingestion;

import static io.promoflow.ingestion.schema.RejectionReason.EMPTY;
import static io.promoflow.ingestion.schema.RejectionReason.MISSING_EVENT_ID;
import static io.promoflow.ingestion.schema.RejectionReason.MISSING_FIELD;
import static io.promoflow.ingestion.schema.RejectionReason.MISSING_SHOPPER_ID;
import static io.promoflow.ingestion.schema.RejectionReason.NOT_JSON;
import static io.promoflow.ingestion.schema.RejectionReason.TOO_FAR_AHEAD;
import static io.promoflow.ingestion.schema.RejectionReason.TOO_LARGE;
import static io.promoflow.ingestion.schema.RejectionReason.TOO_OLD;
import static io.promoflow.ingestion.schema.RejectionReason.UNKNOWN_TYPE;
import static io.promoflow.ingestion.schema.RejectionReason.WRONG_TYPE;

import io.promoflow.ingestion.schema.RejectionReason;
import io.promoflow.ingestion.schema.ShopEventType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the bytes that a shop sent into events, or says why not; never throws and never blocks.
 *
 * <p>An event may break several rules; the first one in this order is told: size, JSON (UTF-8,
 * syntax, NaN and depth in the order of the bytes), object, type, event id, shopper id, timestamp,
 * then the remaining fields in the order of {@link EventField}, line by line. EVENTS.md is the
 * reference for shop developers.
 */
public final class EventParser {
  private static final Logger LOG = LoggerFactory.getLogger(EventParser.class);

  private final ParserLimits limits;
  private final Clock clock;
  private final PlainParser plain;
  private final RawReader reader;
  private final EventAssembler assembler;

  /** May be shared by threads. The clock says what "ahead" means. */
  public EventParser(ParserLimits limits, Clock clock) {
    this.limits = limits;
    this.clock = clock;
    this.plain = new PlainParser(limits, clock);
    this.reader = new RawReader(limits);
    this.assembler = new EventAssembler(limits);
  }

  /** The events in the bytes of one raw event, or the first rule that it breaks. */
  public ParseResult parse(byte[] bytes) {
    ParseResult accepted = plain.parse(bytes);
    return accepted == null ? parseThoroughly(bytes) : accepted;
  }

  /** The same without the quick way for ordinary events. */
  ParseResult parseThoroughly(byte[] bytes) {
    try {
      return checked(bytes);
    } catch (Refusal refusal) {
      return refusal.rejected();
    } catch (RuntimeException e) {
      // A fault of ours, not of the event: refusing one event beats a job that restarts for ever.
      LOG.error("the parser failed on an event of {} bytes", bytes.length, e);
      return new ParseResult.Rejected(NOT_JSON, "$", "the parser failed: " + e);
    }
  }

  private ParseResult checked(byte[] bytes) throws Refusal {
    if (bytes.length > limits.maxBytes()) {
      throw new Refusal(
          TOO_LARGE, "$", "must have at most " + limits.maxBytes() + " bytes, has " + bytes.length);
    }
    utf8(bytes);
    RawEvent raw = reader.read(bytes);
    ShopEventType type = type(raw);
    String id = identifier(raw, EventField.EVENT_ID, MISSING_EVENT_ID);
    String shopper = identifier(raw, EventField.SHOPPER_ID, MISSING_SHOPPER_ID);
    Instant at = moment(raw);
    if (raw.misplaced != null) {
      throw Refusal.of(WRONG_TYPE, raw.misplaced, "must be an object or an array of objects");
    }
    return new ParseResult.Accepted(id, assembler.events(raw, type, id, shopper, at));
  }

  private static void utf8(byte[] bytes) throws Refusal {
    boolean blank = true;
    boolean ascii = true;
    for (byte b : bytes) {
      blank &= b == ' ' || b == '\n' || b == '\r' || b == '\t';
      ascii &= b >= 0;
    }
    if (blank) {
      throw new Refusal(EMPTY, "$", "there is nothing in it");
    }
    if (!ascii) {
      try {
        var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      } catch (CharacterCodingException e) {
        throw new Refusal(NOT_JSON, "$", "is not UTF-8: " + e.getMessage());
      }
    }
  }

  private static ShopEventType type(RawEvent raw) throws Refusal {
    RawValue value = raw.fields.get(EventField.TYPE);
    if (value == null) {
      throw Refusal.missing(MISSING_FIELD, "$." + EventField.TYPE.ourName(), "the event type");
    }
    ShopEventType type = EventTypes.named(FieldRules.text(EventField.TYPE, value));
    if (type == null) {
      throw Refusal.of(UNKNOWN_TYPE, value, "must be a known event type");
    }
    return type;
  }

  private static String identifier(RawEvent raw, EventField field, RejectionReason missing)
      throws Refusal {
    RawValue value = raw.fields.get(field);
    if (value == null) {
      throw Refusal.missing(missing, "$." + field.ourName(), field.ourName());
    }
    return FieldRules.identifier(field, value);
  }

  private Instant moment(RawEvent raw) throws Refusal {
    RawValue value = raw.fields.get(EventField.AT);
    if (value == null) {
      throw Refusal.missing(MISSING_FIELD, "$." + EventField.AT.ourName(), "the timestamp");
    }
    Instant at = FieldRules.moment(value);
    Instant now = clock.instant();
    if (at.isAfter(now.plus(limits.maxAhead()))) {
      throw Refusal.of(
          TOO_FAR_AHEAD, value, "must be at most " + limits.maxAhead() + " ahead of " + now);
    }
    if (at.isBefore(limits.earliest())) {
      throw Refusal.of(TOO_OLD, value, "must not be before " + limits.earliest());
    }
    return at;
  }
}
