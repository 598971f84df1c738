package io.promoflow.serving.allocation;

/**
 * What decisions are expected to have used of a promotion, all slides together. It only grows:
 * promises that run out, and all but one of those that lead to one order, stay in it.
 *
 * @param cents of its budget
 * @param units of its stock
 * @param since first decision that gave it, milliseconds since 1970
 */
public record Usage(double cents, double units, long since) {
  public static Usage none(long at) {
    return new Usage(0, 0, at);
  }

  public Usage plus(Offer given, long at) {
    return new Usage(cents + given.budgetCents(), units + given.units(), Math.min(since, at));
  }
}
