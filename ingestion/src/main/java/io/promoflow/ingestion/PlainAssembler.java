package io.promoflow.ingestion;

import static io.promoflow.ingestion.EventAssembler.DAY_MILLIS;
import static io.promoflow.ingestion.EventAssembler.MOST_MINOR_UNITS;
import static io.promoflow.ingestion.EventAssembler.MOST_PIECES;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.ingestion.wire.Unusual;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** What {@link EventAssembler} is for one line of an ordinary event, or an event without lines. */
@SuppressWarnings("EnumOrdinal") // an index that never leaves the process
final class PlainAssembler {
  private static final int NO_CURRENCY = -1;
  private static final long CENTS = bit(EventField.UNIT_PRICE_CENTS);
  private static final long PRICE = bit(EventField.PRICE);
  private static final long INHERITED =
      Arrays.stream(EventField.values())
          .filter(EventAssembler::inherits)
          .mapToLong(PlainAssembler::bit)
          .sum();

  private final PlainReader raw;
  private final PlainRules rules;
  private final ShopEventType type;

  PlainAssembler(PlainReader raw, PlainRules rules, ShopEventType type) {
    this.raw = raw;
    this.rules = rules;
    this.type = type;
  }

  /** The event of a line; of the event itself when the line is null. */
  ShopEvent event(PlainFields line, String id, String shopper, Instant at) throws Unusual {
    long missing = EventTypes.required(type) & ~present(line);
    require(missing == 0 || isShownWithoutPromotion(missing, line));
    String session = identifier(line, EventField.SESSION_ID);
    String order = identifier(line, EventField.ORDER_ID);
    String product = identifier(line, EventField.PRODUCT_ID);
    String category = text(line, EventField.CATEGORY);
    String brand = text(line, EventField.BRAND);
    Integer quantity = whole(line, EventField.QUANTITY, 1, MOST_PIECES);
    int currency = currency(line);
    Long price = price(line, currency);
    Long discount = discount(line, currency);
    if (line != null && raw.hasUnitDiscounts() && discount != null && price != null) {
      price += discount;
      discount *= quantity == null ? 1 : quantity;
    }
    Integer dwell = whole(line, EventField.DWELL_MILLIS, 0, DAY_MILLIS);
    boolean search = type == ShopEventType.SEARCHED;
    boolean review = type == ShopEventType.REVIEWED;
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
            price == null ? null : PlainRules.code(currency),
            order,
            identifier(line, EventField.PROMOTION_ID),
            identifier(line, EventField.DECISION_ID),
            search ? text(line, EventField.QUERY) : null,
            review ? whole(line, EventField.RATING, 1, 5) : null,
            review ? text(line, EventField.TEXT) : null,
            dwell == null ? null : dwell.longValue(),
            identifier(line, EventField.MEMBER_LEVEL),
            identifier(line, EventField.COUPON_CODE));
    require(event.netCents() >= 0);
    return event;
  }

  /** Spreads a discount that was told for the whole over lines that tell none. */
  List<ShopEvent> spreadDiscount(List<ShopEvent> events) throws Unusual {
    long gross = 0;
    for (ShopEvent event : events) {
      if (event.discountCents() != null || event.currency() == null) {
        return events;
      }
      gross += event.grossCents();
    }
    String told = events.get(0).currency();
    Long discount = discount(null, PlainRules.currency(told));
    if (discount == null) {
      return events;
    }
    require(discount <= gross);
    return OrderDiscount.spread(discount, events);
  }

  /** A bit for each field that is there; a price may stand under either of its two fields. */
  private long present(PlainFields line) {
    long present = raw.fields.present();
    if (line != null) {
      present = line.present() | (present & INHERITED);
    }
    return (present & CENTS) == 0 ? present : present | PRICE;
  }

  private boolean isShownWithoutPromotion(long missing, PlainFields line) {
    return missing == bit(EventField.PROMOTION_ID)
        && EventTypes.excuses(type, EventField.DECISION_ID, EventField.PROMOTION_ID)
        && span(line, EventField.DECISION_ID) != 0;
  }

  /** Span of a field, 0 when it is absent. */
  private long span(PlainFields line, EventField field) {
    if (line == null) {
      return raw.fields.get(field);
    }
    long own = line.get(field);
    return own != 0 || (INHERITED & bit(field)) == 0 ? own : raw.fields.get(field);
  }

  private static long bit(EventField field) {
    return 1L << field.ordinal();
  }

  private String identifier(PlainFields line, EventField field) throws Unusual {
    long span = span(line, field);
    return span == 0 ? null : rules.identifier(field, span);
  }

  private String text(PlainFields line, EventField field) throws Unusual {
    long span = span(line, field);
    return span == 0 ? null : rules.text(field, span);
  }

  private Integer whole(PlainFields line, EventField field, long least, long most) throws Unusual {
    long span = span(line, field);
    return span == 0 ? null : (int) rules.whole(span, least, most);
  }

  private int currency(PlainFields line) throws Unusual {
    long span = span(line, EventField.CURRENCY);
    if (span != 0) {
      return rules.currency(span);
    }
    var own = line == null ? raw.fields : line;
    require(own.get(EventField.UNIT_PRICE_CENTS) == 0 && own.get(EventField.PRICE) == 0);
    return NO_CURRENCY;
  }

  private Long price(PlainFields line, int currency) throws Unusual {
    long cents = span(line, EventField.UNIT_PRICE_CENTS);
    if (cents != 0) {
      return rules.whole(cents, 0, MOST_MINOR_UNITS);
    }
    long price = span(line, EventField.PRICE);
    return price == 0 ? null : rules.minorUnits(price, currency, MOST_MINOR_UNITS);
  }

  private Long discount(PlainFields line, int currency) throws Unusual {
    long cents = span(line, EventField.DISCOUNT_CENTS);
    if (cents != 0) {
      return rules.whole(cents, 0, MOST_MINOR_UNITS);
    }
    long discount = span(line, EventField.DISCOUNT);
    return discount == 0 || currency == NO_CURRENCY
        ? null
        : rules.minorUnits(discount, currency, MOST_MINOR_UNITS);
  }

  private static void require(boolean rule) throws Unusual {
    if (!rule) {
      throw Unusual.here();
    }
  }
}
