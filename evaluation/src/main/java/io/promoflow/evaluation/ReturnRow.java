package io.promoflow.evaluation;

import java.time.Instant;

/**
 * What a variant brought beyond the control, over its shoppers of one day of exposure.
 *
 * @param epochDay UTC day of first exposure since 1970-01-01
 * @param experiment id
 * @param variant id
 * @param control id
 * @param promotion the one that the variant may give and the control may not; null when it is not
 *     exactly one, or rules changed it on the day
 * @param shoppers of the variant, first exposed on the day; 0 takes the row out of the table
 * @param comparedShoppers of these, who have comparable shoppers in the control
 * @param controlShoppers that these were compared with
 * @param revenue in cents; null when nothing is comparable
 * @param profit in cents; null when nothing is comparable
 * @param writtenAtWall wall clock
 */
public record ReturnRow(
    long epochDay,
    String experiment,
    String variant,
    String control,
    String promotion,
    long shoppers,
    long comparedShoppers,
    long controlShoppers,
    Amount revenue,
    Amount profit,
    Instant writtenAtWall) {

  /**
   * An estimate; ends of intervals are null when nothing varies.
   *
   * @param cents estimate
   * @param standardError of it
   * @param low of the interval for one look
   * @param high of the interval for one look
   * @param alwaysValidLow of the interval that holds at all looks
   * @param alwaysValidHigh of the interval that holds at all looks
   */
  public record Amount(
      double cents,
      double standardError,
      Double low,
      Double high,
      Double alwaysValidLow,
      Double alwaysValidHigh) {

    static Amount of(IncrementalReturn total, AlwaysValid interval) {
      double fixed = total.halfWidth(interval.alpha());
      double always = total.halfWidth(interval);
      return new Amount(
          total.total(),
          total.standardError(),
          known(total.total() - fixed),
          known(total.total() + fixed),
          known(total.total() - always),
          known(total.total() + always));
    }

    private static Double known(double value) {
      return Double.isFinite(value) ? value : null;
    }
  }
}
