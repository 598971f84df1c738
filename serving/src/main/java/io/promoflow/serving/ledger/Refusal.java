package io.promoflow.serving.ledger;

/** Why the ledger promises or pays nothing. */
public enum Refusal {
  /** What is left of the budget does not cover the cost. */
  BUDGET_SPENT,
  /**
   * What is free does not cover the cost of a redemption, but with what servers have leased it
   * does: they give it back, so ask again.
   */
  LEASED,
  /** No unit is left. */
  OUT_OF_STOCK,
  /** The shopper has redeemed as often as the promotion lets one shopper. */
  CAP_REACHED,
  /** Spending is ahead of the plan for the period. */
  PACED,
  /** This server has nothing leased that covers the cost, though the budget may have more. */
  NO_LEASE,
  /** The promotion is redeemed with a code, and it was not told, or another one was. */
  WRONG_CODE,
  /** The code holds once, and was redeemed before. */
  CODE_USED,
  /** Nobody knows the decision (yet), it promised nothing, or nothing was spent to be refunded. */
  NOTHING_PROMISED,
  /** The promise has run out, was cancelled, or is spent (when it is to be cancelled). */
  EXPIRED,
  /** The key was used before, for something else. */
  KEY_REUSED;

  /**
   * Whether the same redemption is never answered otherwise. Else the decision may become known,
   * the shopper enter another code, or leases come back.
   */
  boolean isFinal() {
    return switch (this) {
      case NOTHING_PROMISED, WRONG_CODE, LEASED -> false;
      case BUDGET_SPENT,
          OUT_OF_STOCK,
          CAP_REACHED,
          PACED,
          NO_LEASE,
          CODE_USED,
          EXPIRED,
          KEY_REUSED ->
          true;
    };
  }

  /** For people. */
  public String inWords() {
    return switch (this) {
      case BUDGET_SPENT -> "what is left of the budget does not cover the cost";
      case LEASED -> "what is left of the budget is leased to servers for now; ask again";
      case OUT_OF_STOCK -> "no unit is left";
      case CAP_REACHED -> "the shopper has redeemed as often as the promotion lets one shopper";
      case PACED -> "spending is ahead of the plan";
      case NO_LEASE -> "what the server has leased of the budget does not cover the cost";
      case WRONG_CODE -> "the code is missing, or not the one that the shopper was given";
      case CODE_USED -> "the code holds once, and was redeemed before";
      case NOTHING_PROMISED -> "no such decision is known, or it promised nothing";
      case EXPIRED -> "the promise has run out, or was cancelled";
      case KEY_REUSED -> "the key was used before, for something else";
    };
  }
}
