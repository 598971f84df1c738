package io.promoflow.evaluation;

import io.promoflow.ingestion.schema.ShopEventType;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * One shopper's numbers in a window: outcomes are added in the order of {@link Outcome#BY_TIME}.
 *
 * <p>Money is what flowed in the window: a cancellation or refund counts when it lies in the window
 * itself, whenever its order was placed. An order counts while anything of it is left.
 */
public final class ShopperTotals {
  private final double marginShare;
  private final OutcomeFilter filter;
  private final Map<String, OrderLines> orders = new HashMap<>();
  private final Map<ShopEventType, Long> events = new EnumMap<>(ShopEventType.class);
  private long standingOrders;
  private long spendCents;
  private long profitCents;
  private long discountCents;
  private long ratings;
  private long ratingSum;

  /**
   * @param marginShare profit of a line before discount, as a share of its value, 0 to 1
   */
  public ShopperTotals(double marginShare) {
    this(marginShare, OutcomeFilter.ALL);
  }

  /**
   * @param filter lines that count; what takes a line back counts where the line did
   */
  ShopperTotals(double marginShare, OutcomeFilter filter) {
    this.marginShare = marginShare;
    this.filter = filter;
  }

  public void add(Outcome outcome) {
    boolean matches = filter.matches(outcome);
    if (outcome.isReversal()) {
      OrderLines order = orders.get(outcome.orderKey());
      if (matches || (order != null && order.holdsWhatIsTakenBackBy(outcome))) {
        reverse(order == null ? new OrderLines() : order, outcome);
      }
    } else if (matches) {
      happened(outcome);
    }
    if (matches) {
      events.merge(outcome.type(), 1L, Long::sum);
    }
  }

  private void happened(Outcome outcome) {
    switch (outcome.type()) {
      case ORDER_PLACED -> {
        long discount = outcome.discountCents() == null ? 0 : outcome.discountCents();
        var order = orders.computeIfAbsent(outcome.orderKey(), key -> new OrderLines());
        boolean stood = order.stands();
        order.place(outcome);
        standingOrders += (order.stands() ? 1 : 0) - (stood ? 1 : 0);
        money(outcome.grossCents(), discount, 1);
      }
      case REVIEWED -> {
        if (outcome.rating() != null) {
          ratings++;
          ratingSum += outcome.rating();
        }
      }
      default -> {
        // a redeemed coupon is money only through the order line that carries its discount
      }
    }
  }

  private void reverse(OrderLines order, Outcome outcome) {
    boolean stood = order.stands();
    OrderLines.Reversed reversed = order.reverse(outcome);
    standingOrders += (order.stands() ? 1 : 0) - (stood ? 1 : 0);
    money(reversed.grossCents(), reversed.discountCents(), -1);
  }

  private void money(long grossCents, long discount, int sign) {
    spendCents += sign * (grossCents - discount);
    profitCents += sign * (Math.round(marginShare * grossCents) - discount);
    discountCents += sign * discount;
  }

  /** The shopper's number. */
  public long value(Amount amount) {
    return switch (amount.flow()) {
      case CONVERSION -> standingOrders > 0 ? 1 : 0;
      case ORDERS -> standingOrders;
      case SPEND -> spendCents;
      case PROFIT -> profitCents;
      case DISCOUNT -> discountCents;
      case VIEWS -> events(ShopEventType.PROMOTION_VIEWED);
      case CLICKS -> events(ShopEventType.PROMOTION_CLICKED);
      case REDEMPTIONS -> events(ShopEventType.COUPON_REDEEMED);
      case RATING -> ratingSum;
      case REVIEWS -> ratings;
      case EVENTS -> listed(amount);
      case ACTIVE -> listed(amount) > 0 ? 1 : 0;
    };
  }

  private long events(ShopEventType type) {
    return events.getOrDefault(type, 0L);
  }

  private long listed(Amount amount) {
    long sum = 0;
    for (ShopEventType type : amount.events()) {
      sum += events(type);
    }
    return sum;
  }

  /** Of each order that stands, what is left of its value or of its discount, in cents. */
  long[] orderValues(Flow flow) {
    var values = new long[orders.size()];
    int size = 0;
    for (OrderLines order : orders.values()) {
      if (order.stands()) {
        values[size++] = flow == Flow.DISCOUNT ? order.discountCents() : order.netCents();
      }
    }
    return Arrays.copyOf(values, size);
  }
}
