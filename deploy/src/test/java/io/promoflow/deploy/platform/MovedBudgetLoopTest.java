package io.promoflow.deploy.platform;

import static io.promoflow.deploy.platform.TwoOffersShop.hour;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.type.TypeReference;
import io.promoflow.deploy.console.AdjustmentsCommand;
import io.promoflow.deploy.console.Sql;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * A budget that moves all the way: what the evaluation job measures becomes a proposal, the
 * decision job a rule version of it, the ledger other budgets, and a person takes it back.
 */
class MovedBudgetLoopTest {
  private static final Duration GIVE_UP = Duration.ofSeconds(90);
  private static final double EXACT = 1e-9;

  /** Budget and what the ledger made of it, cents. */
  private record Account(long budget, long free, long leased, long promised, long spent) {}

  private record Adjusted(
      String id,
      String experiment,
      String change,
      Map<String, Double> from,
      Map<String, Double> to,
      double difference,
      double low,
      String status,
      Instant at,
      long ruleVersion,
      boolean everApplied) {}

  private Postgres postgres;

  @Test
  void whatIsMeasuredMovesTheBudgetsAndAPersonMovesThemBack(@TempDir Path folder) throws Exception {
    var plan =
        new EmbeddedPlatform.Plan(
            folder, Path.of("..").toRealPath(), Map.of("serving.triggers", "CART_ADD"), true);
    try (var platform = EmbeddedPlatform.start(plan, step -> {});
        var book = RuleBook.open(platform.connections(), Clock.systemUTC());
        var shop = new TwoOffersShop(platform.connections())) {
      postgres = platform.connections().postgres();
      book.apply(RuleFile.parse("rules.yaml", TwoOffersShop.RULES), "shop", "");
      await("budgets in the ledger", () -> accounts().size() == 2);

      shop.fillCarts();
      await("decisions", () -> shop.decided().size() == TwoOffersShop.SHOPPERS);
      TwoOffersShop.Truth truth = shop.order(shop.decided());
      await("redemptions in the ledger", () -> spent() == truth.spentCents());
      platform.awaitCaughtUp(GIVE_UP);
      assertThat(adjustments()).as("no tick has passed").isEmpty();

      shop.pushTo(hour(2));
      await("an applied move", () -> statuses().equals(List.of("APPLIED")));
      Adjusted move = adjustments().get(0);
      assertThat(move.experiment).isEqualTo("ship-test");
      assertThat(move.change).isEqualTo("MOVE_BUDGET");
      assertThat(move.from).isEqualTo(Map.of("gift", 100_000.0, "ship", 100_000.0));
      assertThat(move.to).isEqualTo(Map.of("gift", 75_000.0, "ship", 125_000.0));
      assertThat(move.difference).isCloseTo(truth.ship() - truth.gift(), within(EXACT));
      assertThat(move.low).isPositive();
      assertThat(move.at).isBetween(hour(1), hour(2));
      assertThat(move.ruleVersion).isEqualTo(2);
      assertRules(book, 2, 75_000, 125_000);
      assertLedger(75_000, 125_000);
      await("decisions under moved budgets", () -> newestRules(shop, hour(3)) == 2);

      assertThat(revert(folder, move.id)).contains("REVERTED");
      assertRules(book, 3, 100_000, 100_000);
      assertLedger(100_000, 100_000);
      await("the move taken back", () -> statuses().equals(List.of("REVERTED")));
      assertThat(adjustments().get(0).ruleVersion).isEqualTo(3);
      assertThat(adjustments().get(0).everApplied).isTrue();
      await("decisions under the old budgets", () -> newestRules(shop, hour(4)) == 3);

      shop.orderLate(shop.decided(), hour(5));
      shop.pushTo(hour(6));
      platform.awaitCaughtUp(GIVE_UP);
      await("results of the late order", () -> orders() == TwoOffersShop.ORDERS + 1);
      assertThat(statuses()).as("what a person took back is left alone").hasSize(1);
      platform.check();
    }
  }

  /** Lets event time go on and tells under which rules was decided last. */
  private long newestRules(TwoOffersShop shop, Instant at) throws SQLException {
    shop.pushTo(at);
    return Sql.number(postgres, "SELECT max(rule_version) FROM serving.decisions");
  }

  private long orders() throws SQLException {
    return Sql.number(
        postgres,
        "SELECT round(sum(units * mean + control_units * control_mean))"
            + " FROM evaluation.experiment_results WHERE metric = 'orders'");
  }

  private Map<String, Account> accounts() throws SQLException {
    var accounts = new TreeMap<String, Account>();
    Sql.rows(
            postgres,
            "SELECT promotion_id, budget_cents, free_cents, leased_cents, reserved_cents,"
                + " committed_cents FROM serving.budget_ledger",
            row ->
                Map.entry(
                    row.getString(1),
                    new Account(
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6))))
        .forEach(one -> accounts.put(one.getKey(), one.getValue()));
    return accounts;
  }

  private long spent() throws SQLException {
    return accounts().values().stream().mapToLong(Account::spent).sum();
  }

  private void assertLedger(long gift, long ship) throws SQLException {
    Map<String, Account> accounts = accounts();
    assertThat(accounts.get("gift").budget).isEqualTo(gift);
    assertThat(accounts.get("ship").budget).isEqualTo(ship);
    for (Account one : accounts.values()) {
      assertThat(one.free + one.leased + one.promised + one.spent).isEqualTo(one.budget);
      assertThat(one.spent).isPositive();
    }
  }

  private static void assertRules(RuleBook book, long version, long gift, long ship) {
    var rules = book.current().orElseThrow();
    assertThat(rules.version()).isEqualTo(version);
    var budgets = new TreeMap<String, Long>();
    rules.promotions().forEach(one -> budgets.put(one.id(), one.budgetCents()));
    assertThat(budgets).isEqualTo(Map.of("gift", gift, "ship", ship));
  }

  private List<Adjusted> adjustments() throws SQLException {
    return Sql.rows(
        postgres,
        "SELECT id, experiment, change, from_weights, to_weights, difference, low, status, at,"
            + " rule_version, applied_at_wall IS NOT NULL FROM evaluation.v_strategy_adjustments",
        row ->
            new Adjusted(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                numbers(row.getString(4)),
                numbers(row.getString(5)),
                row.getDouble(6),
                row.getDouble(7),
                row.getString(8),
                row.getTimestamp(9).toInstant(),
                row.getLong(10),
                row.getBoolean(11)));
  }

  private static Map<String, Double> numbers(String json) throws SQLException {
    try {
      return Wire.JSON.readValue(json, new TypeReference<>() {});
    } catch (IOException e) {
      throw new SQLException(json, e);
    }
  }

  private List<String> statuses() throws SQLException {
    return adjustments().stream().map(Adjusted::status).toList();
  }

  private static String revert(Path folder, String id) {
    var out = new StringWriter();
    int status =
        new CommandLine(new AdjustmentsCommand())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(out, true))
            .execute("revert", id, "--author", "ada", "--note", "why", "--data", folder.toString());
    assertThat(status).as(out.toString()).isZero();
    return out.toString();
  }

  private interface Question {
    boolean holds() throws Exception;
  }

  private void await(String what, Question question) throws Exception {
    long deadline = System.nanoTime() + GIVE_UP.toNanos();
    while (!question.holds()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }
}
