package io.promoflow.ingestion.schema;

/** What asks for a decision. */
public enum Trigger {
  /** A shopper opens the shop or a page; usually asked over HTTP. */
  VISIT,
  /** A product was put into the cart. */
  CART_ADD,
  /** A cart was left without an order for the timeout. */
  ABANDONED_CART
}
