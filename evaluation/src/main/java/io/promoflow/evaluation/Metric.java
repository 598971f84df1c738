package io.promoflow.evaluation;

import io.promoflow.ingestion.schema.ShopEventType;
import java.io.Serializable;
import java.util.EnumSet;
import java.util.Set;

/**
 * What is compared between variants, as {@code metrics.yaml} declares it.
 *
 * @param id the name in rules and tables, e.g. {@code conversion}
 * @param place where its sums lie in {@link CellSums}: its position in the file
 * @param kind how the shoppers' numbers become one
 * @param of the number per shopper; of a ratio the numerator
 * @param over denominator of a ratio; null otherwise
 * @param at share of the quantile, 0 to 1; 0 unless it is one
 * @param perOrder whether the quantile is one of the orders' values and not of the shoppers'
 * @param filter which outcomes it is about
 * @param span where an outcome must lie
 * @param maturityMillis a shopper counts once event time is past the exposure by this; 0 counts at
 *     once
 * @param cap a shopper's number is cut to [−cap, cap]; 0 for none
 * @param unit of the number, for people
 * @param direction 1 when more is better, −1 when less is
 * @param meaning for people
 */
public record Metric(
    String id,
    int place,
    Kind kind,
    Amount of,
    Amount over,
    double at,
    boolean perOrder,
    OutcomeFilter filter,
    Span span,
    long maturityMillis,
    long cap,
    String unit,
    int direction,
    String meaning)
    implements Serializable {

  /** How the shoppers' numbers become one. */
  public enum Kind {
    /** Their mean. */
    MEAN,
    /** The sum of the one over the sum of the other. */
    RATIO,
    /** The number that a share of them does not exceed. */
    QUANTILE
  }

  /**
   * Outcomes in [exposure + from, exposure + until).
   *
   * @param fromMillis first moment after the exposure
   * @param untilMillis first moment that no longer counts; 0 for {@code
   *     evaluation.attribution-window}
   */
  public record Span(long fromMillis, long untilMillis) implements Serializable {
    Span orUntil(long windowMillis) {
      return untilMillis == 0 ? new Span(fromMillis, windowMillis) : this;
    }

    boolean covers(long sinceExposureMillis) {
      return sinceExposureMillis >= fromMillis && sinceExposureMillis < untilMillis;
    }
  }

  public boolean isRatio() {
    return kind == Kind.RATIO;
  }

  /** A mean is compared by CUPED, too: the same number from before the exposure is known. */
  public boolean isMean() {
    return kind == Kind.MEAN;
  }

  /** Whether shoppers count only some time after their exposure. */
  public boolean matures() {
    return maturityMillis > 0;
  }

  Set<ShopEventType> types() {
    var types = EnumSet.copyOf(of.types());
    if (over != null) {
      types.addAll(over.types());
    }
    return types;
  }

  /** A shopper's number, with outliers cut. */
  long value(ShopperTotals totals) {
    long value = totals.value(of);
    return cap == 0 ? value : Math.max(-cap, Math.min(cap, value));
  }

  Metric at(int newPlace) {
    return new Metric(
        id,
        newPlace,
        kind,
        of,
        over,
        at,
        perOrder,
        filter,
        span,
        maturityMillis,
        cap,
        unit,
        direction,
        meaning);
  }
}
