package io.promoflow.serving.ledger;

import java.time.Instant;

/**
 * How much of a budget a server takes, or gives back, when it comes by.
 *
 * @param take to lease on top of what is held
 * @param back to give back
 * @param paced whether a claim finds nothing although some is free, because of the plan
 */
record Slice(Amount take, Amount back, boolean paced) {
  /**
   * For how many times what was claimed since the last writing a lease should last: the claims that
   * come until this one is done and the next one, twice.
   */
  private static final int WRITINGS_AHEAD = 4;

  /** What a server that holds so much should do. */
  static Slice of(
      AccountRow row, Amount held, LocalLease.Writing writing, double share, Pacing pacing) {
    Account account = row.account();
    Amount budget = account.budget();
    if (!budget.covers(account.used())) {
      return new Slice(Amount.ZERO, held, false);
    }
    Amount lacking = row.lacking();
    if (!lacking.equals(Amount.ZERO)) {
      Amount unused = held.minus(writing.usable()).max(Amount.ZERO);
      return new Slice(Amount.ZERO, lacking.min(unused), false);
    }
    if (isIdleWhileOthersStarve(account, held, writing)) {
      return new Slice(Amount.ZERO, held, false);
    }
    Amount need = Amount.one(Math.max(row.claimCents(), writing.wantedCents())).countedBy(budget);
    Amount open = open(row);
    Amount whole = open.plus(held).countedBy(budget);
    Amount usual = new Amount(part(whole.cents(), share), part(whole.units(), share));
    Amount busy = writing.demand().times(WRITINGS_AHEAD).countedBy(budget).min(whole.half());
    Amount target = need.max(usual).max(busy);
    Amount room = room(row, writing, pacing);
    Amount take =
        new Amount(
            lacking(held.cents(), target.cents(), need.cents(), room.cents()),
            lacking(held.units(), target.units(), need.units(), room.units()));
    boolean planBinds = !held.plus(take).covers(need) && !room.covers(open.countedBy(budget));
    return new Slice(take, Amount.ZERO, planBinds);
  }

  /** Free, and nothing waits for it. */
  private static Amount open(AccountRow row) {
    return row.account().free().minus(row.wanted()).max(Amount.ZERO);
  }

  private static boolean isIdleWhileOthersStarve(
      Account account, Amount held, LocalLease.Writing writing) {
    return !writing.claimed() && !account.free().covers(held);
  }

  /** Free and within the plan; once the plan was reached, nothing before half its slack is back. */
  private static Amount room(AccountRow row, LocalLease.Writing writing, Pacing pacing) {
    Account account = row.account();
    Instant at = writing.newest() == null ? row.open().from() : writing.newest();
    Amount allowed = pacing.allowed(account.budget(), row.open(), at);
    Amount open = open(row);
    Amount room = open.min(allowed.minus(account.used()).max(Amount.ZERO));
    return writing.paced() && !room.covers(slack(account).min(open)) ? Amount.ZERO : room;
  }

  private static Amount slack(Account account) {
    Amount budget = account.budget();
    Amount slack =
        new Amount(part(budget.cents(), Pacing.AHEAD / 2), part(budget.units(), Pacing.AHEAD / 2));
    return slack.countedBy(budget);
  }

  /** Up to the target when less than half of it is held, or less than one claim needs. */
  private static long lacking(long held, long target, long need, long room) {
    boolean low = held < need || held < target / 2;
    return low ? Math.min(room, target - held) : 0;
  }

  private static long part(long whole, double share) {
    return Math.min(whole, (long) Math.ceil(whole * share));
  }
}
