package io.promoflow.serving.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** What one writing of a server changes, under the locks of the accounts. */
final class Tally {
  private final NavigableMap<String, AccountRow> rows;
  private final Map<String, Promise> promises;
  private final Map<String, Promise> logged;
  private final Map<String, Amount> held;
  private final Map<String, Promise> changed = new LinkedHashMap<>();
  private final Map<String, Amount> written = new TreeMap<>();
  private int lapsed;

  /**
   * Under the locks.
   *
   * @param logged what was logged of the decisions that give up what they promised
   */
  Tally(
      NavigableMap<String, AccountRow> rows,
      Map<String, Promise> promises,
      Map<String, Promise> logged,
      Map<String, Amount> held) {
    this.rows = rows;
    this.promises = promises;
    this.logged = logged;
    this.held = held;
  }

  /**
   * A decision that was never told anybody gives back what is kept for it of a promotion; what it
   * promised of another one was decided anew, and told. What is logged was told as well, though its
   * server no longer remembers it and decides anew.
   */
  void release(String decision, String promotion) {
    Promise promise = promises.get(decision);
    Promise first = logged.get(decision);
    boolean isLogged = first != null && first.isOf(promotion);
    if (promise != null && promise.promotionId().equals(promotion) && !isLogged) {
      release(promise);
    }
  }

  private void release(Promise promise) {
    AccountRow row = rows.get(promise.promotionId());
    if (row != null && promise.status() == Promise.Status.RESERVED) {
      keep(row.with(row.account().release(promise.kept())), promise.now(Promise.Status.RELEASED));
    }
  }

  /**
   * A claim becomes a reservation, once; without cover, because its lease was taken back before
   * anybody heard of the claim, nothing is kept for it. Of a decision that was made anew, with
   * another promotion, what was logged stands; while nothing is, what was decided last. One of the
   * same moment is no later one: a job that starts again decides what was told already.
   */
  void reserve(Claim claim) {
    Promise before = promises.get(claim.decisionId());
    AccountRow row = rows.get(claim.promotionId());
    if (row == null || (before != null && !givesWay(before, claim))) {
      return;
    }
    if (before != null) {
      release(before);
      row = rows.get(claim.promotionId());
    }
    Amount cost = Amount.one(claim.costCents());
    Amount lease = held(claim.promotionId());
    Optional<Account> after = row.account().reserve(cost, lease);
    if (after.isPresent()) {
      hold(claim.promotionId(), lease.minus(cost.min(lease)));
      keep(row.with(after.get()), Promise.of(claim, Promise.Status.RESERVED));
    } else {
      lapsed++;
      keep(row, Promise.of(claim, Promise.Status.EXPIRED));
    }
  }

  private boolean givesWay(Promise before, Claim claim) {
    if (before.status() == Promise.Status.RELEASED) {
      return true;
    }
    if (!before.isOpen() || before.isOf(claim.promotionId())) {
      return false;
    }
    Promise first = logged.get(claim.decisionId());
    return first == null
        ? millis(before.at()).isBefore(millis(claim.at()))
        : first.isOf(claim.promotionId());
  }

  /** Rows keep no nanoseconds. */
  private static Instant millis(Instant at) {
    return at.truncatedTo(ChronoUnit.MILLIS);
  }

  /** Refills, leaves or gives back what is leased. */
  LocalLease.Lease lease(String promotion, LocalLease.Writing writing, LedgerOptions options) {
    AccountRow row = rows.get(promotion);
    Amount lease = held(promotion);
    Slice slice = Slice.of(row, lease, writing, options.leaseShare(), options.pacing());
    Account after = row.account().lease(slice.take()).giveBack(slice.back());
    AccountRow then = row.with(after);
    rows.put(promotion, then);
    hold(promotion, lease.plus(slice.take()).minus(slice.back()));
    Amount now = held(promotion);
    Amount elsewhere = after.unpromised().minus(now).max(Amount.ZERO);
    return new LocalLease.Lease(now, after.budget(), elsewhere, slice.paced(), then.lacking());
  }

  /** Promises for which nothing is kept. */
  int lapsed() {
    return lapsed;
  }

  private void keep(AccountRow row, Promise promise) {
    rows.put(row.promotionId(), row);
    promises.put(promise.decisionId(), promise);
    changed.put(promise.decisionId(), promise);
  }

  private Amount held(String promotion) {
    return held.getOrDefault(promotion, Amount.ZERO);
  }

  private void hold(String promotion, Amount amount) {
    if (held.containsKey(promotion) || !amount.equals(Amount.ZERO)) {
      held.put(promotion, amount);
      written.put(promotion, amount);
    }
  }

  void save(Connection connection, String server, LedgerOptions options) throws SQLException {
    PromiseRows.save(connection, changed.values(), rows.keySet(), options.reservation());
    LeaseRows.save(connection, server, written, options.lease());
    AccountRows.save(connection, rows.values());
  }
}
