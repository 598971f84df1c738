package io.promoflow.serving.pricing;

/** Why a promise does not count on a cart. */
public enum Reason {
  /** Nobody knows such a decision (yet). */
  UNKNOWN_DECISION,
  /** The decision was made for another shopper. */
  OTHER_SHOPPER,
  /** The decision gave no promotion. */
  NO_PROMOTION,
  /** The rules in force have no such promotion. */
  NOT_IN_RULES,
  /** The ledger knows of no promise (yet). */
  NOTHING_PROMISED,
  /** It was redeemed before. */
  ALREADY_REDEEMED,
  /** The promise has run out, was cancelled, or its order came back. */
  EXPIRED,
  /** The shopper has redeemed as often as the promotion lets one shopper. */
  CAP_REACHED,
  /** The promotion needs a code, and it was not told. */
  WRONG_CODE,
  /** The code holds once, and was redeemed before. */
  CODE_USED,
  /** What is left of the budget does not cover its cost on this cart. */
  BUDGET_SPENT,
  /** The budget covers its cost on this cart with what servers have leased of it for now. */
  LEASED,
  /** One of its group goes first. */
  EXCLUDED_IN_GROUP,
  /** It stacks with none and another goes first, or one that stacks with none does. */
  STACKS_WITH_NONE,
  /** The cart has not what it asks for. */
  NOT_COVERED,
  /** The covered part of the cart, before any discount, is below its least spend. */
  BELOW_MINIMUM_SPEND,
  /** It holds, but would save nothing on what the ones before it have left. */
  SAVES_NOTHING,
  /** With the ones before it, it would leave less of the cart than the rules' margin floor. */
  BELOW_MARGIN_FLOOR
}
