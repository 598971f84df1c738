package io.promoflow.deploy.shop;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.io.PrintWriter;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of the budgets of the demo.
 *
 * @param budgets of every promotion that has one
 */
public record BudgetFindings(List<Budget> budgets) {
  private static final double CENTS = 100;

  /** Of the standard error, for an interval that holds 95 times in 100. */
  private static final double NORMAL = 1.96;

  private static final String QUERY =
      """
      SELECT b.promotion_id, b.budget_cents, b.committed_cents, b.reserved_cents,
             b.overspent_cents, (SELECT count(*) FROM serving.budget_settlements s
                                 WHERE s.promotion_id = b.promotion_id AND s.refusal IS NULL) AS settled,
             (SELECT max(p.per_budget_cent) FROM serving.dual_prices p
              WHERE p.promotion_id = b.promotion_id) AS dearest,
             (SELECT count(DISTINCT p.version) FROM serving.dual_prices p) AS prices,
             r.profit, r.error, r.shoppers
      FROM serving.v_budgets b
      LEFT JOIN (SELECT promotion, sum(profit_cents) AS profit,
                        sqrt(sum(profit_standard_error ^ 2)) AS error,
                        sum(compared_shoppers) AS shoppers
                 FROM evaluation.v_incremental_returns GROUP BY promotion) r
        ON r.promotion = b.promotion_id
      WHERE b.budget_cents IS NOT NULL
      ORDER BY b.promotion_id
      """;

  /**
   * One budget, in cents.
   *
   * @param promotion whose
   * @param given by the rules
   * @param spent less refunds
   * @param promised to shoppers who have not used it
   * @param overspent beyond the budget: 0
   * @param settlements redemptions and refunds that were carried out
   * @param dearestPrice most that a cent of it was ever worth to others, by the dual prices
   * @param prices how often dual prices were made
   * @param profit incremental, of all who were offered it against the control
   * @param profitError its standard error
   * @param shoppers whom that is about; 0 when no experiment gives it
   */
  public record Budget(
      String promotion,
      long given,
      long spent,
      long promised,
      long overspent,
      long settlements,
      double dearestPrice,
      long prices,
      double profit,
      double profitError,
      long shoppers) {}

  static BudgetFindings read(Postgres postgres) throws SQLException {
    var budgets = new ArrayList<Budget>();
    try (var connection =
            DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
        var statement = connection.createStatement();
        var rows = statement.executeQuery(QUERY)) {
      while (rows.next()) {
        budgets.add(
            new Budget(
                rows.getString(1),
                rows.getLong(2),
                rows.getLong(3),
                rows.getLong(4),
                rows.getLong(5),
                rows.getLong(6),
                rows.getDouble(7),
                rows.getLong(8),
                rows.getDouble(9),
                rows.getDouble(10),
                rows.getLong(11)));
      }
    }
    return new BudgetFindings(budgets);
  }

  /** What does not hold. */
  List<String> failures() {
    var failures = new ArrayList<String>();
    for (Budget one : budgets) {
      if (one.overspent() > 0) {
        failures.add(one.promotion() + " overspent its budget by " + one.overspent() + " cents");
      }
      if (one.spent() == 0) {
        failures.add("no redemption of " + one.promotion() + " reached the ledger");
      }
    }
    return failures;
  }

  void print(PrintWriter out) {
    for (Budget one : budgets) {
      out.printf(
          "Budget of %s: %,.2f euros given, %,.2f spent by %,d redemptions and refunds, %,.2f"
              + " promised, %,.2f overspent; dual prices made %d times, at most %.2f per cent.%n",
          one.promotion(),
          one.given() / CENTS,
          one.spent() / CENTS,
          one.settlements(),
          one.promised() / CENTS,
          one.overspent() / CENTS,
          one.prices(),
          one.dearestPrice());
      if (one.shoppers() > 0) {
        out.printf(
            "  What it brought beyond what would have come anyway: %,.2f euros of profit, give or"
                + " take %,.2f, over %,d shoppers of its variant.%n",
            one.profit() / CENTS, NORMAL * one.profitError() / CENTS, one.shoppers());
      }
    }
  }

  List<Map<String, Object>> json() {
    return budgets.stream()
        .map(
            one -> {
              var json = new LinkedHashMap<String, Object>();
              json.put("promotion", one.promotion());
              json.put("givenCents", one.given());
              json.put("spentCents", one.spent());
              json.put("promisedCents", one.promised());
              json.put("overspentCents", one.overspent());
              json.put("settlements", one.settlements());
              json.put("dearestDualPrice", one.dearestPrice());
              if (one.shoppers() > 0) {
                json.put("incrementalProfitCents", one.profit());
                json.put("incrementalProfitStandardErrorCents", one.profitError());
                json.put("comparedShoppers", one.shoppers());
              }
              return (Map<String, Object>) json;
            })
        .toList();
  }
}
