package io.promoflow.serving.ledger;

import static io.promoflow.ingestion.schema.ShopEventType.COUPON_REDEEMED;
import static io.promoflow.ingestion.schema.ShopEventType.ORDER_CANCELLED;
import static io.promoflow.ingestion.schema.ShopEventType.ORDER_PLACED;
import static io.promoflow.ingestion.schema.ShopEventType.ORDER_REFUNDED;
import static io.promoflow.serving.ledger.Budgets.NOON;
import static io.promoflow.serving.ledger.Budgets.figures;
import static io.promoflow.serving.ledger.Budgets.promotion;
import static io.promoflow.serving.ledger.Budgets.redemption;
import static io.promoflow.serving.ledger.Budgets.rules;
import static io.promoflow.serving.ledger.Budgets.settled;
import static io.promoflow.serving.ledger.Budgets.unattended;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.serving.Postgres;
import io.promoflow.serving.ledger.Redemption.Action;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An order spends what was promised on a usual one, 600 cents, until somebody tells its cost. */
class ToldCostsTest {
  private static final long ASSUMED = 600;
  private static Postgres postgres;
  private PostgresLedger ledger;
  private int keys;

  @BeforeAll
  static void start() {
    postgres = new Postgres();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void promise() {
    Budgets.empty(postgres);
    ledger = unattended(postgres);
    ledger.follow(rules(1, promotion("ten-off", 4_000L, 10L, 1)));
    promise("d1");
  }

  private void promise(String decision) {
    promise(new Claim(decision, "ten-off", "ada", ASSUMED, NOON));
  }

  private void promise(Claim claim) {
    ledger.want(claim);
    ledger.renew();
    assertThat(ledger.reserve(claim)).isEmpty();
    ledger.flush();
  }

  @AfterEach
  void everyCentIsSomewhere() {
    assertThat(figures(ledger, "ten-off").overspent()).isZero();
    assertThat(figures(ledger, "ten-off").committed())
        .isEqualTo(
            Budgets.number(postgres, "SELECT sum(spent_cents) FROM serving.budget_promises"));
    assertThat(redeemedUnits())
        .isEqualTo(
            Budgets.number(
                postgres,
                "SELECT count(*) FROM serving.budget_promises WHERE status = 'COMMITTED'"));
    ledger.close();
  }

  private static Redemption event(
      String decision, String id, ShopEventType type, String product, Long discount) {
    var event =
        new ShopEvent(
            id, type, "ada", null, NOON, product, null, null, 1, 5_000L, discount, "EUR", "o1",
            null, decision, null, null, null, null);
    return Redemptions.of(event).orElseThrow();
  }

  private Redemption event(ShopEventType type, String product, Long discount) {
    return event("d1", "e" + keys++, type, product, discount);
  }

  private Redemption byHttp(Action action, Long cents) {
    return redemption("k" + keys++, "d1", action, cents);
  }

  private long spentAfter(Redemption... told) {
    Settlement last = null;
    for (Redemption one : told) {
      last = settled(ledger, one);
      assertThat(last.settled()).as(last.toString()).isTrue();
      assertThat(settled(ledger, one)).as("asked again").isEqualTo(last);
    }
    return last.spentCents();
  }

  private Refusal refusal(Redemption asked) {
    return settled(ledger, asked).refusal();
  }

  private static long redeemedUnits() {
    return Budgets.number(postgres, "SELECT committed_units FROM serving.budget_ledger");
  }

  private Refusal redeemingAnother() {
    promise("d2");
    Redemption asked = redemption("another", "d2", Action.COMMIT, null);
    return ledger.wouldSettle(asked).toCompletableFuture().join().refusal();
  }

  @Test
  void aCostThatIsToldAfterTheOrderCountsOnceAndTheCapIsNotCountedTwice() {
    assertThat(spentAfter(event(ORDER_PLACED, "a", 90L))).isEqualTo(ASSUMED);
    assertThat(spentAfter(byHttp(Action.COMMIT, 900L))).isEqualTo(900);
    assertThat(spentAfter(byHttp(Action.COMMIT, 50L))).as("told before").isEqualTo(900);
    assertThat(spentAfter(event(COUPON_REDEEMED, null, 50L))).isEqualTo(900);
    assertThat(spentAfter(event(ORDER_PLACED, "b", null))).isEqualTo(900);
    assertThat(redeemedUnits()).isOne();
    assertThat(redeemingAnother()).isEqualTo(Refusal.CAP_REACHED);
  }

  @Test
  void aCouponThatTellsItsDiscountAfterTheOrderCostsThat() {
    assertThat(spentAfter(event(ORDER_PLACED, "a", null), event(COUPON_REDEEMED, null, 250L)))
        .isEqualTo(250);
  }

  @Test
  void aCostThatWasToldBeforeTheOrderStays() {
    assertThat(spentAfter(byHttp(Action.COMMIT, 900L), event(ORDER_PLACED, "a", null)))
        .isEqualTo(900);
  }

  @Test
  void moreThanWasAssumedNeedsWhatIsLeftOfTheBudget() {
    spentAfter(event(ORDER_PLACED, "a", null));
    assertThat(settled(ledger, byHttp(Action.COMMIT, 4_001L)))
        .isEqualTo(new Settlement("k1", "d1", "ten-off", false, Refusal.BUDGET_SPENT, ASSUMED));
    Redemption all = byHttp(Action.COMMIT, 4_000L);
    assertThat(refusal(all)).isEqualTo(Refusal.LEASED);
    Budgets.marksLast(postgres);
    ledger.renew();
    ledger.renew();
    assertThat(settled(ledger, all).spentCents()).isEqualTo(4_000);
    assertThat(redeemedUnits()).isOne();
  }

  @Test
  void aCostThatIsToldLaterIsLessWhatCameBackBefore() {
    assertThat(
            spentAfter(
                event(ORDER_PLACED, "a", null),
                event(ORDER_REFUNDED, "a", 100L),
                event(ORDER_CANCELLED, "a", 100L),
                byHttp(Action.REFUND, 100L),
                byHttp(Action.COMMIT, 900L)))
        .isEqualTo(800);
  }

  @Test
  void aCostOfWhichAllCameBackBeforeItWasToldEndsThePromise() {
    assertThat(
            spentAfter(
                event(ORDER_PLACED, "a", null),
                event(ORDER_REFUNDED, "a", 400L),
                byHttp(Action.COMMIT, 400L)))
        .isZero();
    assertThat(redeemedUnits()).isZero();
    assertThat(redeemingAnother()).isNull();
    assertThat(refusal(byHttp(Action.COMMIT, 900L))).isEqualTo(Refusal.EXPIRED);
  }

  @Test
  void aLineBeyondWhatWasAssumedLeavesThePromiseToTheOtherLines() {
    assertThat(spentAfter(event(ORDER_PLACED, "a", null), event(ORDER_REFUNDED, "a", 700L)))
        .isZero();
    assertThat(redeemedUnits()).isOne();
    assertThat(redeemingAnother()).isEqualTo(Refusal.CAP_REACHED);
    assertThat(spentAfter(byHttp(Action.COMMIT, 1_500L))).isEqualTo(800);
    assertThat(spentAfter(event(ORDER_REFUNDED, "b", 800L))).isZero();
    assertThat(redeemedUnits()).isZero();
  }

  @Test
  void afterSuchALineTheOrderAsAWholeStillEndsThePromise() {
    spentAfter(event(ORDER_PLACED, "a", null), event(ORDER_REFUNDED, "a", 700L));
    assertThat(spentAfter(event(ORDER_REFUNDED, "b", 50L))).isZero();
    assertThat(redeemedUnits()).isOne();
    assertThat(spentAfter(event(ORDER_CANCELLED, null, null))).isZero();
    assertThat(redeemedUnits()).isZero();
    assertThat(redeemingAnother()).isNull();
  }

  @Test
  void whatGivesBackAllOfItInAnotherWayEndsIt() {
    for (List<Redemption> all :
        List.of(
            List.of(event("d1", "1", ORDER_PLACED, "a", null), byHttp(Action.REFUND, 700L)),
            List.of(
                event("d2", "2", ORDER_PLACED, "a", null),
                event("d2", "3", ORDER_REFUNDED, "a", ASSUMED)),
            List.of(
                event("d3", "4", ORDER_PLACED, "a", null),
                event("d3", "5", ORDER_REFUNDED, null, 700L)),
            List.of(
                event("d4", "6", COUPON_REDEEMED, "a", 650L),
                event("d4", "7", ORDER_REFUNDED, "a", 700L)))) {
      promise(all.get(0).decisionId());
      assertThat(spentAfter(all.toArray(Redemption[]::new))).isZero();
      assertThat(redeemedUnits()).as(all.toString()).isZero();
    }
  }

  /**
   * The same order twice: of one the cost is told first, of the other after the event, somewhere
   * among what its lines give back. Lines give back even cents, so they never come to what was
   * assumed exactly, which would end the promise.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whetherTheCostIsToldBeforeOrAfterTheEventItEndsTheSame(long seed) {
    ledger.follow(rules(2, promotion("ten-off", 40_000L, 100L, null)));
    var random = new Random(seed);
    for (int order = 0; order < 5; order++) {
      String early = "early" + order;
      String late = "late" + order;
      for (String id : List.of(early, late)) {
        promise(new Claim(id, "ten-off", id, 601, NOON));
      }
      long cost = random.nextInt(1_500);
      var lines = new ArrayList<Redemption>();
      for (int line = 0; line < random.nextInt(6); line++) {
        lines.add(
            event(
                late,
                late + line,
                random.nextBoolean() ? ORDER_CANCELLED : ORDER_REFUNDED,
                "p" + random.nextInt(3),
                2L * random.nextInt(250)));
      }
      settled(ledger, redemption("told" + early, early, Action.COMMIT, cost));
      settled(ledger, event(early, "placed" + early, ORDER_PLACED, "a", null));
      for (Redemption one : lines) {
        settled(
            ledger,
            new Redemption(
                "of-early-" + one.key(),
                early,
                one.action(),
                one.costCents(),
                null,
                NOON,
                one.reversal()));
      }
      Collections.shuffle(lines, random);
      lines.add(
          random.nextInt(lines.size() + 1), redemption("told" + late, late, Action.COMMIT, cost));
      settled(ledger, event(late, "placed" + late, ORDER_PLACED, "a", null));
      lines.forEach(one -> settled(ledger, one));
      assertThat(outcome(late)).as("%s: %s", early, lines).isEqualTo(outcome(early));
    }
  }

  private static long outcome(String decision) {
    return Budgets.number(
        postgres,
        "SELECT CASE status WHEN 'COMMITTED' THEN spent_cents ELSE -1 - spent_cents END"
            + " FROM serving.budget_promises WHERE decision_id = '"
            + decision
            + "'");
  }
}
