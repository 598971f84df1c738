package io.promoflow.serving;

import io.promoflow.ingestion.schema.Decision.Loss;
import java.util.Locale;

/** What would have become of a promotion that the ledger refused, in words. */
final class IfGranted {
  private IfGranted() {}

  /** What was missing. */
  static String with(Loss loss, long costCents) {
    return switch (loss) {
      case BUDGET_SPENT -> "with " + Math.max(1, costCents) + " cents left in its budget";
      case OUT_OF_STOCK -> "with a unit of it left";
      case PACED -> "with its budget not ahead of the plan";
      case NO_LEASE -> "with enough of its budget leased by the server";
      default -> "if the ledger granted it";
    };
  }

  /** An experiment laid it down, and it had nothing to beat. */
  static String given(double score) {
    return String.format(
        Locale.ROOT,
        " it would have been given: what an experiment lays down is given whatever it scores, here"
            + " %.2f cents",
        score);
  }

  /**
   * It was compared.
   *
   * @param inFront whether it would have won
   * @param excludesChoice whether the choice is of its group, and would have been behind it
   * @param toBeat score of what it would have had to beat
   */
  static String compared(boolean inFront, double score, boolean excludesChoice, double toBeat) {
    return String.format(
        Locale.ROOT,
        " it %s in front%s: it scores %.2f cents, %s %.2f",
        inFront ? "would have been" : "would not have been",
        inFront ? "" : " either",
        score,
        excludesChoice ? "what is not of its group" : "the choice",
        toBeat);
  }
}
