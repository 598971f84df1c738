package io.promoflow.ingestion.schema;

/** What a promotion gives. */
public enum PromotionKind {
  SPEND_X_SAVE_Y,
  PERCENT_OFF,
  COUPON,
  GIFT,
  FLASH_SALE,
  BUNDLE,
  MEMBER_PRICE,
  FREE_SHIPPING
}
