package io.promoflow.evaluation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Money that an order line brought, or that a reversal took back from it. Unlike {@link
 * ShopperTotals} it remembers which line, so that a reversal corrects the promotion, category and
 * day that the line was counted for.
 *
 * @param line the placed line; the reversal itself when its line is unknown
 * @param pieces placed, or taken back when negative
 * @param grossCents value before discount
 * @param discountCents on these pieces
 */
public record MoneyFlow(Outcome line, long pieces, long grossCents, long discountCents) {

  public long netCents() {
    return grossCents - discountCents;
  }

  /** Lines of one product and promotion within an order. */
  private static final class Lines {
    private final Outcome first;
    private long pieces;
    private long grossCents;
    private long discountCents;

    private Lines(Outcome first) {
      this.first = first;
    }

    private MoneyFlow add(long morePieces, long moreGross, long moreDiscount) {
      pieces += morePieces;
      grossCents += moreGross;
      discountCents += moreDiscount;
      return new MoneyFlow(first, morePieces, moreGross, moreDiscount);
    }
  }

  private record LineKey(String productId, String promotionId) {}

  /** The flows of every order among these outcomes; all others are passed over. */
  public static List<List<MoneyFlow>> byOrder(Collection<Outcome> outcomes) {
    var orders = new HashMap<String, List<Outcome>>();
    for (Outcome outcome : outcomes) {
      if (outcome.isOfOrder()) {
        orders.computeIfAbsent(outcome.orderKey(), key -> new ArrayList<>()).add(outcome);
      }
    }
    return orders.values().stream().map(MoneyFlow::ofOrder).toList();
  }

  private static List<MoneyFlow> ofOrder(List<Outcome> order) {
    order.sort(Outcome.BY_TIME);
    Map<LineKey, Lines> lines = new LinkedHashMap<>();
    var flows = new ArrayList<MoneyFlow>();
    for (Outcome outcome : order) {
      if (outcome.isReversal()) {
        reverse(outcome, lines.values(), flows);
      } else {
        var key = new LineKey(outcome.productId(), outcome.promotionId());
        flows.add(
            lines
                .computeIfAbsent(key, first -> new Lines(outcome))
                .add(pieces(outcome), outcome.grossCents(), discount(outcome)));
      }
    }
    return flows;
  }

  /**
   * One that names neither product nor price takes back the whole order; else it takes back the
   * first line of its product, at the price and discount that it tells or by pieces.
   */
  private static void reverse(Outcome reversal, Collection<Lines> lines, List<MoneyFlow> flows) {
    boolean whole = reversal.productId() == null && reversal.unitPriceCents() == null;
    boolean found = false;
    for (Lines line : lines) {
      if ((found && !whole) || line.pieces <= 0 || !isAbout(reversal, line, whole)) {
        continue;
      }
      found = true;
      flows.add(whole ? takeAll(line) : take(reversal, line));
    }
    if (!found && !whole) {
      long gross = isPriced(reversal) ? reversal.grossCents() : 0;
      flows.add(new MoneyFlow(reversal, -pieces(reversal), -gross, -discount(reversal)));
    }
  }

  private static boolean isAbout(Outcome reversal, Lines line, boolean whole) {
    boolean promotion =
        reversal.promotionId() == null || reversal.promotionId().equals(line.first.promotionId());
    return promotion && (whole || Objects.equals(reversal.productId(), line.first.productId()));
  }

  private static MoneyFlow takeAll(Lines line) {
    return line.add(-line.pieces, -line.grossCents, -line.discountCents);
  }

  private static MoneyFlow take(Outcome reversal, Lines line) {
    long told = reversal.quantity() == null ? line.pieces : reversal.quantity();
    long pieces = Math.min(told, line.pieces);
    long gross =
        isPriced(reversal) ? reversal.grossCents() : line.grossCents * pieces / line.pieces;
    long discount =
        reversal.discountCents() == null
            ? line.discountCents * pieces / line.pieces
            : reversal.discountCents();
    return line.add(-pieces, -gross, -discount);
  }

  private static boolean isPriced(Outcome outcome) {
    return outcome.unitPriceCents() != null && outcome.quantity() != null;
  }

  private static long pieces(Outcome outcome) {
    return outcome.quantity() == null ? 1 : outcome.quantity();
  }

  private static long discount(Outcome outcome) {
    return outcome.discountCents() == null ? 0 : outcome.discountCents();
  }
}
