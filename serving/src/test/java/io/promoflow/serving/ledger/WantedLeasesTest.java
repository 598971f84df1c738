package io.promoflow.serving.ledger;

import static io.promoflow.serving.ledger.Budgets.NOON;
import static io.promoflow.serving.ledger.Budgets.claim;
import static io.promoflow.serving.ledger.Budgets.commit;
import static io.promoflow.serving.ledger.Budgets.figures;
import static io.promoflow.serving.ledger.Budgets.marksLast;
import static io.promoflow.serving.ledger.Budgets.number;
import static io.promoflow.serving.ledger.Budgets.promotion;
import static io.promoflow.serving.ledger.Budgets.redemption;
import static io.promoflow.serving.ledger.Budgets.rules;
import static io.promoflow.serving.ledger.Budgets.settled;
import static io.promoflow.serving.ledger.Budgets.unattended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.promoflow.serving.Postgres;
import io.promoflow.serving.ledger.Redemption.Action;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Redemptions that cost what lies in leases: of 1,000 cents one server leases all it can. */
class WantedLeasesTest {
  private static final LedgerOptions ALL =
      new LedgerOptions(Duration.ofMinutes(10), 1, Duration.ofDays(1), Pacing.NONE);
  private static final String MARKED =
      "SELECT count(*) FROM serving.budget_ledger WHERE wanted_cents + wanted_units > 0"
          + " AND wanted_until > clock_timestamp()";

  private static Postgres postgres;
  private PostgresLedger busy;
  private PostgresLedger other;

