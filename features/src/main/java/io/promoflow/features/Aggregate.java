package io.promoflow.features;

/** How the events of a window become one value. */
public enum Aggregate {
  /** Number of events. */
  COUNT,
  /** Sum of a numeric field. */
  SUM,
  /** Number of different values of a text field, exact. */
  DISTINCT,
  /** Most frequent value of a text field; the alphabetically first on a tie. Categorical. */
  PREFERRED,
  /** Days from the last event to the end of the largest window; missing when there was none. */
  DAYS_SINCE_LAST,
  /** One feature divided by another of the same window; missing when the divisor is 0. */
  RATIO
}
