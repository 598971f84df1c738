package io.promoflow.serving.quote;

import io.promoflow.serving.Cart;
import io.promoflow.serving.pricing.Reason;
import java.util.List;

/**
 * What several promises come to on one cart.
 *
 * @param ruleVersion rules in force, by which everything is priced
 * @param cartCents the cart before any discount
 * @param applied what counts, in order
 * @param notApplied what does not, by decision id
 * @param savedCents what the shopper saves in all
 * @param costCents what it costs the shop in all
 * @param discountCents what is taken off the cart in all
 * @param leftCents what is left of the cart
 * @param leftLines what is left of each line of the cart, in its order
 */
public record Quote(
    long ruleVersion,
    long cartCents,
    List<Applied> applied,
    List<NotApplied> notApplied,
    long savedCents,
    long costCents,
    long discountCents,
    long leftCents,
    List<Long> leftLines) {

  /**
   * A promise that counts.
   *
   * @param decisionId whose promise
   * @param promotionId what was promised
   * @param couponCode the code, of those told, that redeems it; null when it needs none
   * @param savedCents what the shopper saves: the discount, or the price of the gift or of shipping
   * @param costCents what it costs the shop: what a redemption commits
   * @param discountCents what is taken off the cart
   * @param lines what is taken off each line of the cart, in its order
   * @param restCents what is taken off the part of the cart that no line tells of
   * @param leftCents what is left of the cart after it
   */
  public record Applied(
      String decisionId,
      String promotionId,
      String couponCode,
      long savedCents,
      long costCents,
      long discountCents,
      List<Long> lines,
      long restCents,
      long leftCents) {}

  /**
   * A promise that does not count.
   *
   * @param decisionId whose promise
   * @param promotionId what was promised; null when nothing was, or nothing that concerns this
   *     shopper
   * @param reason why
   * @param byDecisionId the one that counts in its place; null when no other keeps it from counting
   * @param detail the same in words
   */
  public record NotApplied(
      String decisionId, String promotionId, Reason reason, String byDecisionId, String detail) {}

  /** What is left of each line. */
  static List<Long> lines(Cart left) {
    return left.lines().stream().map(Cart.Line::cents).toList();
  }
}
