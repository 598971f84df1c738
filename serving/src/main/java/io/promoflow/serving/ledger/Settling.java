package io.promoflow.serving.ledger;

import io.promoflow.serving.ledger.Promise.Status;
import java.util.Optional;

/** What a redemption does to a promise and its account; changes nothing itself. */
final class Settling {
  private Settling() {}

  /** Account and promise afterwards, and why nothing was carried out; null when it was. */
  record Outcome(Account account, Promise promise, Refusal refusal) {
    private static Outcome refused(Account account, Promise promise, Refusal why) {
      return new Outcome(account, promise, why);
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
      return new Outcome(account, promise, null);
    }
    if (promise.status() == Status.CANCELLED || promise.status() == Status.REFUNDED) {
      return Outcome.refused(account, promise, Refusal.EXPIRED);
    }
    if (capReached) {
      return Outcome.refused(account, promise, Refusal.CAP_REACHED);
    }
    long cost = asked.costCents() == null ? promise.costCents() : asked.costCents();
    Optional<Account> after = account.commit(promise.kept(), Amount.one(cost));
    if (after.isEmpty()) {
      boolean kept = promise.status() == Status.RESERVED;
      return Outcome.refused(account, promise, kept ? Refusal.BUDGET_SPENT : Refusal.EXPIRED);
    }
    return new Outcome(after.get(), promise.spent(Status.COMMITTED, cost, asked.at()), null);
  }

  private static Outcome cancel(Promise promise, Account account) {
    return switch (promise.status()) {
      case COMMITTED, REFUNDED -> Outcome.refused(account, promise, Refusal.EXPIRED);
      case RESERVED ->
          new Outcome(account.release(promise.kept()), promise.now(Status.CANCELLED), null);
      case CANCELLED, RELEASED, EXPIRED ->
          new Outcome(account, promise.now(Status.CANCELLED), null);
    };
  }

  private static Outcome refund(Redemption asked, Promise promise, Account account) {
    if (promise.status() == Status.REFUNDED) {
      return new Outcome(account, promise, null);
    }
    if (promise.status() != Status.COMMITTED) {
      return Outcome.refused(account, promise, Refusal.NOTHING_PROMISED);
    }
    Long back = asked.costCents();
    if (back == null || (back > 0 && back >= promise.spentCents())) {
      Account after = account.refund(Amount.one(promise.spentCents()));
      return new Outcome(after, promise.spent(Status.REFUNDED, 0, promise.spentAt()), null);
    }
    long left = promise.spentCents() - back;
    Account after = account.refund(new Amount(back, 0));
    return new Outcome(after, promise.spent(Status.COMMITTED, left, promise.spentAt()), null);
  }
}
