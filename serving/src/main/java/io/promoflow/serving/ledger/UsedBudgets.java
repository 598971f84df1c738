package io.promoflow.serving.ledger;

import io.promoflow.ingestion.schema.RuleSet;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** What the rule book asks of the ledger, within its own transaction, when it moves budgets. */
public final class UsedBudgets {
  private UsedBudgets() {}

  /**
   * What is spent, promised or leased to servers, cents by promotion. Until the transaction ends
   * nothing else happens to any account.
   */
  public static Map<String, Long> lockCents(Connection connection) throws SQLException {
    Following.lock(connection);
    var used = new HashMap<String, Long>();
    AccountRows.lockAll(connection)
        .forEach((promotion, row) -> used.put(promotion, row.account().used().cents()));
    return used;
  }

  /**
   * What of a promotion is spent, or promised to shoppers.
   *
   * @param cents of its budget
   * @param units of its stock
   */
  public record Bound(long cents, long units) {
    public static final Bound NOTHING = new Bound(0, 0);
  }

  /** The same without what is leased to servers, which they give back. */
  public static Map<String, Bound> lockBound(Connection connection) throws SQLException {
    Following.lock(connection);
    var bound = new HashMap<String, Bound>();
    AccountRows.lockAll(connection)
        .forEach(
            (promotion, row) -> {
              Amount amount = row.account().reserved().plus(row.account().committed());
              bound.put(promotion, new Bound(amount.cents(), amount.units()));
            });
    return bound;
  }

  /** The accounts keep to these rules from the end of the transaction on, not a second later. */
  public static void follow(Connection connection, RuleSet rules) throws SQLException {
    Following.follow(connection, rules);
  }
}
