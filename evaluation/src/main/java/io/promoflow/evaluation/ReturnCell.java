package io.promoflow.evaluation;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Shoppers of a variant who were first exposed on the same day by the same draw.
 *
 * @param experimentId which experiment
 * @param epochDay UTC day of their first exposure since 1970-01-01
 * @param ruleVersion whose weights assigned them
 * @param segment their segment at exposure
 * @param variant their first variant
 */
public record ReturnCell(
    String experimentId, long epochDay, long ruleVersion, String segment, String variant) {
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  /** The same contributions of an exposed shopper, by day of exposure, as far as they count. */
  public static Map<ReturnCell, ReturnSums> contributions(
      Exposure exposure, Map<CellKey, CellSums> cells, Population population, Metrics metrics) {
    long day = Math.floorDiv(exposure.first().atMillis(), DAY_MILLIS);
    var sums = new HashMap<ReturnCell, ReturnSums>();
    cells.forEach(
        (key, cell) -> {
          if (population.counts(key.standing())) {
            sums.merge(
                new ReturnCell(
                    key.experimentId(), day, key.ruleVersion(), key.segment(), key.variant()),
                ReturnSums.of(cell, metrics),
                ReturnSums::plus);
          }
        });
    return sums;
  }

  /** What has to be added to turn the one into the other. */
  public static Map<ReturnCell, ReturnSums> difference(
      Map<ReturnCell, ReturnSums> before, Map<ReturnCell, ReturnSums> after) {
    var difference = new HashMap<>(after);
    before.forEach((cell, sums) -> difference.merge(cell, sums.negated(), ReturnSums::plus));
    difference.values().removeIf(ReturnSums::isZero);
    return difference;
  }
}
