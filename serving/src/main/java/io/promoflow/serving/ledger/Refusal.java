package io.promoflow.serving.ledger;

/** Why the ledger promises or pays nothing. */
public enum Refusal {
  /** What is left of the budget does not cover the cost. */
  BUDGET_SPENT,
  /** No unit is left. */
  OUT_OF_STOCK,
  /** The shopper has redeemed as often as the promotion lets one shopper. */
  CAP_REACHED,
  /** Spending is ahead of the plan for the period. */
  PACED,
  /** This server has nothing leased that covers the cost, though the budget may have more. */
  NO_LEASE,
  /** Nobody knows the decision (yet), it promised nothing, or nothing was spent to be refunded. */
  NOTHING_PROMISED,
  /** The promise has run out, was cancelled, or is spent (when it is to be cancelled). */
  EXPIRED,
  /** The key was used before, for something else. */
  KEY_REUSED
}
