package io.promoflow.ingestion;

import static io.promoflow.ingestion.schema.RejectionReason.MISSING_FIELD;
import static io.promoflow.ingestion.schema.RejectionReason.OUT_OF_RANGE;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Checks the fields of a raw event against its type and makes its events, one per line. */
final class EventAssembler {
  static final long MOST_PIECES = 1_000_000;
  static final long MOST_MINOR_UNITS = 5_000_000_000L;
  static final long DAY_MILLIS = 86_400_000;

  /** What a line takes from its event when it does not say so itself. */
  private static final Set<EventField> INHERITED =
      EnumSet.complementOf(
          EnumSet.of(
              EventField.PRODUCT_ID,
              EventField.QUANTITY,
              EventField.UNIT_PRICE_CENTS,
              EventField.PRICE,
              EventField.DISCOUNT_CENTS,
              EventField.DISCOUNT));

  private final ParserLimits limits;

  /** Whether a line takes the field from its event when it does not say so itself. */
  static boolean inherits(EventField field) {
    return INHERITED.contains(field);
  }

  EventAssembler(ParserLimits limits) {
    this.limits = limits;
  }

  List<ShopEvent> events(RawEvent raw, ShopEventType type, String id, String shopper, Instant at)
      throws Refusal {
    List<RawFields> lines = EventTypes.hasLines(type) ? raw.lines() : List.of();
    if (lines.isEmpty()) {
      return List.of(new Line(raw, null, type).event(id, shopper, at));
    }
    if (lines.size() > limits.maxLines()) {
      throw new Refusal(
          OUT_OF_RANGE,
          lines.get(0).place().replace("[0]", ""),
          "must have at most " + limits.maxLines() + " lines, has " + lines.size());
    }
    var events = new ArrayList<ShopEvent>(lines.size());
    for (RawFields line : lines) {
      events.add(new Line(raw, line, type).event(id + "/" + (events.size() + 1), shopper, at));
    }
    return spreadDiscount(raw, type, events);
  }

  private static List<ShopEvent> spreadDiscount(
      RawEvent raw, ShopEventType type, List<ShopEvent> events) throws Refusal {
    if (events.stream().anyMatch(e -> e.discountCents() != null || e.currency() == null)) {
      return events;
    }
    Long discount = new Line(raw, null, type).discount(events.get(0).currency());
    if (discount == null) {
      return events;
    }
    long gross = events.stream().mapToLong(ShopEvent::grossCents).sum();
    if (discount > gross) {
      throw tooMuchDiscount(raw.fields, gross);
    }
    return OrderDiscount.spread(discount, events);
  }

  private static Refusal tooMuchDiscount(RawFields fields, long gross) {
    RawValue cents = fields.get(EventField.DISCOUNT_CENTS);
    RawValue value = cents == null ? fields.get(EventField.DISCOUNT) : cents;
    return Refusal.of(
        OUT_OF_RANGE, value, "must be at most the value of " + gross + " minor units");
  }

  /** One line of an event, or an event without lines. */
  private static final class Line {
    private final RawEvent raw;
    private final RawFields line;
    private final ShopEventType type;

    Line(RawEvent raw, RawFields line, ShopEventType type) {
      this.raw = raw;
      this.line = line;
      this.type = type;
    }

