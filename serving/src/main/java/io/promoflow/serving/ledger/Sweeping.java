package io.promoflow.serving.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/** Takes back what has run out, whoever held it: any server does it for all. */
final class Sweeping {
  private static final int AT_ONCE = 1_000;

  private final Transactions transactions;
  private final LedgerOptions options;

  Sweeping(Transactions transactions, LedgerOptions options) {
    this.transactions = transactions;
    this.options = options;
  }

  /** Sweeps until nothing is overdue. */
  void run(Instant eventTime) {
    transactions.run("sweeping leases", Sweeping::leases);
    int swept;
    do {
      swept = transactions.run("sweeping promises", c -> promises(c, eventTime));
    } while (swept == AT_ONCE);
  }

  private static int leases(Connection connection) throws SQLException {
    List<String> overdue = LeaseRows.overdue(connection);
    if (overdue.isEmpty()) {
      return 0;
    }
    NavigableMap<String, AccountRow> rows = AccountRows.lock(connection, overdue);
    Map<String, Amount> back = LeaseRows.takeOverdue(connection, rows.keySet());
    back.forEach((id, amount) -> rows.computeIfPresent(id, (key, row) -> back(row, amount)));
    AccountRows.save(connection, rows.values());
    return back.size();
  }

  private static AccountRow back(AccountRow row, Amount amount) {
    return row.with(row.account().giveBack(amount));
  }

  private int promises(Connection connection, Instant eventTime) throws SQLException {
    List<Promise> overdue = PromiseRows.overdue(connection, eventTime, AT_ONCE);
    if (overdue.isEmpty()) {
      return 0;
    }
    var promotions = new HashSet<String>();
    overdue.forEach(promise -> promotions.add(promise.promotionId()));
    NavigableMap<String, AccountRow> rows = AccountRows.lock(connection, promotions);
    var expired = new ArrayList<Promise>();
    for (Promise promise : again(connection, overdue)) {
      AccountRow row = rows.get(promise.promotionId());
      if (row != null) {
        rows.put(row.promotionId(), row.with(row.account().release(promise.kept())));
        expired.add(promise.now(Promise.Status.EXPIRED));
      }
    }
    PromiseRows.save(connection, expired, rows.keySet(), options.reservation());
    AccountRows.save(connection, rows.values());
    return overdue.size();
  }

  /** Those that are the same under the locks: one that was promised anew meanwhile is not due. */
  private static Collection<Promise> again(Connection connection, List<Promise> overdue)
      throws SQLException {
    var still = new HashSet<>(overdue);
    still.retainAll(
        PromiseRows.find(connection, overdue.stream().map(Promise::decisionId).toList()).values());
    return still;
  }
}