  @BeforeAll
  static void start() {
    postgres = new Postgres();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void open() {
    Budgets.empty(postgres);
    busy = unattended(postgres, ALL, System::nanoTime);
    other = unattended(postgres, ALL, System::nanoTime);
  }

  @AfterEach
  void close() {
    busy.close();
    other.close();
    String leased = "SELECT sum(leased_cents + leased_units) FROM serving.budget_ledger";
    assertThat(number(postgres, leased)).isZero();
  }

  private void promised(long cents) {
    busy.follow(rules(1, promotion("ten-off", 1_000L, null, null)));
    other.follow(rules(1, promotion("ten-off", 1_000L, null, null)));
    assertThat(busy.reserve(claim("d1", "ten-off", cents))).isEmpty();
    busy.flush();
    assertThat(figures(busy, "ten-off").leased()).isEqualTo(1_000 - cents);
  }

  private static Redemption dear(long cents) {
    return redemption("k1", "d1", Action.COMMIT, cents);
  }

  private static void marksEnd() {
    Budgets.run(postgres, "UPDATE serving.budget_ledger SET wanted_until = clock_timestamp()");
  }

  @Test
  void aBusyServerGivesBackWhatACommitLacksAndKeepsWhatItHasPromised() {
    promised(300);
    assertThat(settled(other, dear(900)))
        .isEqualTo(new Settlement("k1", "d1", "ten-off", false, Refusal.LEASED, 0));
    marksLast(postgres);
    assertThat(number(postgres, "SELECT count(*) FROM serving.budget_settlements")).isZero();
    assertThat(busy.reserve(claim("d2", "ten-off", 50))).isEmpty();
    busy.flush();
    assertThat(busy.reserve(claim("d3", "ten-off", 51))).contains(Refusal.NO_LEASE);
    assertThat(busy.reserve(claim("d4", "ten-off", 50))).as("beside what is wanted").isEmpty();
    busy.flush();
    assertThat(figures(busy, "ten-off").free()).isEqualTo(600);

    for (PostgresLedger one : List.of(busy, other)) {
      one.want(claim("d5", "ten-off", 100));
      one.renew();
      assertThat(one.reserve(claim("d5", "ten-off", 100))).contains(Refusal.NO_LEASE);
    }
    Settlement settled = settled(other, dear(900));
    assertThat(settled).isEqualTo(new Settlement("k1", "d1", "ten-off", true, null, 900));
    assertThat(settled(busy, dear(900))).isEqualTo(settled);
    LedgerFigures now = figures(busy, "ten-off");
    assertThat(now.committed()).isEqualTo(900);
    assertThat(now.reserved()).isEqualTo(100);
    assertThat(now.free() + now.leased() + now.overspent()).isZero();
    for (String kept : List.of("d2", "d4")) {
      assertThat(settled(other, commit("k-" + kept, kept)).settled()).isTrue();
    }
  }

  @Test
  void whatNotEvenLeasesCoverIsSpent() {
    promised(300);
    assertThat(settled(other, dear(1_001)).refusal()).isEqualTo(Refusal.BUDGET_SPENT);
    assertThat(number(postgres, MARKED)).isZero();
  }

  @Test
  void tryingItOutMarksNothing() {
    promised(300);
    Settlement would = other.wouldSettle(dear(900)).toCompletableFuture().join();
    assertThat(would.refusal()).isEqualTo(Refusal.LEASED);
    assertThat(number(postgres, MARKED)).isZero();
  }

  @Test
  void aMarkThatNobodyFollowsUpEnds() {
    promised(300);
    settled(other, dear(900));
    assertThat(number(postgres, MARKED)).isOne();
    String soon = MARKED + " AND wanted_until < clock_timestamp() + interval '10 s'";
    assertThat(number(postgres, soon)).isOne();
    marksLast(postgres);
    busy.renew();
    assertThat(busy.reserve(claim("d2", "ten-off", 700))).contains(Refusal.NO_LEASE);
    marksEnd();
    busy.renew();
    assertThat(busy.reserve(claim("d2", "ten-off", 700))).isEmpty();
    busy.flush();
    assertThat(settled(other, dear(900)).refusal()).isEqualTo(Refusal.BUDGET_SPENT);
  }

  @Test
  void whatIsGivenBackIsLeasedAgainWhenTheMarkEnds() {
    promised(300);
    settled(other, dear(900));
    marksLast(postgres);
    for (int i = 0; i < 2; i++) {
      busy.want(claim("d2", "ten-off", 700));
      busy.renew();
    }
    assertThat(figures(busy, "ten-off").free()).isEqualTo(600);
    marksEnd();
    busy.renew();
    assertThat(busy.reserve(claim("d2", "ten-off", 700))).isEmpty();
  }

  @Test
  void aPromiseThatRanOutGetsTheUnitThatAServerHasLeased() {
    for (PostgresLedger one : List.of(busy, other)) {
      one.follow(rules(1, promotion("ten-off", null, 1L, null)));
    }
    assertThat(busy.reserve(claim("d1", "ten-off", 300))).isEmpty();
    busy.flush();
    busy.eventTime(NOON.plus(Duration.ofDays(1)));
    busy.sweep();
    busy.want(claim("d2", "ten-off", 300));
    busy.renew();
    assertThat(settled(other, commit("k1", "d1")).refusal()).isEqualTo(Refusal.LEASED);
    marksLast(postgres);
    for (int i = 0; i < 3; i++) {
      busy.want(claim("d2", "ten-off", 300));
      busy.renew();
    }
    assertThat(settled(other, commit("k1", "d1")).settled()).isTrue();
    assertThat(busy.reserve(claim("d2", "ten-off", 300))).isPresent();
  }

  @Test
  void redemptionsThatWaitTogetherWantWhatTheyLackInAll() {
    promised(300);
    busy.reserve(claim("d2", "ten-off", 100));
    busy.flush();
    var asked =
        List.of(
            redemption("k1", "d1", Action.COMMIT, 500L),
            redemption("k2", "d2", Action.COMMIT, 350L));
    assertThat(together(asked)).extracting(Settlement::refusal).containsOnly(Refusal.LEASED);
    marksLast(postgres);
    busy.renew();
    busy.renew();
    assertThat(figures(busy, "ten-off").free()).isEqualTo(450);
    assertThat(together(asked)).extracting(Settlement::spentCents).containsExactly(500L, 350L);
  }

  @Test
  void whoWaitsElsewhereIsNotForgottenWhenAnotherOneIsServed() {
    promised(300);
    for (String more : List.of("d2", "d3")) {
      busy.reserve(claim(more, "ten-off", 100));
    }
    busy.flush();
    Redemption first = redemption("k2", "d2", Action.COMMIT, 300L);
    Redemption second = redemption("k3", "d3", Action.COMMIT, 350L);
    for (Redemption one : List.of(first, second)) {
      assertThat(settled(other, one).refusal()).isEqualTo(Refusal.LEASED);
    }
    marksLast(postgres);
    busy.renew();
    busy.renew();
    assertThat(settled(other, first).spentCents()).isEqualTo(300);
    busy.renew();
    assertThat(busy.reserve(claim("d4", "ten-off", 250))).contains(Refusal.NO_LEASE);
    busy.renew();
    assertThat(settled(other, second).spentCents()).isEqualTo(350);
  }

  private static List<Settlement> together(List<Redemption> asked) {
    try (Transactions transactions = Transactions.open(postgres.place())) {
      return transactions.run("settling", c -> SettlementBatch.answer(c, asked, ALL));
    }
  }

  @Test
  void anIdleServerGivesBackLongBeforeItRenews() {
    promised(300);
    try (var attended = PostgresLedger.open(postgres.place(), ALL)) {
      busy.close();
      attended.follow(rules(1, promotion("ten-off", 1_000L, null, null)));
      assertThat(figures(attended, "ten-off").leased()).isEqualTo(700);
      await().atMost(Duration.ofSeconds(20)).until(() -> settled(other, dear(900)).settled());
      assertThat(figures(attended, "ten-off").committed()).isEqualTo(900);
    }
  }
}
