package io.promoflow.serving;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.ShopEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What lies in a shopper's cart, as far as we were told.
 *
 * @param totalCents value of everything, at least 0
 * @param lines per product; may be incomplete when only the total was told
 */
public record Cart(long totalCents, List<Line> lines) {
  /** Beyond this many lines a product is counted in the total only: it bounds the state. */
  static final int MOST_LINES = 200;

  public static final Cart EMPTY = new Cart(0, List.of());

  /**
   * One product.
   *
   * @param productId null when the event named none
   * @param category null when unknown
   * @param quantity pieces
   * @param cents value of the line; null when unknown
   * @param at when it last grew
   */
  public record Line(String productId, String category, int quantity, Long cents, Instant at) {}

  public boolean isEmpty() {
    return totalCents == 0 && lines.isEmpty();
  }

  /** The cart after a product was put into it. */
  public Cart add(ShopEvent event) {
    long cents = Math.max(0, event.netCents());
    var after = new ArrayList<Line>(lines);
    int index = indexOf(event.productId());
    if (index >= 0) {
      Line old = after.get(index);
      after.set(
          index,
          new Line(
              old.productId(),
              event.category() == null ? old.category() : event.category(),
              old.quantity() + pieces(event),
              old.cents() + cents,
              event.at().isAfter(old.at()) ? event.at() : old.at()));
    } else if (lines.size() < MOST_LINES) {
      after.add(new Line(event.productId(), event.category(), pieces(event), cents, event.at()));
    }
    return new Cart(totalCents + cents, List.copyOf(after));
  }

  /** The cart after pieces of a product were taken out; never below nothing. */
  public Cart remove(ShopEvent event) {
    int index = indexOf(event.productId());
    if (index < 0) {
      return this;
    }
    Line old = lines.get(index);
    var after = new ArrayList<Line>(lines);
    int left = old.quantity() - pieces(event);
    long kept = left <= 0 ? 0 : old.cents() * left / old.quantity();
    if (left <= 0) {
      after.remove(index);
    } else {
      after.set(index, new Line(old.productId(), old.category(), left, kept, old.at()));
    }
    return new Cart(Math.max(0, totalCents - (old.cents() - kept)), List.copyOf(after));
  }

  /** The cart after an order: what was put in later than the order stays. */
  public Cart ordered(Instant at) {
    List<Line> later = lines.stream().filter(line -> line.at().isAfter(at)).toList();
    return new Cart(later.stream().mapToLong(Line::cents).sum(), later);
  }

  /** Whether a promotion has anything to work on here. */
  public boolean covers(Promotion promotion) {
    if (promotion.coversAll()) {
      return true;
    }
    for (Line line : lines) {
      if (isNamed(promotion, line)) {
        return true;
      }
    }
    return false;
  }

  /** Whether all products that a promotion names are here: what a bundle asks for. */
  public boolean holdsAll(List<String> products) {
    return products.stream().allMatch(product -> indexOf(product) >= 0);
  }

  /**
   * Value of what a promotion covers. A covered line of unknown value counts as the whole cart, so
   * that the cost is never taken for less than it may be.
   */
  public long coveredCents(Promotion promotion) {
    if (promotion.coversAll()) {
      return totalCents;
    }
    long sum = 0;
    for (Line line : lines) {
      if (isNamed(promotion, line)) {
        if (line.cents() == null) {
          return totalCents;
        }
        sum += line.cents();
      }
    }
    return Math.min(sum, totalCents);
  }

  /** Whether a promotion works on a line. */
  public boolean isCovered(Promotion promotion, Line line) {
    return promotion.coversAll() || isNamed(promotion, line);
  }

  /**
   * The cart after a discount.
   *
   * @param off cents off each line, in order; 0 for lines of unknown value
   * @param restCents cents off what no line tells of
   */
  public Cart less(List<Long> off, long restCents) {
    var after = new ArrayList<Line>();
    long sum = restCents;
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      Long cents = line.cents() == null ? null : line.cents() - off.get(i);
      after.add(new Line(line.productId(), line.category(), line.quantity(), cents, line.at()));
      sum += off.get(i);
    }
    return new Cart(totalCents - sum, List.copyOf(after));
  }

  private static boolean isNamed(Promotion promotion, Line line) {
    return (line.productId() != null && promotion.names(line.productId()))
        || (line.category() != null && promotion.categories().contains(line.category()));
  }

  private int indexOf(String productId) {
    for (int i = 0; i < lines.size(); i++) {
      if (Objects.equals(lines.get(i).productId(), productId)) {
        return i;
      }
    }
    return -1;
  }

  private static int pieces(ShopEvent event) {
    return event.quantity() == null ? 1 : event.quantity();
  }
}
