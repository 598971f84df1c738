package io.promoflow.ingestion;

import static io.promoflow.ingestion.EventField.CURRENCY;
import static io.promoflow.ingestion.EventField.DECISION_ID;
import static io.promoflow.ingestion.EventField.ORDER_ID;
import static io.promoflow.ingestion.EventField.PRICE;
import static io.promoflow.ingestion.EventField.PRODUCT_ID;
import static io.promoflow.ingestion.EventField.PROMOTION_ID;
import static io.promoflow.ingestion.EventField.QUANTITY;
import static io.promoflow.ingestion.EventField.QUERY;
import static io.promoflow.ingestion.EventField.RATING;
import static io.promoflow.ingestion.schema.ShopEventType.*;

import io.promoflow.ingestion.schema.ShopEventType;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which names an event type has, and which fields it cannot do without. */
@SuppressWarnings("EnumOrdinal") // an index that never leaves the process
final class EventTypes {
  private static final int LONGEST_NAME = 100;
  private static final Map<String, ShopEventType> BY_NAME = new HashMap<>();
  private static final Map<ShopEventType, Set<EventField>> REQUIRED =
      new EnumMap<>(ShopEventType.class);

  /** The same, a bit for each field, to be compared at once with the fields that are there. */
  private static final long[] REQUIRED_BITS = new long[ShopEventType.values().length];

  private static final Set<ShopEventType> WITH_LINES =
      EnumSet.of(
          PRODUCT_VIEWED,
          ADDED_TO_CART,
          REMOVED_FROM_CART,
          ORDER_PLACED,
          ORDER_CANCELLED,
          ORDER_REFUNDED);

  static {
    names(PRODUCT_VIEWED, "Product Viewed", "view_item");
    names(SEARCHED, "Products Searched", "search", "view_search_results");
    names(ADDED_TO_CART, "Product Added", "add_to_cart");
    names(REMOVED_FROM_CART, "Product Removed", "remove_from_cart");
    names(ORDER_PLACED, "Order Completed", "purchase");
    names(ORDER_CANCELLED, "Order Cancelled", "Order Canceled");
    names(ORDER_REFUNDED, "Order Refunded", "refund");
    names(REVIEWED, "Product Reviewed");
    names(PROMOTION_VIEWED, "Promotion Viewed", "view_promotion");
    names(PROMOTION_CLICKED, "Promotion Clicked", "select_promotion");
    names(COUPON_REDEEMED, "Coupon Redeemed", "Coupon Applied");
    names(SIGNED_UP, "Signed Up", "sign_up");
    names(PROFILE_CHANGED, "Profile Changed", "identify");
    names(CONSENT_WITHDRAWN, "Consent Withdrawn");

    for (ShopEventType type : ShopEventType.values()) {
      REQUIRED.put(type, EnumSet.noneOf(EventField.class));
    }
    var orderLine = EnumSet.of(ORDER_ID, PRODUCT_ID, QUANTITY, CURRENCY, PRICE);
    REQUIRED.put(ORDER_PLACED, orderLine);
    REQUIRED.put(ORDER_CANCELLED, orderLine);
    REQUIRED.put(ORDER_REFUNDED, orderLine);
    REQUIRED.put(PRODUCT_VIEWED, EnumSet.of(PRODUCT_ID));
    REQUIRED.put(ADDED_TO_CART, EnumSet.of(PRODUCT_ID));
    REQUIRED.put(REMOVED_FROM_CART, EnumSet.of(PRODUCT_ID));
    REQUIRED.put(SEARCHED, EnumSet.of(QUERY));
    REQUIRED.put(REVIEWED, EnumSet.of(PRODUCT_ID, RATING));
    REQUIRED.put(PROMOTION_VIEWED, EnumSet.of(PROMOTION_ID));
    REQUIRED.put(PROMOTION_CLICKED, EnumSet.of(PROMOTION_ID));
    REQUIRED.put(COUPON_REDEEMED, EnumSet.of(PROMOTION_ID));
    REQUIRED.forEach(
        (type, fields) ->
            fields.forEach(field -> REQUIRED_BITS[type.ordinal()] |= 1L << field.ordinal()));
  }

  private EventTypes() {}

  private static void names(ShopEventType type, String... names) {
    BY_NAME.put(normal(type.name()), type);
    for (String name : names) {
      BY_NAME.put(name, type);
      BY_NAME.put(normal(name), type);
    }
  }

  /** Names in the usual ways to write them. */
  static Set<String> names() {
    var names = new TreeSet<>(BY_NAME.keySet());
    for (ShopEventType type : ShopEventType.values()) {
      names.add(type.name());
    }
    return names;
  }

  /** The type of that name, letter case and separators apart; null when there is none. */
  static ShopEventType named(String name) {
    ShopEventType exact = BY_NAME.get(name);
    return exact != null || name.length() > LONGEST_NAME ? exact : BY_NAME.get(normal(name));
  }

  private static String normal(String name) {
    return name.trim().toLowerCase(Locale.ROOT).replace(' ', '_').replace('-', '_');
  }

  /** A price may stand under either of its two fields; it is named {@link EventField#PRICE}. */
  static boolean requires(ShopEventType type, EventField field) {
    return REQUIRED.get(type).contains(field);
  }

  /**
   * Whether a field that a type requires may be absent because another one is there: a placement
   * that was shown without a promotion names its decision only.
   */
  static boolean excuses(ShopEventType type, EventField there, EventField absent) {
    return type == PROMOTION_VIEWED && there == DECISION_ID && absent == PROMOTION_ID;
  }

  /** All that a type requires, a bit for each field by its position. */
  static long required(ShopEventType type) {
    return REQUIRED_BITS[type.ordinal()];
  }

  /** Whether its products or items become one event each. */
  static boolean hasLines(ShopEventType type) {
    return WITH_LINES.contains(type);
  }
}
