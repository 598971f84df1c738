package io.promoflow.serving.allocation;

/**
 * What the decisions of one slide that experiments laid down are expected to use of a promotion.
 *
 * @param slideEnd milliseconds since 1970
 * @param promotionId which
 * @param cents of its budget
 * @param units of its stock
 */
public record LaidDown(long slideEnd, String promotionId, double cents, double units) {
  public static LaidDown none(long slideEnd, String promotionId) {
    return new LaidDown(slideEnd, promotionId, 0, 0);
  }

  public LaidDown plus(Offer given) {
    return new LaidDown(slideEnd, promotionId, cents + given.budgetCents(), units + given.units());
  }
}
