package io.promoflow.serving.ledger;

import static io.promoflow.serving.ledger.Budgets.NOON;
import static io.promoflow.serving.ledger.Budgets.claim;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Promotion.Period;
import io.promoflow.serving.OpenTime;
import io.promoflow.serving.ledger.LocalLease.Lease;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a server refuses, and when it asks for more; times in nanoseconds. */
class LocalLeaseTest {
  private static final long SECOND = 1_000_000_000;
  private static final Amount BUDGET = new Amount(1_000, 10);

  private final LocalLease lease = new LocalLease();
  private int claims;

  private void leased(Amount held, Amount elsewhere, long now) {
    var done = lease.writing(lease.claims());
    lease.written(
        done, new Lease(held, BUDGET, elsewhere, false, Amount.ZERO), now, now + 30 * SECOND);
  }

  private Claim next(long cents) {
    return claim("d" + claims++, "ten-off", cents);
  }

  @Test
  void beforeTheStoreWasAskedNothingIsCalledSpent() {
    assertThat(lease.reserve(next(100), 0)).contains(Refusal.NO_LEASE);
  }

  @Test
  void spentIsWhatNeitherTheLeaseNorWhatIsElsewhereCovers() {
    leased(new Amount(300, 3), new Amount(200, 1), 0);
    assertThat(lease.reserve(next(300), 0)).isEmpty();
    assertThat(lease.wouldRefuse(next(200), 0)).contains(Refusal.NO_LEASE);
    assertThat(lease.wouldRefuse(next(201), 0)).contains(Refusal.BUDGET_SPENT);
    leased(new Amount(300, 0), new Amount(200, 0), 0);
    assertThat(lease.wouldRefuse(next(100), 0)).contains(Refusal.OUT_OF_STOCK);
  }

  @Test
  void aLeaseThatRanOutIsNotABudgetThatIsSpent() {
    leased(new Amount(300, 3), Amount.ZERO, 0);
    assertThat(lease.wouldRefuse(next(100), 30 * SECOND)).contains(Refusal.NO_LEASE);
  }

  @Test
  void ofASpentBudgetNothingIsPromisedNotEvenWhatCostsNothing() {
    leased(new Amount(300, 3), new Amount(0, 1), 0);
    assertThat(lease.reserve(next(0), 0)).isEmpty();
    assertThat(lease.reserve(next(300), 0)).isEmpty();
    assertThat(lease.reserve(next(0), 0)).contains(Refusal.BUDGET_SPENT);
    leased(new Amount(0, 3), new Amount(1, 1), 1);
    assertThat(lease.reserve(next(0), 2)).contains(Refusal.NO_LEASE);
    leased(new Amount(1, 3), Amount.ZERO, 3);
    assertThat(lease.wouldRefuse(next(0), 3 + 30 * SECOND)).as("ran out").isPresent();
  }

  @Test
  void withoutABudgetOnlyTheStockCounts() {
    var stock = new Amount(Amount.UNLIMITED, 10);
    var done = lease.writing(lease.claims());
    lease.written(
        done, new Lease(new Amount(0, 1), stock, Amount.ZERO, false, Amount.ZERO), 0, SECOND);
    assertThat(lease.reserve(next(0), 0)).isEmpty();
    assertThat(lease.reserve(next(0), 0)).contains(Refusal.OUT_OF_STOCK);
  }

  @Test
  void whatWasRefusedIsAskedForAtOnceAndWhatWasDeniedAfterATenthOfASecond() {
    leased(new Amount(100, 3), new Amount(900, 7), 0);
    assertThat(lease.hasWork(1)).isFalse();
    lease.want(next(200));
    assertThat(lease.hasWork(1)).isTrue();
    leased(new Amount(100, 3), new Amount(900, 7), 2);
    lease.want(next(200));
    assertThat(lease.hasWork(3)).isFalse();
    assertThat(lease.hasWork(2 + SECOND / 10)).isTrue();
    leased(new Amount(100, 3), Amount.ZERO, 3);
    lease.want(next(200));
    assertThat(lease.hasWork(2 + SECOND)).as("spent").isFalse();
    assertThat(lease.hasWork(3 + SECOND)).isTrue();
  }

  @Test
  void demandFollowsWhatIsClaimedAndIsForgottenByAndBy() {
    leased(new Amount(300, 3), new Amount(700, 7), 0);
    lease.reserve(next(300), 0);
    lease.want(next(500));
    assertThat(lease.writing(lease.claims()).demand()).isEqualTo(new Amount(800, 2));
    lease.want(next(100));
    assertThat(lease.writing(lease.claims()).demand()).isEqualTo(new Amount(400, 1));
    assertThat(lease.writing(lease.claims()).demand()).isEqualTo(new Amount(200, 0));
  }

  @Test
  void demandHasNoEnd() {
    for (int i = 0; i < 10; i++) {
      lease.want(next(Long.MAX_VALUE));
    }
    Amount demand = lease.writing(lease.claims()).demand();
    assertThat(demand.times(4)).isEqualTo(new Amount(Amount.UNLIMITED, 40));
  }

