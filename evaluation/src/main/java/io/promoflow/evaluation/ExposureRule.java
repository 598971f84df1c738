package io.promoflow.evaluation;

/** What exposes a shopper to a variant. */
public enum ExposureRule {
  /** The decision, when it was made. */
  DECISION,
  /** A decision that was really shown, when it was shown first. */
  SHOWN
}
