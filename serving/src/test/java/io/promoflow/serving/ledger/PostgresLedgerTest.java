package io.promoflow.serving.ledger;

import static io.promoflow.serving.ledger.Budgets.NOON;
import static io.promoflow.serving.ledger.Budgets.OPTIONS;
import static io.promoflow.serving.ledger.Budgets.claim;
import static io.promoflow.serving.ledger.Budgets.commit;
import static io.promoflow.serving.ledger.Budgets.figures;
import static io.promoflow.serving.ledger.Budgets.promotion;
import static io.promoflow.serving.ledger.Budgets.redemption;
import static io.promoflow.serving.ledger.Budgets.rules;
import static io.promoflow.serving.ledger.Budgets.settled;
import static io.promoflow.serving.ledger.Budgets.unattended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.serving.Postgres;
import io.promoflow.serving.ledger.Redemption.Action;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresLedgerTest {
  private static final LedgerOptions TENTH =
      new LedgerOptions(Duration.ofMinutes(10), 0.1, Duration.ofDays(1), Pacing.NONE);

  private static Postgres postgres;

  @BeforeAll
  static void start() {
    postgres = new Postgres();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void empty() {
    Budgets.empty(postgres);
  }

  @Test
  void aPromiseIsKeptAndSpentOnce() {
    try (PostgresLedger ledger = unattended(postgres)) {
      ledger.follow(rules(1, promotion("ten-off", 1_000L, null, null)));
      assertThat(ledger.reserve(claim("d1", "ten-off", 300))).isEmpty();
      assertThat(ledger.reserve(claim("d1", "ten-off", 300))).isEmpty();
      ledger.flush();
      assertThat(figures(ledger, "ten-off").reserved()).isEqualTo(300);
      Settlement first = settled(ledger, commit("k1", "d1"));
      assertThat(first).isEqualTo(new Settlement("k1", "d1", "ten-off", true, null, 300));
      assertThat(settled(ledger, commit("k1", "d1"))).isEqualTo(first);
      assertThat(settled(ledger, commit("k2", "d1")).spentCents()).isEqualTo(300);
      assertThat(figures(ledger, "ten-off").committed()).isEqualTo(300);
      assertThat(figures(ledger, "ten-off").reserved()).isZero();
    }
  }

  @Test
  void aKeyThatWasUsedForSomethingElseIsRefused() {
    try (PostgresLedger ledger = unattended(postgres)) {
      ledger.follow(rules(1, promotion("ten-off", 1_000L, null, null)));
      ledger.reserve(claim("d1", "ten-off", 300));
      settled(ledger, commit("k1", "d1"));
      assertThat(settled(ledger, redemption("k1", "d1", Action.REFUND, null)).refusal())
          .isEqualTo(Refusal.KEY_REUSED);
      assertThat(figures(ledger, "ten-off").committed()).isEqualTo(300);
    }
  }

  @Test
  void theLastUnitGoesToOneOfTwoServers() {
    try (PostgresLedger one = unattended(postgres);
        PostgresLedger other = unattended(postgres)) {
      one.follow(rules(1, promotion("ten-off", null, 1L, null)));
      other.follow(rules(1, promotion("ten-off", null, 1L, null)));
      assertThat(one.reserve(claim("d1", "ten-off", 300))).isEmpty();
      assertThat(other.reserve(claim("d2", "ten-off", 300))).contains(Refusal.NO_LEASE);
      assertThat(one.reserve(claim("d3", "ten-off", 300))).contains(Refusal.OUT_OF_STOCK);
      one.flush();
      assertThat(settled(other, commit("k1", "d1")).settled()).isTrue();
    }
  }

  @Test
  void aLastUnitThatAnIdleServerHoldsReachesTheBusyOne() {
    try (PostgresLedger idle = unattended(postgres);
        PostgresLedger busy = unattended(postgres)) {
      idle.follow(rules(1, promotion("ten-off", null, 1L, null)));
      busy.follow(rules(1, promotion("ten-off", null, 1L, null)));
      assertThat(busy.reserve(claim("d1", "ten-off", 300))).contains(Refusal.NO_LEASE);
      idle.renew();
      busy.renew();
      assertThat(busy.reserve(claim("d1", "ten-off", 300))).isEmpty();
    }
  }

  @Test
  void anotherActualCostMovesTheDifferenceAndMoreThanIsFreeIsRefused() {
    try (PostgresLedger ledger = unattended(postgres)) {
      ledger.follow(rules(1, promotion("ten-off", 1_000L, null, null)));
      ledger.reserve(claim("d1", "ten-off", 300));
      ledger.reserve(claim("d2", "ten-off", 200));
      ledger.flush();
      assertThat(settled(ledger, redemption("k1", "d1", Action.COMMIT, 120L)).spentCents())
          .isEqualTo(120);
      Settlement dear = settled(ledger, redemption("k2", "d2", Action.COMMIT, 5_000L));
      assertThat(dear.refusal()).isEqualTo(Refusal.BUDGET_SPENT);
      assertThat(figures(ledger, "ten-off").committed()).isEqualTo(120);
      assertThat(figures(ledger, "ten-off").reserved()).isEqualTo(200);
    }
  }

  @Test
  void whatIsUsedUpBeforeMoreIsLeasedIsNotCalledSpentAndThereIsMoreAtTheNextWriting() {
    try (PostgresLedger ledger = unattended(postgres, TENTH, System::nanoTime)) {
      ledger.follow(rules(1, promotion("ten-off", 100_000L, null, null)));
      assertThat(grants(ledger, 0)).as("a tenth of the budget").isEqualTo(100);
      assertThat(ledger.wouldRefuse(claim("next", "ten-off", 100))).contains(Refusal.NO_LEASE);
      ledger.flush();
      assertThat(grants(ledger, 1)).as("four times what was claimed").isEqualTo(404);
      ledger.flush();
      assertThat(grants(ledger, 2)).as("half of the rest").isEqualTo(248);
      for (int burst = 3; figures(ledger, "ten-off").reserved() < 100_000; burst++) {
        ledger.flush();
        grants(ledger, burst);
      }
      assertThat(ledger.reserve(claim("late", "ten-off", 100))).contains(Refusal.BUDGET_SPENT);
      assertThat(figures(ledger, "ten-off").overspent()).isZero();
    }
  }

  /** How many claims of 100 cents are granted until one is refused. */
  private static int grants(Ledger ledger, int burst) {
    int granted = 0;
    while (ledger.reserve(claim(burst + "-" + granted, "ten-off", 100)).isEmpty()) {
      granted++;
    }
    return granted;
  }

  @Test
  void aClaimThatWouldBeRefusedIsLeasedForOnceItIsWanted() {
    try (PostgresLedger ledger = unattended(postgres, TENTH, System::nanoTime)) {
      ledger.follow(rules(1, promotion("ten-off", 10_000L, null, null)));
      Claim dear = claim("d1", "ten-off", 5_000);
      assertThat(ledger.wouldRefuse(dear)).contains(Refusal.NO_LEASE);
      ledger.flush();
      assertThat(ledger.wouldRefuse(dear)).as("asking alone changes nothing").isPresent();
      ledger.want(dear);
      ledger.flush();
      assertThat(ledger.reserve(dear)).isEmpty();
    }
  }

  @Test
  void whatThePlanHeldBackIsPromisedWhenLaterClaimsAreWanted() {
    var even = new LedgerOptions(Duration.ofMinutes(10), 0.5, Duration.ofDays(1), Pacing.EVEN);
    try (PostgresLedger ledger = unattended(postgres, even, System::nanoTime)) {
      ledger.follow(rules(1, promotion("ten-off", null, 100L, null)));
      ledger.reserve(claim("d1", "ten-off", 100));
      ledger.flush();
      var later = new Claim("d2", "ten-off", "ada", 100, NOON.plus(Duration.ofDays(5)));
      assertThat(ledger.wouldRefuse(later)).contains(Refusal.PACED);
      ledger.want(later);
      ledger.renew();
      assertThat(ledger.wouldRefuse(later)).isEmpty();
    }
  }

  @Test
  void refundsComeBackInPartAndInWhole() {
    try (PostgresLedger ledger = unattended(postgres)) {
      ledger.follow(rules(1, promotion("ten-off", 1_000L, 5L, null)));
      ledger.reserve(claim("d1", "ten-off", 300));
      settled(ledger, commit("k1", "d1"));
      assertThat(settled(ledger, redemption("k2", "d1", Action.REFUND, 100L)).spentCents())
          .isEqualTo(200);
      assertThat(settled(ledger, redemption("k3", "d1", Action.REFUND, null)).spentCents())
          .isZero();
      assertThat(figures(ledger, "ten-off").committed()).isZero();
      assertThat(settled(ledger, commit("k4", "d1")).refusal()).isEqualTo(Refusal.EXPIRED);
    }
  }

  @Test
  void whatWasCancelledOrReleasedIsFreeAgain() {
    try (PostgresLedger ledger = unattended(postgres)) {
      ledger.follow(rules(1, promotion("ten-off", 1_000L, null, null)));
      ledger.reserve(claim("d1", "ten-off", 100));
      ledger.reserve(claim("d2", "ten-off", 100));
      ledger.flush();
      assertThat(settled(ledger, redemption("k1", "d1", Action.CANCEL, null)).settled()).isTrue();
      ledger.release("d2");
      ledger.reserve(claim("d3", "ten-off", 100));
      ledger.release("d3");
      ledger.flush();
      assertThat(figures(ledger, "ten-off").reserved()).isZero();
      assertThat(figures(ledger, "ten-off").released()).isEqualTo(200);
      assertThat(settled(ledger, commit("k2", "d1")).refusal()).isEqualTo(Refusal.EXPIRED);
    }
  }

  @Test
  void oneShopperRedeemsNoMoreThanTheCap() {
    try (PostgresLedger ledger = unattended(postgres)) {
      ledger.follow(rules(1, promotion("ten-off", null, null, 1)));
      for (String id : new String[] {"d1", "d2"}) {
        ledger.reserve(new Claim(id, "ten-off", "ada", 100, NOON));
      }
      assertThat(settled(ledger, commit("k1", "d1")).settled()).isTrue();
      assertThat(settled(ledger, commit("k2", "d2")).refusal()).isEqualTo(Refusal.CAP_REACHED);
      settled(ledger, redemption("k3", "d1", Action.REFUND, null));
      assertThat(settled(ledger, commit("k4", "d2")).settled()).isTrue();
    }
  }

  @Test
  void tryingOutChangesNothing() {
    try (PostgresLedger ledger = unattended(postgres)) {
      ledger.follow(rules(1, promotion("ten-off", 1_000L, null, null)));
      assertThat(ledger.wouldRefuse(claim("d1", "ten-off", 300))).isEmpty();
      assertThat(ledger.wouldRefuse(claim("d1", "ten-off", 9_300))).contains(Refusal.BUDGET_SPENT);
      ledger.reserve(claim("d1", "ten-off", 300));
      Settlement would = ledger.wouldSettle(commit("k1", "d1")).toCompletableFuture().join();
      assertThat(would.settled()).isTrue();
      assertThat(figures(ledger, "ten-off").committed()).isZero();
      assertThat(settled(ledger, commit("k1", "d1"))).isEqualTo(would);
    }
  }

  @Test
  void promisesRunOutByEventTimeAndAreHonouredWhileTheBudgetCoversThem() {
    try (PostgresLedger ledger = unattended(postgres)) {
      ledger.follow(rules(1, promotion("ten-off", 1_000L, null, null)));
      ledger.reserve(claim("d1", "ten-off", 300));
      ledger.flush();
      ledger.eventTime(NOON.plus(Duration.ofDays(1)));
      ledger.sweep();
      assertThat(figures(ledger, "ten-off").reserved()).isZero();
      assertThat(settled(ledger, commit("k1", "d1")).settled()).isTrue();
    }
  }

  @Test
  void aPromiseThatRanOutAfterTheBudgetWasSpentIsRefused() {
    try (PostgresLedger ledger = unattended(postgres)) {
      ledger.follow(rules(1, promotion("ten-off", null, 1L, null)));
      ledger.reserve(claim("d1", "ten-off", 300));
      ledger.flush();
      ledger.eventTime(NOON.plus(Duration.ofDays(1)));
      ledger.sweep();
      ledger.renew();
      assertThat(ledger.reserve(claim("d2", "ten-off", 300))).isEmpty();
      ledger.flush();
      assertThat(settled(ledger, commit("k1", "d1")).refusal()).isEqualTo(Refusal.EXPIRED);
      assertThat(settled(ledger, commit("k2", "d2")).settled()).isTrue();
    }
  }

  @Test
  void anExpiredLeaseIsNotUsedAndComesBackToAll() {
    var clock = new AtomicLong();
    try (PostgresLedger ledger = unattended(postgres, OPTIONS, clock::get);
        PostgresLedger other = unattended(postgres)) {
      ledger.follow(rules(1, promotion("ten-off", null, 1L, null)));
      clock.addAndGet(OPTIONS.lease().toNanos());
      assertThat(ledger.reserve(claim("d1", "ten-off", 300))).contains(Refusal.NO_LEASE);
      Budgets.leasesRunOut(postgres);
      other.sweep();
      other.follow(rules(1, promotion("ten-off", null, 1L, null)));
      assertThat(other.reserve(claim("d2", "ten-off", 300))).isEmpty();
    }
  }

  @Test
  void aPromiseOfALeaseThatWasTakenBackIsNeverPaidTwice() {
    try (PostgresLedger skewed = unattended(postgres);
        PostgresLedger other = unattended(postgres)) {
      skewed.follow(rules(1, promotion("ten-off", null, 1L, null)));
      assertThat(skewed.reserve(claim("d1", "ten-off", 300))).isEmpty();
      Budgets.leasesRunOut(postgres); // the clock of the database jumped
      other.sweep();
      other.follow(rules(1, promotion("ten-off", null, 1L, null)));
      assertThat(other.reserve(claim("d2", "ten-off", 300))).isEmpty();
      other.flush();
      skewed.flush();
      assertThat(settled(skewed, commit("k1", "d1")).refusal()).isEqualTo(Refusal.EXPIRED);
      assertThat(settled(other, commit("k2", "d2")).settled()).isTrue();
    }
  }

  @Test
  void aDecisionWhoseServerDiedIsHonouredByItsRecord() {
    try (PostgresLedger ledger = unattended(postgres)) {
      ledger.follow(rules(1, promotion("ten-off", 1_000L, null, null)));
      assertThat(settled(ledger, commit("k1", "d1")).refusal()).isEqualTo(Refusal.NOTHING_PROMISED);
      Budgets.run(
          postgres,
          "INSERT INTO serving.decisions (decision_id, request_id, trigger, shopper_id, at,"
              + " cart_cents, promotion_id, probability, expected_cost_cents, rule_version,"
              + " candidates, contributions, model_versions) VALUES ('d1', 'r1', 'VISIT', 'ada',"
              + " '2026-01-08T12:00:00Z', 5000, 'ten-off', 1, 250, 1, '[]', '[]', '{}')");
      assertThat(settled(ledger, commit("k1", "d1")).spentCents()).isEqualTo(250);
      assertThat(figures(ledger, "ten-off").committed()).isEqualTo(250);
    }
  }

  @Test
  void aCutTakesWhatIsFreeAtOnceAndTheRestAsItComesBack() {
    try (PostgresLedger ledger = unattended(postgres)) {
      ledger.follow(rules(1, promotion("ten-off", 1_000L, null, null)));
      ledger.reserve(claim("d1", "ten-off", 300));
      ledger.flush();
      ledger.follow(rules(2, promotion("ten-off", 200L, null, null)));
      LedgerFigures cut = figures(ledger, "ten-off");
      assertThat(cut.free()).isZero();
      assertThat(cut.leased()).isZero();
      assertThat(ledger.reserve(claim("d2", "ten-off", 1))).contains(Refusal.BUDGET_SPENT);
      settled(ledger, redemption("k1", "d1", Action.CANCEL, null));
      assertThat(figures(ledger, "ten-off").free()).isEqualTo(200);
      ledger.follow(rules(3));
      assertThat(figures(ledger, "ten-off").free()).isZero();
      ledger.follow(rules(4, promotion("ten-off", 500L, null, null)));
      assertThat(figures(ledger, "ten-off").free() + figures(ledger, "ten-off").leased())
          .isEqualTo(500);
    }
  }

  @Test
  void spendingAheadOfThePlanWaits() {
    var even = new LedgerOptions(Duration.ofMinutes(10), 0.5, Duration.ofDays(1), Pacing.EVEN);
    try (PostgresLedger ledger = unattended(postgres, even, System::nanoTime)) {
      ledger.follow(rules(1, promotion("ten-off", null, 100L, null)));
      assertThat(ledger.reserve(claim("d1", "ten-off", 100))).isEmpty();
      ledger.flush();
      assertThat(ledger.reserve(claim("d2", "ten-off", 100))).contains(Refusal.PACED);
      var later = new Claim("d3", "ten-off", "ada", 100, NOON.plus(Duration.ofDays(5)));
      assertThat(ledger.reserve(later)).contains(Refusal.PACED);
      ledger.renew();
      assertThat(ledger.reserve(later)).isEmpty();
    }
  }

  @Test
  void openingFollowsTheRuleBookAndWorksByItself() throws Exception {
    Budgets.run(
        postgres,
        "INSERT INTO serving.rule_versions (version, author, note, applied_at_wall, rules) VALUES"
            + " (7, 'ada', '', now(), '{\"version\": 7, \"author\": \"ada\", \"note\": \"\","
            + " \"appliedAt\": \"2026-01-08T12:00:00Z\", \"promotions\": [{\"id\": \"ten-off\","
            + " \"kind\": \"COUPON\", \"stock\": 3}], \"experiments\": []}')");
    try (PostgresLedger ledger = PostgresLedger.open(postgres.place(), OPTIONS)) {
      assertThat(ledger.reserve(claim("d1", "ten-off", 100))).isEmpty();
      assertThat(settled(ledger, commit("k1", "d1")).settled()).isTrue();
    }
    try (PostgresLedger later = unattended(postgres)) {
      assertThat(figures(later, "ten-off").committed()).isEqualTo(100);
      assertThat(figures(later, "ten-off").leased()).isZero();
    }
  }

  @Test
  void whoOnlySettlesKeepsNothingFromThoseWhoDecide() {
    try (PostgresLedger deciding = unattended(postgres);
        PostgresLedger settling = PostgresLedger.settling(postgres.place(), OPTIONS)) {
      deciding.follow(rules(1, promotion("ten-off", null, 1L, null)));
      assertThat(settling.reserve(claim("d1", "ten-off", 100))).isPresent();
      assertThat(deciding.reserve(claim("d1", "ten-off", 100))).isEmpty();
      deciding.flush();
      assertThat(settled(settling, commit("k1", "d1")).settled()).isTrue();
    }
  }

  @Test
  void promisesRunOutByTheClockOfTheDatabaseWhenEventTimeStandsStill() {
    try (PostgresLedger ledger = unattended(postgres)) {
      ledger.follow(rules(1, promotion("ten-off", 1_000L, null, null)));
      ledger.reserve(claim("d1", "ten-off", 300));
      ledger.flush();
      ledger.sweep();
      assertThat(figures(ledger, "ten-off").reserved()).isEqualTo(300);
      Budgets.run(
          postgres,
          "UPDATE serving.budget_promises SET due_at_wall = due_at_wall - interval '1 d'");
      ledger.sweep();
      assertThat(figures(ledger, "ten-off").reserved()).isZero();
      assertThat(figures(ledger, "ten-off").released()).isEqualTo(300);
    }
  }

  @Test
  void aClosedLedgerPromisesNothing() {
    PostgresLedger ledger = unattended(postgres);
    ledger.follow(rules(1, promotion("ten-off", 1_000L, null, null)));
    ledger.close();
    assertThat(ledger.reserve(claim("d1", "ten-off", 100))).contains(Refusal.NO_LEASE);
  }

  @Test
  void theTableItselfRefusesMoneyFromNowhere() {
    try (PostgresLedger ledger = unattended(postgres)) {
      ledger.follow(rules(1, promotion("ten-off", 1_000L, 5L, null)));
      for (String part : new String[] {"cents", "units"}) {
        String more = "UPDATE serving.budget_ledger SET committed_" + part + " = 1";
        assertThatThrownBy(() -> Budgets.run(postgres, more))
            .hasStackTraceContaining("is_somewhere");
        String below = more + ", free_" + part + " = -1, leased_" + part + " = limit_" + part;
        assertThatThrownBy(() -> Budgets.run(postgres, below))
            .hasStackTraceContaining("free_" + part + "_check");
      }
    }
  }

  @Test
  void everyTableAndColumnOfTheLedgerSaysWhatItIs() throws Exception {
    String sql =
        "SELECT c.relname || '.' || coalesce(a.attname, '') FROM pg_class c JOIN pg_attribute a"
            + " ON a.attrelid = c.oid AND a.attnum > 0 WHERE c.relnamespace = 'serving'::regnamespace"
            + " AND c.relkind IN ('r', 'v') AND (c.relname LIKE 'budget%' OR c.relname = 'v_budgets')"
            + " AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid) IS NULL)";
    try (var connection = postgres.store().getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).as("a column without a comment").isFalse();
    }
  }

  @Test
  void whatCostsLessThanNothingIsRefused() {
    assertThatThrownBy(() -> claim("d1", "ten-off", -1)).hasMessageContaining("at least 0 cents");
    try (PostgresLedger ledger = unattended(postgres)) {
      assertThatThrownBy(() -> settled(ledger, redemption("k1", "d1", Action.REFUND, -1L)))
          .hasMessageContaining("at least 0 cents");
    }
  }

  @Test
  void sessionsKeepWhatTheyCommitAndLoseTheirLocksWhenTheyVanish() {
    try (Transactions transactions = Transactions.open(postgres.place())) {
      assertThat(setting(transactions, "synchronous_commit")).isEqualTo("on");
      assertThat(setting(transactions, "idle_in_transaction_session_timeout")).isEqualTo("10s");
    }
  }

  private static String setting(Transactions transactions, String name) {
    return transactions.run(
        "reading a setting",
        connection -> {
          try (var statement = connection.createStatement();
              var row = statement.executeQuery("SHOW " + name)) {
            row.next();
            return row.getString(1);
          }
        });
  }
}
