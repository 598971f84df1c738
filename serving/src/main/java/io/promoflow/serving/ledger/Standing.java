package io.promoflow.serving.ledger;

import io.promoflow.serving.ledger.Promise.Status;
import io.promoflow.serving.ledger.Redemption.Action;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/** How a promise stands: what a redemption of it is answered while nothing else happens. */
public final class Standing {
  private final Promise promise;
  private final AccountRow row;
  private final Redeemed redeemed;
  private final CouponCodes codes;

  Standing(Promise promise, AccountRow row, Redeemed redeemed, CouponCodes codes) {
    this.promise = promise;
    this.row = row;
    this.redeemed = redeemed;
    this.codes = codes;
  }

  /**
   * Reads without a lock, all of one moment. What was neither logged nor written down is known by
   * its claim alone; promotions that the ledger does not have are left out.
   */
  static Map<Claim, Standing> read(
      Connection connection, Collection<Claim> claims, CouponCodes codes) throws SQLException {
    Promised promised = Promised.find(connection, claims.stream().map(Claim::decisionId).toList());
    Map<String, Promise> promises = promised.promises();
    claims.forEach(
        one -> promises.computeIfAbsent(one.decisionId(), id -> Promise.of(one, Status.EXPIRED)));
    NavigableMap<String, AccountRow> rows = AccountRows.find(connection, promised.promotions());
    Redeemed redeemed = Redeemed.find(connection, rows.values(), promises.values());
    var found = new HashMap<Claim, Standing>();
    for (Claim claim : claims) {
      Promise promise = promises.get(claim.decisionId());
      AccountRow row = promise.isOf(null) ? null : rows.get(promise.promotionId());
      if (row != null) {
        found.put(claim, new Standing(promise, row, redeemed, codes));
      }
    }
    return found;
  }

  /** What was promised. */
  public String promotionId() {
    return promise.promotionId();
  }

  /** Whether it is spent, and not all of it came back. */
  public boolean isRedeemed() {
    return promise.status() == Status.COMMITTED;
  }

  /** With which the shopper redeems it; empty when it needs none. */
  public Optional<String> code() {
    return Optional.ofNullable(row.coupon())
        .map(coupon -> codes.code(coupon, promise.promotionId(), promise.shopperId()));
  }

  /** The first of some codes that redeems it; empty when none does, or none is needed. */
  public Optional<String> codeAmong(Collection<String> entered) {
    return row.coupon() == null
        ? Optional.empty()
        : entered.stream().filter(this::isRedeemedBy).findFirst();
  }

  /**
   * Why it would not be redeemed, for the first time, at a cost with a code; empty when it would.
   */
  public Optional<Refusal> refusal(long costCents, String code, Instant at) {
    var asked = new Redemption("", promise.decisionId(), Action.COMMIT, costCents, code, at);
    return Optional.ofNullable(outcome(asked, 0).refusal());
  }

  /**
   * What a redemption does to promise and account; changes nothing itself.
   *
   * @param back what refunds of its decision have told so far, cents
   */
  Settling.Outcome outcome(Redemption asked, long back) {
    if (!isCodeRight(asked)) {
      return Settling.Outcome.refused(row.account(), promise, Refusal.WRONG_CODE);
    }
    boolean capReached = redeemed.capReached(row, promise, asked.at());
    Settling.Outcome outcome = Settling.of(asked, promise, row.account(), capReached, back);
    boolean isCodeUsed =
        outcome.refusal() == Refusal.CAP_REACHED && row.coupon() != null && row.coupon().single();
    return isCodeUsed
        ? Settling.Outcome.refused(outcome.account(), outcome.promise(), Refusal.CODE_USED)
        : outcome;
  }

  /** A coupon is redeemed with its code; what is redeemed already needs it no more. */
  private boolean isCodeRight(Redemption asked) {
    return row.coupon() == null
        || asked.action() != Action.COMMIT
        || isRedeemed()
        || isRedeemedBy(asked.couponCode());
  }

  private boolean isRedeemedBy(String code) {
    return codes.redeems(code, row.coupon(), promise.promotionId(), promise.shopperId());
  }
}
