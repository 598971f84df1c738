package io.promoflow.serving.ledger;

import io.promoflow.serving.ledger.Promise.Status;

/** What a redemption does to a promise and its account; changes nothing itself. */
final class Settling {
  private Settling() {}

  /**
   * Account and promise afterwards, and why nothing was carried out; null when it was.
   *
   * @param lacking what must be free for it; nothing unless it was refused as LEASED
   */
  record Outcome(Account account, Promise promise, Refusal refusal, Amount lacking) {
    static Outcome refused(Account account, Promise promise, Refusal why) {
      return new Outcome(account, promise, why, Amount.ZERO);
    }

    private static Outcome done(Account account, Promise promise) {
      return new Outcome(account, promise, null, Amount.ZERO);
    }
  }

  /**
   * @param capReached whether the shopper has redeemed as often as the promotion lets one
   */
  static Outcome of(Redemption asked, Promise promise, Account account, boolean capReached) {
    return switch (asked.action()) {
      case COMMIT -> commit(asked, promise, account, capReached);
      case CANCEL -> cancel(promise, account);
      case REFUND -> refund(asked, promise, account);
    };
  }

  private static Outcome commit(
      Redemption asked, Promise promise, Account account, boolean capReached) {
    if (promise.status() == Status.COMMITTED) {
      return Outcome.done(account, promise);
    }
    if (promise.status() == Status.CANCELLED || promise.status() == Status.REFUNDED) {
      return Outcome.refused(account, promise, Refusal.EXPIRED);
    }
    if (capReached) {
      return Outcome.refused(account, promise, Refusal.CAP_REACHED);
    }
    boolean told = asked.costCents() != null;
    long cost = told ? asked.costCents() : promise.costCents();
    Promise then = promise.redeemed(cost, asked.at(), told);
    boolean isKept = promise.status() == Status.RESERVED;
    return account
        .commit(promise.kept(), Amount.one(cost))
        .map(after -> Outcome.done(after, then))
        .orElseGet(
            () ->
                uncovered(
                    account,
                    promise,
                    promise.kept(),
                    Amount.one(cost),
                    isKept ? Refusal.BUDGET_SPENT : Refusal.EXPIRED));
  }

  /** What is free does not cover an amount in the place of another one; leases may. */
  private static Outcome uncovered(
      Account account, Promise promise, Amount before, Amount actual, Refusal otherwise) {
    return account.unpromised().plus(before).covers(actual)
        ? new Outcome(account, promise, Refusal.LEASED, actual.minus(before).max(Amount.ZERO))
        : Outcome.refused(account, promise, otherwise);
  }

  private static Outcome cancel(Promise promise, Account account) {
    return switch (promise.status()) {
      case COMMITTED, REFUNDED -> Outcome.refused(account, promise, Refusal.EXPIRED);
      case RESERVED -> Outcome.done(account.release(promise.kept()), promise.now(Status.CANCELLED));
      case CANCELLED, RELEASED, EXPIRED -> Outcome.done(account, promise.now(Status.CANCELLED));
    };
  }

  private static Outcome refund(Redemption asked, Promise promise, Account account) {
    if (promise.status() == Status.REFUNDED) {
      return Outcome.done(account, promise);
    }
    if (promise.status() != Status.COMMITTED) {
      return Outcome.refused(account, promise, Refusal.NOTHING_PROMISED);
    }
    Long back = asked.costCents();
    if (back == null || (back > 0 && back >= promise.spentCents())) {
      Account after = account.refund(Amount.one(promise.spentCents()));
      return Outcome.done(after, promise.spent(Status.REFUNDED, 0, promise.costTold()));
    }
    long left = promise.spentCents() - back;
    Account after = account.refund(new Amount(back, 0));
    return Outcome.done(after, promise.spent(Status.COMMITTED, left, promise.costTold()));
  }
}
