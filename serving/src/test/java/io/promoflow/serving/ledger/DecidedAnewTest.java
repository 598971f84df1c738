package io.promoflow.serving.ledger;

import static io.promoflow.serving.ledger.Budgets.NOON;
import static io.promoflow.serving.ledger.Budgets.commit;
import static io.promoflow.serving.ledger.Budgets.figures;
import static io.promoflow.serving.ledger.Budgets.promotion;
import static io.promoflow.serving.ledger.Budgets.redemption;
import static io.promoflow.serving.ledger.Budgets.rules;
import static io.promoflow.serving.ledger.Budgets.settled;
import static io.promoflow.serving.ledger.Budgets.unattended;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.serving.Postgres;
import io.promoflow.serving.ledger.Redemption.Action;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same question, decided at two servers because one died, with another promotion each. */
class DecidedAnewTest {
  private static Postgres postgres;
  private PostgresLedger first;
  private PostgresLedger second;

  @BeforeAll
  static void start() {
    postgres = new Postgres();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  /** A unit of gift-a and of gift-b: the first server holds both, then the second gift-b. */
  @BeforeEach
  void open() {
    Budgets.empty(postgres);
    first = unattended(postgres);
    second = unattended(postgres);
    var rules =
        rules(1, promotion("gift-a", 1_000L, 1L, null), promotion("gift-b", 1_000L, 1L, null));
    first.follow(rules);
    second.follow(rules);
  }

  @AfterEach
  void close() {
    first.close();
    second.close();
    for (String gift : new String[] {"gift-a", "gift-b"}) {
      assertThat(units("committed", gift) + units("reserved", gift)).isLessThan(2);
      assertThat(
              Budgets.number(
                  postgres,
                  "SELECT count(*) FROM serving.budget_promises WHERE status = 'RESERVED'"
                      + " AND promotion_id = '"
                      + gift
                      + "'"))
          .isEqualTo(units("reserved", gift));
    }
  }

  private static Claim claim(String gift, long cents, int second) {
    return new Claim("d1", gift, "ada", cents, NOON.plusSeconds(second));
  }

  private static long units(String part, String gift) {
    return Budgets.number(
        postgres,
        "SELECT %s_units FROM serving.budget_ledger WHERE promotion_id = '%s'"
            .formatted(part, gift));
  }

  private void firstIsKilled() {
    Budgets.leasesRunOut(postgres);
    second.sweep();
    second.renew();
  }

  private void promise(PostgresLedger server, Claim claim) {
    assertThat(server.reserve(claim)).isEmpty();
    server.flush();
  }

  @Test
  void whatTheShopperHoldsIsKeptAndWhatNobodyHeardOfIsFreeAgain() {
    promise(first, claim("gift-a", 300, 0));
    firstIsKilled();
    assertThat(second.reserve(claim("gift-a", 300, 1))).contains(Refusal.OUT_OF_STOCK);
    promise(second, claim("gift-b", 200, 1));
    assertThat(units("reserved", "gift-a")).isZero();
    assertThat(units("reserved", "gift-b")).isEqualTo(1);
    assertThat(second.reserve(new Claim("d2", "gift-b", "bob", 200, NOON)))
        .as("its only unit is promised")
        .isPresent();
    assertThat(settled(second, commit("k1", "d1")))
        .isEqualTo(new Settlement("k1", "d1", "gift-b", true, null, 200));
    second.renew();
    assertThat(second.reserve(new Claim("d3", "gift-a", "bob", 300, NOON))).isEmpty();
  }

  @Test
  void oneThatRanOutGivesWayToo() {
    promise(first, claim("gift-a", 300, 0));
    firstIsKilled();
    second.eventTime(NOON.plus(Budgets.OPTIONS.reservation()));
    second.sweep();
    promise(second, claim("gift-b", 200, 1));
    assertThat(units("reserved", "gift-b")).isEqualTo(1);
    assertThat(settled(second, commit("k1", "d1")).promotionId()).isEqualTo("gift-b");
  }

  @Test
  void theOneDecidedFirstButWrittenLaterIsLeftOutAndItsUnitPromisedAgain() {
    assertThat(first.reserve(claim("gift-a", 300, 0))).isEmpty(); // it hangs, and writes later
    Budgets.run(
        postgres,
        "UPDATE serving.budget_leases SET expires_at = clock_timestamp() - interval '1 s'"
            + " WHERE promotion_id = 'gift-b'");
    second.sweep();
    second.renew();
    promise(second, claim("gift-b", 200, 1));
    first.flush();
    assertThat(units("reserved", "gift-a")).isZero();
    assertThat(settled(first, commit("k1", "d1")).promotionId()).isEqualTo("gift-b");
    assertThat(first.reserve(new Claim("d2", "gift-a", "bob", 300, NOON))).isEmpty();
  }

  @Test
  void whatIsRedeemedOrCancelledStaysWhatItIs() {
    promise(first, claim("gift-a", 300, 0));
    settled(second, commit("k1", "d1"));
    firstIsKilled();
    promise(second, claim("gift-b", 200, 1));
    assertThat(units("committed", "gift-a")).isEqualTo(1);
    assertThat(units("reserved", "gift-b")).isZero();
    assertThat(figures(second, "gift-b").leased()).as("still the server's").isPositive();
    settled(second, redemption("k2", "d1", Action.REFUND, null));
    second.reserve(claim("gift-b", 200, 2));
    second.flush();
    assertThat(settled(second, commit("k3", "d1")).refusal()).isEqualTo(Refusal.EXPIRED);
  }

  @Test
  void whoTakesBackWhatHeNeverToldTakesNobodyElsesBack() {
    promise(first, claim("gift-a", 300, 0));
    Budgets.run(
        postgres,
        "UPDATE serving.budget_leases SET expires_at = clock_timestamp() - interval '1 s'"
            + " WHERE promotion_id = 'gift-b'");
    second.sweep();
    second.renew();
    promise(second, claim("gift-b", 200, 1));
    first.release("d1"); // its log refused the decision
    first.flush();
    assertThat(units("reserved", "gift-b")).isEqualTo(1);
    assertThat(settled(first, commit("k1", "d1")).promotionId()).isEqualTo("gift-b");
  }

  @Test
  void whatIsPromisedAnewIsKeptAsLongAsAnyOther() {
    promise(first, claim("gift-a", 300, 0));
    firstIsKilled();
    Budgets.run(
        postgres, "UPDATE serving.budget_promises SET due_at_wall = clock_timestamp()"); // a day on
    second.sweep();
    assertThat(units("reserved", "gift-a")).isZero();
    promise(second, claim("gift-b", 200, 1));
    second.sweep();
    assertThat(units("reserved", "gift-b")).isEqualTo(1);
    assertThat(
            Budgets.number(
                postgres,
                "SELECT extract(epoch FROM due_at_wall - clock_timestamp())::bigint"
                    + " FROM serving.budget_promises"))
        .isBetween(86_000L, 86_400L);
  }

  @Test
  void whatWasLoggedIsNotDisplacedByWhatIsDecidedLater() {
    promise(first, claim("gift-a", 300, 0));
    Budgets.logged(postgres, "d1", "gift-a", 300);
    firstIsKilled();
    promise(second, claim("gift-b", 200, 1));
    assertThat(units("reserved", "gift-a")).isEqualTo(1);
    assertThat(units("reserved", "gift-b")).isZero();
    assertThat(second.reserve(new Claim("d2", "gift-a", "bob", 300, NOON))).isPresent();
    assertThat(settled(second, commit("k1", "d1")).promotionId()).isEqualTo("gift-a");
  }

  /** It no longer remembered its answer, and the store was away when it was asked again. */
  @Test
  void whatWasLoggedIsNotGivenUpByItsOwnServerEither() {
    promise(first, claim("gift-a", 300, 0));
    Budgets.logged(postgres, "d1", "gift-a", 300);
    promise(first, claim("gift-b", 200, 1));
    assertThat(units("reserved", "gift-a")).isEqualTo(1);
    assertThat(units("reserved", "gift-b")).isZero();
    assertThat(first.reserve(new Claim("d2", "gift-b", "bob", 200, NOON))).isEmpty();
    assertThat(settled(first, commit("k1", "d1")))
        .isEqualTo(new Settlement("k1", "d1", "gift-a", true, null, 300));
  }

  @Test
  void whatWasLoggedIsNotTakenBack() {
    promise(first, claim("gift-a", 300, 0));
    Budgets.logged(postgres, "d1", "gift-a", 300);
    first.release("d1"); // it never heard that its log has the decision
    first.flush();
    assertThat(units("reserved", "gift-a")).isEqualTo(1);
    assertThat(units("released", "gift-a")).isZero();
  }

  @Test
  void whatWasLoggedTakesItsPlaceWhateverTheMoment() {
    promise(first, claim("gift-a", 300, 5));
    Budgets.logged(postgres, "d1", "gift-b", 200);
    firstIsKilled();
    promise(second, claim("gift-b", 200, 0));
    assertThat(units("reserved", "gift-a")).isZero();
    assertThat(units("reserved", "gift-b")).isEqualTo(1);
  }

  @Test
  void ofOneMomentTheFirstStandsUntilTheLogSaysOtherwise() {
    promise(first, claim("gift-a", 300, 0));
    firstIsKilled();
    promise(second, claim("gift-b", 200, 0)); // the question tells its moment
    assertThat(units("reserved", "gift-a")).isEqualTo(1);
    assertThat(units("reserved", "gift-b")).isZero();
    Budgets.leasesRunOut(postgres);
    first.sweep();
    Budgets.logged(postgres, "d1", "gift-b", 200);
    Settlement answer = settled(first, commit("k1", "d1"));
    assertThat(answer).isEqualTo(new Settlement("k1", "d1", "gift-b", true, null, 200));
    assertThat(units("reserved", "gift-a")).isZero();
    assertThat(units("released", "gift-a")).isEqualTo(1);
    assertThat(units("committed", "gift-b")).isEqualTo(1);
    assertThat(settled(first, commit("k1", "d1"))).isEqualTo(answer);
  }

  /** What is not limited is claimed from nobody, so no claim displaces the first promise. */
  @Test
  void whatWasLoggedIsRedeemedThoughNothingClaimedIt() {
    var rules =
        rules(2, promotion("gift-a", 1_000L, 1L, null), promotion("ten-off", null, null, 1));
    promise(first, claim("gift-a", 300, 0));
    second.follow(rules);
    Budgets.logged(postgres, "d1", "ten-off", 250);
    Claim told = claim("ten-off", 250, 1);
    Standing standing = second.standings(List.of(told)).toCompletableFuture().join().get(told);
    assertThat(standing.promotionId()).isEqualTo("ten-off");
    assertThat(standing.refusal(250, null, NOON)).isEmpty();
    assertThat(units("reserved", "gift-a")).as("reading changes nothing").isEqualTo(1);
    Redemption asked = commit("k1", "d1");
    Settlement tried = second.wouldSettle(asked).toCompletableFuture().join();
    assertThat(units("reserved", "gift-a")).as("trying out changes nothing").isEqualTo(1);
    assertThat(settled(second, asked))
        .isEqualTo(tried)
        .isEqualTo(new Settlement("k1", "d1", "ten-off", true, null, 250));
    assertThat(units("reserved", "gift-a")).isZero();
    assertThat(units("committed", "ten-off")).isEqualTo(1);
    Budgets.logged(postgres, "d2", "ten-off", 250);
    Budgets.run(postgres, "UPDATE serving.decisions SET shopper_id = 'shopper-of-d1'");
    assertThat(settled(second, commit("k2", "d2")).refusal()).isEqualTo(Refusal.CAP_REACHED);
  }

  @Test
  void whereTheLogSaysNothingWasGivenNothingIsPromised() {
    promise(first, claim("gift-a", 300, 0));
    Budgets.logged(postgres, "d1", null, 0);
    assertThat(settled(second, commit("k1", "d1")))
        .isEqualTo(new Settlement("k1", "d1", null, false, Refusal.NOTHING_PROMISED, 0));
    Claim told = claim("gift-a", 300, 1);
    assertThat(second.standings(List.of(told)).toCompletableFuture().join()).isEmpty();
    firstIsKilled();
    promise(second, claim("gift-b", 200, 1));
    assertThat(units("reserved", "gift-b")).isZero();
  }

  @Test
  void whatWasSettledBeforeItWasLoggedStays() {
    promise(first, claim("gift-a", 300, 0));
    Settlement answer = settled(second, commit("k1", "d1"));
    Budgets.logged(postgres, "d1", "gift-b", 200);
    assertThat(settled(first, commit("k1", "d1"))).isEqualTo(answer);
    assertThat(settled(first, commit("k2", "d1")).promotionId()).isEqualTo("gift-a");
    assertThat(settled(first, redemption("k3", "d1", Action.REFUND, null)).promotionId())
        .isEqualTo("gift-a");
    assertThat(units("committed", "gift-a")).isZero();
  }

  @Test
  void withoutCoverNothingIsKeptForEither() {
    promise(first, claim("gift-a", 300, 0));
    firstIsKilled();
    assertThat(second.reserve(claim("gift-b", 200, 1))).isEmpty();
    Budgets.leasesRunOut(postgres); // the clock of the database jumped
    first.sweep();
    first.renew();
    promise(first, new Claim("d2", "gift-b", "bob", 200, NOON));
    second.flush();
    assertThat(units("reserved", "gift-a")).isZero();
    assertThat(settled(second, commit("k1", "d1")).refusal()).isEqualTo(Refusal.EXPIRED);
    assertThat(settled(first, commit("k2", "d2")).promotionId()).isEqualTo("gift-b");
  }

  @Test
  void aServerThatDecidesAnewItselfTakesBackWhatItPromised() {
    assertThat(first.reserve(claim("gift-a", 300, 0))).isEmpty();
    assertThat(first.reserve(claim("gift-b", 200, 0))).isEmpty();
    assertThat(first.reserve(new Claim("d2", "gift-a", "bob", 300, NOON))).isEmpty();
    first.flush();
    assertThat(settled(second, commit("k1", "d1")).promotionId()).isEqualTo("gift-b");
    assertThat(settled(second, commit("k2", "d2")).promotionId()).isEqualTo("gift-a");
  }

  @Test
  void aServerThatDecidesAnewAfterItWroteTakesBackWhatItWrote() {
    promise(first, claim("gift-b", 300, 0));
    promise(first, claim("gift-a", 200, 0));
    assertThat(units("reserved", "gift-b")).isZero();
    assertThat(units("released", "gift-b")).isEqualTo(1);
    assertThat(settled(second, commit("k1", "d1")).promotionId()).isEqualTo("gift-a");
  }

  @Test
  void whatIsPromisedAnewWhileItIsWrittenIsKept() throws Exception {
    first.follow(
        rules(2, promotion("gift-a", 9_000L, 10L, null), promotion("gift-b", 1_000L, 1L, null)));
    assertThat(first.reserve(claim("gift-a", 300, 0))).isEmpty();
    var writing = new Thread(first::flush);
    try (var connection = postgres.store().getConnection()) {
      connection.setAutoCommit(false);
      AccountRows.lock(connection, List.of("gift-a"));
      writing.start();
      Budgets.waitUntil(
          postgres, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'", 1);
      first.release("d1"); // its log refused the decision
      assertThat(first.reserve(claim("gift-a", 300, 0))).as("asked again").isEmpty();
      connection.rollback();
    }
    writing.join();
    first.flush();
    assertThat(units("reserved", "gift-a")).isEqualTo(1);
    assertThat(settled(first, commit("k1", "d1")).promotionId()).isEqualTo("gift-a");
  }

  /** No row tells either that the other is there, and they hold different locks. */
  @Test
  void ofTwoPromisesWrittenAtOnceOneIsKept() throws Exception {
    assertThat(first.reserve(claim("gift-a", 300, 0))).isEmpty();
    Budgets.run(
        postgres,
        "UPDATE serving.budget_leases SET expires_at = clock_timestamp() - interval '1 s'"
            + " WHERE promotion_id = 'gift-b'");
    second.sweep();
    Budgets.logged(postgres, "d1", "gift-b", 200);
    var writing = new Thread(first::flush);
    try (var connection = postgres.store().getConnection()) {
      connection.setAutoCommit(false);
      assertThat(SettlementBatch.answer(connection, List.of(commit("k1", "d1")), Budgets.OPTIONS))
          .allMatch(Settlement::settled);
      writing.start();
      Budgets.waitUntil(
          postgres, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'", 1);
      connection.commit();
    }
    writing.join();
    assertThat(units("reserved", "gift-a")).isZero();
    assertThat(units("committed", "gift-b")).isEqualTo(1);
    assertThat(settled(second, commit("k2", "d1")))
        .isEqualTo(new Settlement("k2", "d1", "gift-b", true, null, 200));
    assertThat(units("committed", "gift-a")).isZero();
  }

  @Test
  void whatIsPromisedAnewWhileItIsSweptIsKept() throws Exception {
    promise(first, claim("gift-a", 300, 0));
    second.eventTime(NOON.plus(Budgets.OPTIONS.reservation()));
    var sweeping = new Thread(second::sweep);
    try (var connection = postgres.store().getConnection()) {
      connection.setAutoCommit(false);
      AccountRows.lock(connection, List.of("gift-a"));
      sweeping.start();
      Budgets.waitUntil(
          postgres, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'", 1);
      try (var statement = connection.createStatement()) { // decided again, an hour later
        statement.execute(
            "UPDATE serving.budget_promises SET at = at + interval '1 h',"
                + " due_at = due_at + interval '1 h'");
      }
      connection.commit();
    }
    sweeping.join();
    assertThat(units("reserved", "gift-a")).isEqualTo(1);
    second.eventTime(NOON.plus(Budgets.OPTIONS.reservation()).plusSeconds(3_600));
    second.sweep();
    assertThat(units("reserved", "gift-a")).isZero();
  }
}
