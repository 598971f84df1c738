package io.promoflow.serving.allocation;

import java.time.Instant;
import java.util.Map;

/**
 * What scarce things are worth to others: how much more profit one more of them would bring.
 *
 * @param version which; decisions name it
 * @param at end of the slide that they were made from, event time
 * @param promotions by promotion id; one without limits is not among them
 * @param contactCents profit that one more offer would bring, cents, at least 0
 */
public record DualPrices(
    String version, Instant at, Map<String, Price> promotions, double contactCents) {

  /**
   * Of one promotion.
   *
   * @param perBudgetCent profit in cents that one more cent of its budget would bring, at least 0
   * @param perUnit profit in cents that one more unit of its stock would bring, at least 0
   */
  public record Price(double perBudgetCent, double perUnit) {
    public static final Price FREE = new Price(0, 0);
  }

  /** The price of a promotion; free where there is none. */
  public Price of(String promotionId) {
    return promotions.getOrDefault(promotionId, Price.FREE);
  }

  /**
   * What an offer would take from others, in cents.
   *
   * @param budgetCents what it is expected to cost
   * @param units of stock that it is expected to use
   */
  public double cents(String promotionId, double budgetCents, double units) {
    Price price = of(promotionId);
    return price.perBudgetCent() * budgetCents + price.perUnit() * units + contactCents;
  }
}