  @Test
  void whatIsPromisedAnewWhileItsFirstPromiseIsWrittenIsWrittenAfterwards() {
    leased(new Amount(300, 3), new Amount(700, 7), 0);
    lease.reserve(claim("d1", "ten-off", 100), 0);
    var done = lease.writing(lease.claims());
    lease.release("d1");
    lease.reserve(claim("d1", "ten-off", 100), 0);
    lease.written(
        done, new Lease(new Amount(200, 2), BUDGET, Amount.ZERO, false, Amount.ZERO), 1, SECOND);
    assertThat(lease.isPending("d1")).isTrue();
    assertThat(lease.wouldRefuse(claim("d2", "ten-off", 101), 2)).as("100 are its own").isPresent();
    var next = lease.writing(lease.claims());
    assertThat(next.releases()).containsExactly("d1");
    assertThat(next.claims()).extracting(Claim::decisionId).containsExactly("d1");
  }

  @Test
  void whatIsTakenBackAgainWhileItIsWrittenAnewIsTakenBackAfterwards() {
    leased(new Amount(300, 3), new Amount(700, 7), 0);
    lease.reserve(claim("d1", "ten-off", 100), 0);
    leased(new Amount(200, 2), new Amount(700, 7), 1);
    lease.release("d1");
    lease.reserve(claim("d1", "ten-off", 100), 1);
    var done = lease.writing(lease.claims());
    lease.release("d1");
    lease.written(
        done, new Lease(new Amount(200, 2), BUDGET, Amount.ZERO, false, Amount.ZERO), 2, SECOND);
    assertThat(lease.writing(lease.claims()).releases()).containsExactly("d1");
  }

  @Test
  void whatIsTakenBackBeforeItIsSentIsNotWritten() {
    leased(new Amount(300, 3), new Amount(700, 7), 0);
    lease.reserve(claim("d1", "ten-off", 100), 0);
    var claims = lease.claims();
    lease.release("d1");
    assertThat(lease.writing(claims).claims()).isEmpty();
  }

  @Test
  void whatIsWaitedForIsPromisedNoMoreAndGivenBackAtTheNextWriting() {
    leased(new Amount(300, 3), Amount.ZERO, 0);
    var before = lease.writing(lease.claims());
    assertThat(before.usable()).as("it may be promised meanwhile").isEqualTo(new Amount(300, 3));
    assertThat(givenBack(before)).isEqualTo(Amount.ZERO);
    lease.written(before, lacking(new Amount(300, 3), new Amount(200, 0)), 0, 30 * SECOND);

    assertThat(lease.hasWork(1)).isTrue();
    assertThat(lease.wouldRefuse(next(101), 1)).as("not spent").contains(Refusal.NO_LEASE);
    lease.reserve(next(30), 1);
    var claims = lease.claims();
    lease.reserve(next(50), 1);
    var done = lease.writing(claims);
    assertThat(done.usable()).as("50 promised, 20 to promise").isEqualTo(new Amount(70, 2));
    lease.reserve(next(20), 1);
    assertThat(givenBack(done)).isEqualTo(new Amount(200, 0));
    assertThat(givenBack(done.of(List.of(), Set.of())))
        .as("claims that are not among them need what is held")
        .isEqualTo(Amount.ZERO);
    lease.written(done, lacking(new Amount(70, 2), Amount.ZERO), 1, 30 * SECOND);
    assertThat(lease.wouldRefuse(next(1), 2)).contains(Refusal.OUT_OF_STOCK);
  }

  private static Lease lacking(Amount held, Amount lacking) {
    return new Lease(held, BUDGET, Amount.ZERO, false, lacking);
  }

  /** By a server that holds 270 cents once its claims are written, and others the rest. */
  private static Amount givenBack(LocalLease.Writing writing) {
    Account account = Account.of(BUDGET).lease(new Amount(1_000, 5));
    var open = new OpenTime(List.of(new Period(null, null)));
    var row =
        new AccountRow(
            "ten-off",
            1,
            true,
            1_000L,
            10L,
            null,
            null,
            open,
            null,
            1,
            account,
            new Amount(200, 0));
    return Slice.of(row, new Amount(270, 2), writing, 1, Pacing.NONE).back();
  }

  private Claim at(String time) {
    Claim one = next(1);
    Instant at = Instant.parse("2026-01-08T" + time + "Z");
    return new Claim(one.decisionId(), one.promotionId(), one.shopperId(), one.costCents(), at);
  }

  /** Of a promotion that may be offered from noon until 13:00. */
  private static Amount taken(LocalLease.Writing writing) {
    var open = new OpenTime(List.of(new Period(NOON, NOON.plusSeconds(3_600))));
    var row =
        new AccountRow(
            "ten-off",
            1,
            true,
            1_000L,
            10L,
            null,
            null,
            open,
            null,
            1,
            Account.of(BUDGET),
            Amount.ZERO);
    return Slice.of(row, Amount.ZERO, writing, 1, Pacing.EVEN).take();
  }

  @Test
  void aQuestionOfLaterOnDoesNotLiftThePlanForGood() {
    lease.want(at("12:59:59"));
    assertThat(taken(lease.writing(lease.claims())).cents()).isEqualTo(1_000);

    lease.want(at("12:02:00"));
    lease.want(at("12:01:00"));
    var then = lease.writing(lease.claims());
    assertThat(then.newest()).isEqualTo(NOON.plusSeconds(120));
    assertThat(taken(then).cents()).as("2 of 60 minutes, and 1 %").isEqualTo(44);

    var next = lease.writing(lease.claims());
    assertThat(next.newest()).as("nobody claimed").isEqualTo(NOON.plusSeconds(120));
  }
}
