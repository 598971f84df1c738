package io.promoflow.serving.ledger;

import java.time.Instant;
import java.util.Objects;

/**
 * What a decision promised and what became of it.
 *
 * @param decisionId whose promise
 * @param promotionId what is promised; null only for what the log says was nothing
 * @param shopperId pseudonym
 * @param status what became of it
 * @param costCents what was promised
 * @param spentCents what it has cost, less refunds
 * @param at moment of the decision, event time
 * @param spentAt when it was redeemed, event time; null before
 * @param costTold false once it is redeemed without a cost, so that what was promised is taken for
 *     it
 */
record Promise(
    String decisionId,
    String promotionId,
    String shopperId,
    Status status,
    long costCents,
    long spentCents,
    Instant at,
    Instant spentAt,
    boolean costTold) {

  /** What became of a promise. */
  enum Status {
    /** Its cost is kept for it. */
    RESERVED,
    /** Spent. */
    COMMITTED,
    /** The shop said that it will not be used. */
    CANCELLED,
    /** Never told the shopper. */
    RELEASED,
    /** Nothing is kept for it: it ran out, or was never written down in time. */
    EXPIRED,
    /** Spent, and all of it came back. */
    REFUNDED
  }

  static Promise of(Claim claim, Status status) {
    return new Promise(
        claim.decisionId(),
        claim.promotionId(),
        claim.shopperId(),
        status,
        claim.costCents(),
        0,
        claim.at(),
        null,
        true);
  }

  Promise now(Status next) {
    return new Promise(
        decisionId, promotionId, shopperId, next, costCents, spentCents, at, spentAt, costTold);
  }

  Promise redeemed(long cents, Instant when, boolean told) {
    return new Promise(
        decisionId, promotionId, shopperId, Status.COMMITTED, costCents, cents, at, when, told);
  }

  /** Redeemed before; what it has cost is another amount now. */
  Promise spent(Status next, long cents, boolean told) {
    return new Promise(
        decisionId, promotionId, shopperId, next, costCents, cents, at, spentAt, told);
  }

  /** Whether it is spent at a cost that nobody told. */
  boolean isCostAssumed() {
    return status == Status.COMMITTED && !costTold;
  }

  /** Neither redeemed nor called off by the shop. */
  boolean isOpen() {
    return switch (status) {
      case RESERVED, RELEASED, EXPIRED -> true;
      case COMMITTED, CANCELLED, REFUNDED -> false;
    };
  }

  boolean isOf(String promotion) {
    return Objects.equals(promotionId, promotion);
  }

  /** What is kept for it. */
  Amount kept() {
    return status == Status.RESERVED ? Amount.one(costCents) : Amount.ZERO;
  }
}
