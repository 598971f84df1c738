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
   * @param back what refunds of its decision have told so far, cents
   */
  static Outcome of(
      Redemption asked, Promise promise, Account account, boolean capReached, long back) {
    return switch (asked.action()) {
      case COMMIT -> commit(asked, promise, account, capReached, back);
      case CANCEL -> cancel(promise, account);
      case REFUND -> refund(asked, promise, account);
    };
  }

  private static Outcome commit(
      Redemption asked, Promise promise, Account account, boolean capReached, long back) {
    if (promise.isCostAssumed() && asked.costCents() != null) {
      return correct(asked.costCents(), promise, account, back);
    }
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

  /**
   * A cost that is told after all, less what came back of it, counts instead of the assumed one.
   */
  private static Outcome correct(long told, Promise promise, Account account, long back) {
    if (back > 0 && back >= told) {
      return end(promise.spent(Status.COMMITTED, promise.spentCents(), true), account);
    }
    Amount before = Amount.one(promise.spentCents());
    Amount actual = Amount.one(told - back);
    return account
        .correct(before, actual)
        .map(after -> Outcome.done(after, promise.spent(Status.COMMITTED, actual.cents(), true)))
        .orElseGet(() -> uncovered(account, promise, before, actual, Refusal.BUDGET_SPENT));
  }

  /** All of it came back. */
  private static Outcome end(Promise promise, Account account) {
    return Outcome.done(
        account.refund(Amount.one(promise.spentCents())),
        promise.spent(Status.REFUNDED, 0, promise.costTold()));
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
    Long told = asked.costCents();
    if (told == null || (told > 0 && told >= promise.spentCents() && !isOfMore(asked, promise))) {
      return end(promise, account);
    }
    long back = Math.min(told, promise.spentCents());
    long left = promise.spentCents() - back;
    Account after = account.refund(new Amount(back, 0));
    return Outcome.done(after, promise.spent(Status.COMMITTED, left, promise.costTold()));
  }

  /** A line whose discount is beyond what was assumed for all: other lines may keep theirs. */
  private static boolean isOfMore(Redemption asked, Promise promise) {
    return promise.isCostAssumed() && asked.isOfLine() && asked.costCents() > promise.spentCents();
  }
}
