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

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.CouponUse;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Postgres;
import io.promoflow.serving.ledger.Redemption.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a standing says is what a redemption is then told. */
class StandingTest {
  private static final LedgerOptions WITH_CODES =
      new LedgerOptions(
          OPTIONS.lease(),
          OPTIONS.leaseShare(),
          OPTIONS.reservation(),
          OPTIONS.pacing(),
          CouponCodes.of("a-key-of-this-test-alone"));

  private static Postgres postgres;
  private PostgresLedger ledger;
  private final List<Claim> claims = new ArrayList<>();
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
  void open() {
    Budgets.empty(postgres);
    ledger = unattended(postgres, WITH_CODES, System::nanoTime);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private Standing standing(String decision) {
    return read(claims).entrySet().stream()
        .filter(one -> one.getKey().decisionId().equals(decision))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow();
  }

  private Map<Claim, Standing> read(List<Claim> asked) {
    return ledger.standings(asked).toCompletableFuture().join();
  }

  private void promise(Claim claim) {
    assertThat(ledger.reserve(claim)).isEmpty();
    claims.add(claim);
  }

  /** The refusal, if any, which the redemption is told as well. */
  private Optional<Refusal> refusal(String decision, long cost, String code) {
    Optional<Refusal> why = standing(decision).refusal(cost, code, NOON.plusSeconds(60));
    var asked =
        new Redemption("try" + keys++, decision, Action.COMMIT, cost, code, NOON.plusSeconds(60));
    Settlement told = ledger.wouldSettle(asked).toCompletableFuture().join();
    assertThat(Optional.ofNullable(told.refusal())).isEqualTo(why);
    return why;
  }

  @Test
  void aPromiseThatIsNotWrittenDownYetStandsAndReadingSpendsNothing() {
    ledger.follow(rules(1, promotion("ten-off", 1_000L, null, null)));
    promise(claim("d1", "ten-off", 300));
    assertThat(standing("d1").promotionId()).isEqualTo("ten-off");
    assertThat(standing("d1").isRedeemed()).isFalse();
    assertThat(refusal("d1", 300, null)).isEmpty();
    assertThat(figures(ledger, "ten-off").reserved()).isEqualTo(300);
    assertThat(figures(ledger, "ten-off").committed()).isZero();
  }

  @Test
  void whatIsNotWrittenDownStandsByItsClaimAndWhatTheLedgerDoesNotHaveIsLeftOut() {
    ledger.follow(rules(1, promotion("ten-off", 200L, 1L, null)));
    ledger.renew();
    Claim told = claim("d1", "ten-off", 100);
    Claim dear = claim("d2", "ten-off", 201);
    Map<Claim, Standing> read = read(List.of(told, dear, claim("d3", "no-such-promotion", 100)));
    assertThat(read).containsOnlyKeys(told, dear);
    long free = figures(ledger, "ten-off").free();
    assertThat(read.get(told).refusal(free, null, NOON)).isEmpty();
    assertThat(read.get(dear).refusal(201, null, NOON)).contains(Refusal.EXPIRED);
  }

  @Test
  void whoAsksTogetherIsToldOfHisOwnAlone() {
    ledger.follow(rules(1, promotion("ten-off", 100_000L, null, null)));
    var asked = new ArrayList<List<Claim>>();
    for (int i = 0; i < 200; i++) {
      asked.add(List.of(claim("a" + i, "ten-off", i), claim("b" + i, "ten-off", i)));
    }
    var answers = asked.stream().map(ledger::standings).toList();
    for (int i = 0; i < asked.size(); i++) {
      assertThat(answers.get(i).toCompletableFuture().join())
          .containsOnlyKeys(asked.get(i).toArray(Claim[]::new));
    }
    ledger.close();
    assertThat(ledger.standings(asked.get(0)).toCompletableFuture())
        .as("closed")
        .isCompletedExceptionally();
  }

  @Test
  void moreThanWasPromisedStandsWhileTheBudgetCoversIt() {
    ledger.follow(rules(1, promotion("ten-off", 1_000L, null, null)));
    promise(claim("d1", "ten-off", 300));
    ledger.flush();
    long free = figures(ledger, "ten-off").free();
    assertThat(refusal("d1", 300 + free, null)).isEmpty();
    assertThat(refusal("d1", 301 + free, null)).contains(Refusal.LEASED);
    assertThat(refusal("d1", 1_000, null)).contains(Refusal.LEASED);
    assertThat(refusal("d1", 1_001, null)).contains(Refusal.BUDGET_SPENT);
  }

  @Test
  void whatWasRedeemedCancelledOrPaidBackIsSeen() {
    ledger.follow(rules(1, promotion("ten-off", 1_000L, null, null)));
    for (String id : List.of("d1", "d2", "d3")) {
      promise(claim(id, "ten-off", 100));
    }
    ledger.flush();
    settled(ledger, commit("k1", "d1"));
    assertThat(standing("d1").isRedeemed()).isTrue();
    settled(ledger, redemption("k2", "d2", Action.CANCEL, null));
    assertThat(refusal("d2", 0, null)).contains(Refusal.EXPIRED);
    settled(ledger, commit("k3", "d3"));
    settled(ledger, redemption("k4", "d3", Action.REFUND, null));
    assertThat(standing("d3").isRedeemed()).isFalse();
    assertThat(refusal("d3", 0, null)).contains(Refusal.EXPIRED);
  }

  @Test
  void aPromiseThatRanOutStandsWhileWhatIsFreeCoversIt() {
    ledger.follow(rules(1, promotion("ten-off", 1_000L, null, null)));
    promise(claim("d1", "ten-off", 300));
    ledger.flush();
    Budgets.run(
        postgres,
        "UPDATE serving.budget_promises SET due_at_wall = clock_timestamp() - interval '1 s'");
    ledger.sweep();
    long free = figures(ledger, "ten-off").free();
    assertThat(free).isPositive();
    assertThat(refusal("d1", free, null)).isEmpty();
    assertThat(refusal("d1", free + 1, null)).contains(Refusal.LEASED);
    assertThat(refusal("d1", 1_001, null)).contains(Refusal.EXPIRED);
  }

  @Test
  void aCapOfRedemptionsIsSeen() {
    ledger.follow(rules(1, promotion("ten-off", 1_000L, null, 1)));
    for (String id : List.of("d1", "d2")) {
      promise(new Claim(id, "ten-off", "ada", 100, NOON));
    }
    ledger.flush();
    assertThat(refusal("d2", 100, null)).isEmpty();
    settled(ledger, commit("k1", "d1"));
    assertThat(refusal("d2", 100, null)).contains(Refusal.CAP_REACHED);
  }

  @Test
  void ofSeveralCodesTheOneThatRedeemsIsFound() {
    var terms =
        new Promotion.Terms(
            5.0, null, null, null, "TEA", null, null, List.of(), CouponUse.SINGLE, null);
    Promotion own = Cast.promotion("own", PromotionKind.COUPON, terms, List.of(), 1);
    ledger.follow(rules(1, own, promotion("ten-off", 1_000L, null, null)));
    promise(new Claim("d1", "own", "ada", 100, NOON));
    promise(new Claim("d2", "own", "ada", 100, NOON));
    promise(new Claim("d3", "ten-off", "ada", 100, NOON));
    String adas = WITH_CODES.codes().of(own, "ada").orElseThrow();
    String bobs = WITH_CODES.codes().of(own, "bob").orElseThrow();
    assertThat(standing("d1").codeAmong(List.of("TEA", bobs, adas, "x"))).contains(adas);
    assertThat(standing("d1").codeAmong(List.of("TEA", bobs))).isEmpty();
    assertThat(standing("d3").codeAmong(List.of(adas))).as("it needs none").isEmpty();
    assertThat(refusal("d1", 100, null)).contains(Refusal.WRONG_CODE);
    assertThat(refusal("d1", 100, bobs)).contains(Refusal.WRONG_CODE);
    assertThat(refusal("d1", 100, adas)).isEmpty();
    ledger
        .settle(new Redemption("k1", "d1", Action.COMMIT, 100L, adas, NOON))
        .toCompletableFuture()
        .join();
    assertThat(refusal("d2", 100, adas)).contains(Refusal.CODE_USED);
  }

  @Test
  void whoeverHoldsTheLockOfAPromotionKeepsNobodyFromReading() throws Exception {
    ledger.follow(rules(1, promotion("ten-off", 1_000L, null, null)));
    promise(claim("d1", "ten-off", 300));
    ledger.flush();
    try (var connection = postgres.store().getConnection()) {
      connection.setAutoCommit(false);
      assertThat(AccountRows.lock(connection, List.of("ten-off"))).hasSize(1);
      Standing read = standing("d1");
      assertThat(read.refusal(300, null, NOON)).isEmpty();
      connection.rollback();
    }
  }
}
