package io.promoflow.serving.ledger;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Postgres;
import io.promoflow.serving.ledger.Redemption.Action;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Promotions with budgets, and what shoppers ask of them. */
final class Budgets {
  static final Instant NOON = Instant.parse("2026-01-08T12:00:00Z");
  static final LedgerOptions OPTIONS =
      new LedgerOptions(Duration.ofMinutes(10), 0.5, Duration.ofDays(1), Pacing.NONE);

  private Budgets() {}

  static Promotion promotion(String id, Long budgetCents, Long stock, Integer perShopperCap) {
    var terms = new Promotion.Terms(null, 100L, null, null, null, null, null);
    return new Promotion(
        id,
        PromotionKind.SPEND_X_SAVE_Y,
        terms,
        List.of(),
        List.of(),
        List.of(),
        NOON,
        NOON.plus(Duration.ofDays(10)),
        budgetCents,
        stock,
        perShopperCap,
        0,
        null);
  }

  static RuleSet rules(long version, Promotion... promotions) {
    return new RuleSet(version, "ada", "test", NOON, null, List.of(promotions), List.of());
  }

  static Claim claim(String decision, String promotion, long cents) {
    return new Claim(decision, promotion, "shopper-of-" + decision, cents, NOON);
  }

  static Redemption redemption(String key, String decision, Action action, Long cents) {
    return new Redemption(key, decision, action, cents, NOON.plusSeconds(60));
  }

  static Redemption commit(String key, String decision) {
    return redemption(key, decision, Action.COMMIT, null);
  }

  static Settlement settled(Ledger ledger, Redemption redemption) {
    return ledger.settle(redemption).toCompletableFuture().join();
  }

  static PostgresLedger unattended(Postgres postgres, LedgerOptions options, LongSupplier nanos) {
    return PostgresLedger.unattended(postgres.place(), options, nanos);
  }

  static PostgresLedger unattended(Postgres postgres) {
    return unattended(postgres, OPTIONS, System::nanoTime);
  }

  /** What the database knows of one promotion; every cent must be somewhere. */
  static LedgerFigures figures(PostgresLedger ledger, String promotion) {
    return ledger.figures().stream()
        .filter(one -> one.promotionId().equals(promotion))
        .findFirst()
        .orElseThrow();
  }

  static void empty(Postgres postgres) {
    run(
        postgres,
        "TRUNCATE serving.budget_ledger, serving.budget_leases, serving.budget_promises,"
            + " serving.budget_settlements, serving.decisions, serving.rule_versions CASCADE");
  }

  /** The table of decisions gets one, unless it has one with that id. */
  static void logged(Postgres postgres, String decision, String promotion, long cents) {
    run(
        postgres,
        ("INSERT INTO serving.decisions (decision_id, request_id, trigger, shopper_id, at,"
                + " cart_cents, promotion_id, probability, expected_cost_cents, rule_version,"
                + " candidates, contributions, model_versions) VALUES ('%s', 'r', 'VISIT',"
                + " 'shopper-of-%s', '%s', 5000, nullif('%s', 'null'), 1, %d, 1, '[]', '[]', '{}')"
                + " ON CONFLICT DO NOTHING")
            .formatted(decision, decision, NOON, promotion, cents));
  }

  static void leasesRunOut(Postgres postgres) {
    run(
        postgres,
        "UPDATE serving.budget_leases SET expires_at = clock_timestamp() - interval '1 s'");
  }

  /** The one number that a query gives. */
  static long number(Postgres postgres, String sql) {
    try (var connection = postgres.store().getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Asks until a query gives that number. */
  static void waitUntil(Postgres postgres, String sql, long expected) throws InterruptedException {
    long end = System.nanoTime() + 10_000_000_000L;
    while (number(postgres, sql) != expected) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(sql + " did not become " + expected);
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** What is wanted ends by the clock of the database; here it stays, whatever steps take. */
  static void marksLast(Postgres postgres) {
    run(
        postgres,
        "UPDATE serving.budget_ledger SET wanted_until = wanted_until + interval '1 h'"
            + " WHERE wanted_until > clock_timestamp()");
  }

  static void run(Postgres postgres, String sql) {
    try (var connection = postgres.store().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
