package io.promoflow.deploy.shop.ledger;

/** What a simulated shopper does, with the name it has on the wire (Segment's). */
public enum Act {
  VIEW("Product Viewed"),
  SEARCH("Products Searched"),
  ADD("Product Added"),
  REMOVE("Product Removed"),
  ORDER("Order Completed"),
  CANCEL("Order Cancelled"),
  REFUND("Order Refunded"),
  SEE_PROMOTION("Promotion Viewed"),
  CLICK_PROMOTION("Promotion Clicked"),
  REDEEM("Coupon Redeemed");

  private final String wireName;

  Act(String wireName) {
    this.wireName = wireName;
  }

  public String wireName() {
    return wireName;
  }

  public boolean isReversal() {
    return this == CANCEL || this == REFUND;
  }
}