    ShopEvent event(String id, String shopper, Instant at) throws Refusal {
      String session = identifier(EventField.SESSION_ID);
      String order = identifier(EventField.ORDER_ID);
      String product = identifier(EventField.PRODUCT_ID);
      String category = text(EventField.CATEGORY);
      String brand = text(EventField.BRAND);
      Integer quantity = whole(EventField.QUANTITY, 1, MOST_PIECES);
      String currency = currency();
      Long price = price(currency);
      Long discount = discount(currency);
      if (line != null && raw.hasUnitDiscounts() && discount != null && price != null) {
        price += discount;
        discount *= quantity == null ? 1 : quantity;
      }
      String promotion = identifier(EventField.PROMOTION_ID);
      String decision = identifier(EventField.DECISION_ID);
      boolean search = type == ShopEventType.SEARCHED;
      boolean review = type == ShopEventType.REVIEWED;
      String query = search ? text(EventField.QUERY) : null;
      Integer rating = review ? whole(EventField.RATING, 1, 5) : null;
      String text = review ? text(EventField.TEXT) : null;
      Integer dwell = whole(EventField.DWELL_MILLIS, 0, DAY_MILLIS);
      String level = identifier(EventField.MEMBER_LEVEL);
      String code = identifier(EventField.COUPON_CODE);
      var event =
          new ShopEvent(
              id,
              type,
              shopper,
              session,
              at,
              product,
              category,
              brand,
              quantity,
              price,
              price == null ? null : discount,
              price == null ? null : currency,
              order,
              promotion,
              decision,
              query,
              rating,
              text,
              dwell == null ? null : dwell.longValue(),
              level,
              code);
      if (event.netCents() < 0) {
        throw tooMuchDiscount(line == null ? raw.fields : line, event.grossCents());
      }
      return event;
    }

    /** The value of a field; null when it is absent and the type does without it. */
    private RawValue value(EventField field) throws Refusal {
      RawValue value = line == null ? null : line.get(field);
      if (value == null && (line == null || INHERITED.contains(field))) {
        value = raw.fields.get(field);
      }
      if (value == null && EventTypes.requires(type, field) && !isExcused(field)) {
        String place = line == null || INHERITED.contains(field) ? raw.home : line.place();
        throw Refusal.missing(
            MISSING_FIELD, place + "." + field.ourName(), type + ": " + field.ourName());
      }
      return value;
    }

    private boolean isExcused(EventField field) {
      return EventTypes.excuses(type, EventField.DECISION_ID, field)
          && raw.fields.get(EventField.DECISION_ID) != null;
    }

    private String identifier(EventField field) throws Refusal {
      RawValue value = value(field);
      return value == null ? null : FieldRules.identifier(field, value);
    }

    private String text(EventField field) throws Refusal {
      RawValue value = value(field);
      return value == null ? null : FieldRules.text(field, value);
    }

    private Integer whole(EventField field, long least, long most) throws Refusal {
      RawValue value = value(field);
      return value == null ? null : Math.toIntExact(FieldRules.whole(value, least, most));
    }

    private String currency() throws Refusal {
      RawValue value = value(EventField.CURRENCY);
      if (value != null) {
        return FieldRules.currency(EventField.CURRENCY, value);
      }
      if (given(EventField.UNIT_PRICE_CENTS) || given(EventField.PRICE)) {
        throw Refusal.missing(
            MISSING_FIELD,
            raw.home + "." + EventField.CURRENCY.ourName(),
            "a price needs a currency, which");
      }
      return null;
    }

    private boolean given(EventField field) throws Refusal {
      return (line == null ? raw.fields : line).get(field) != null;
    }

    private Long price(String currency) throws Refusal {
      RawValue cents = value(EventField.UNIT_PRICE_CENTS);
      if (cents != null) {
        return FieldRules.whole(cents, 0, MOST_MINOR_UNITS);
      }
      RawValue price = value(EventField.PRICE);
      return price == null ? null : FieldRules.minorUnits(price, currency, MOST_MINOR_UNITS);
    }

    /** Discount on the line; null when none is told, or when there is no currency to read it in. */
    Long discount(String currency) throws Refusal {
      RawValue cents = value(EventField.DISCOUNT_CENTS);
      if (cents != null) {
        return FieldRules.whole(cents, 0, MOST_MINOR_UNITS);
      }
      RawValue discount = value(EventField.DISCOUNT);
      return discount == null || currency == null
          ? null
          : FieldRules.minorUnits(discount, currency, MOST_MINOR_UNITS);
    }
  }
}
