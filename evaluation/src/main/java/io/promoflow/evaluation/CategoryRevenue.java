package io.promoflow.evaluation;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What orders brought by day, category and promotion: the base of market shares. */
public final class CategoryRevenue {
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  /** Stands for lines that name no promotion. */
  public static final String NO_PROMOTION = "";

  /**
   * A category on one day.
   *
   * @param epochDay UTC day of the order since 1970-01-01
   * @param category which
   */
  public record Day(long epochDay, String category) {}

  /**
   * The part of a category's day that one promotion has.
   *
   * @param day which
   * @param promotionId which; {@link #NO_PROMOTION} for the rest
   */
  public record Slice(Day day, String promotionId) {}

  private CategoryRevenue() {}

  /**
   * Cents net of discount and reversals, given whole orders; lines without a category are left out.
   */
  public static Map<Slice, Long> of(Collection<Outcome> outcomes) {
    var cents = new HashMap<Slice, Long>();
    for (List<MoneyFlow> order : MoneyFlow.byOrder(outcomes)) {
      for (MoneyFlow flow : order) {
        Outcome line = flow.line();
        if (line.category() != null) {
          var day = new Day(Math.floorDiv(line.atMillis(), DAY_MILLIS), line.category());
          String promotion = line.promotionId() == null ? NO_PROMOTION : line.promotionId();
          cents.merge(new Slice(day, promotion), flow.netCents(), Long::sum);
        }
      }
    }
    return cents;
  }

  /** What has to be added to turn the one into the other. */
  public static Map<Slice, Long> difference(Map<Slice, Long> before, Map<Slice, Long> after) {
    var difference = new HashMap<>(after);
    before.forEach((slice, cents) -> difference.merge(slice, -cents, Long::sum));
    difference.values().removeIf(cents -> cents == 0);
    return difference;
  }
}
