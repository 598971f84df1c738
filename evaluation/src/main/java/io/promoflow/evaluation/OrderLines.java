package io.promoflow.evaluation;

import java.util.HashMap;
import java.util.Map;

/** What is left of one order: its lines by product, less what was cancelled or refunded. */
final class OrderLines {
  /** Money that a reversal takes back, in cents. */
  record Reversed(long grossCents, long discountCents) {}

  private static final class Line {
    private long quantity;
    private long grossCents;
    private long discountCents;
  }

  private final Map<String, Line> lines = new HashMap<>();

  void place(Outcome placed) {
    Line line = lines.computeIfAbsent(key(placed), product -> new Line());
    line.quantity += placed.quantity() == null ? 1 : placed.quantity();
    line.grossCents += placed.grossCents();
    line.discountCents += placed.discountCents() == null ? 0 : placed.discountCents();
  }

  /**
   * Takes a reversal off. It tells its own price and discount, or they follow from the line; one
   * that names neither product nor price takes back the whole order.
   */
  Reversed reverse(Outcome reversal) {
    if (reversal.productId() == null && reversal.unitPriceCents() == null) {
      return reverseAll();
    }
    Line line = lines.get(key(reversal));
    if (line == null || line.quantity == 0) {
      return told(reversal, 0, 0);
    }
    long quantity = reversal.quantity() == null ? line.quantity : reversal.quantity();
    quantity = Math.min(quantity, line.quantity);
    long gross = line.grossCents * quantity / line.quantity;
    long discount = line.discountCents * quantity / line.quantity;
    line.quantity -= quantity;
    line.grossCents -= gross;
    line.discountCents -= discount;
    return told(reversal, gross, discount);
  }

  private static Reversed told(Outcome reversal, long grossCents, long discountCents) {
    boolean priced = reversal.unitPriceCents() != null && reversal.quantity() != null;
    return new Reversed(
        priced ? reversal.grossCents() : grossCents,
        reversal.discountCents() == null ? discountCents : reversal.discountCents());
  }

  private Reversed reverseAll() {
    long gross = 0;
    long discount = 0;
    for (Line line : lines.values()) {
      gross += line.grossCents;
      discount += line.discountCents;
    }
    lines.clear();
    return new Reversed(gross, discount);
  }

  /** Whether a reversal is about a line that was placed here. */
  boolean holdsWhatIsTakenBackBy(Outcome reversal) {
    boolean whole = reversal.productId() == null && reversal.unitPriceCents() == null;
    return whole || lines.containsKey(key(reversal));
  }

  /** Whether anything of the order is left. */
  boolean stands() {
    for (Line line : lines.values()) {
      if (line.quantity > 0) {
        return true;
      }
    }
    return false;
  }

  /** Discount on what is left. */
  long discountCents() {
    long sum = 0;
    for (Line line : lines.values()) {
      sum += line.discountCents;
    }
    return sum;
  }

  /** Value of what is left, less its discount. */
  long netCents() {
    long sum = -discountCents();
    for (Line line : lines.values()) {
      sum += line.grossCents;
    }
    return sum;
  }

  private static String key(Outcome outcome) {
    return outcome.productId() == null ? "" : outcome.productId();
  }
}
