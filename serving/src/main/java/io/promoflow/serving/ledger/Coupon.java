package io.promoflow.serving.ledger;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.CouponUse;

/**
 * What a promotion needs to be redeemed.
 *
 * @param code that everybody enters, or that the shoppers' own codes begin with
 * @param single whether every shopper has a code of his own, which holds once
 */
record Coupon(String code, boolean single) {

  /** Of a promotion; null when it is redeemed without a code. */
  static Coupon of(Promotion promotion) {
    Promotion.Terms terms = promotion.terms();
    return terms == null || terms.couponCode() == null
        ? null
        : new Coupon(terms.couponCode(), terms.couponUse() == CouponUse.SINGLE);
  }
}
