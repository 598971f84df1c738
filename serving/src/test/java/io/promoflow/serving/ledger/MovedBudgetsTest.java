package io.promoflow.serving.ledger;

import static io.promoflow.serving.ledger.Budgets.NOON;
import static io.promoflow.serving.ledger.Budgets.claim;
import static io.promoflow.serving.ledger.Budgets.figures;
import static io.promoflow.serving.ledger.Budgets.unattended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import io.promoflow.ingestion.schema.StrategyAdjustment.Evidence;
import io.promoflow.ingestion.schema.StrategyAdjustment.Status;
import io.promoflow.serving.Postgres;
import io.promoflow.serving.rules.RefusedException;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleFile;
import io.promoflow.serving.rules.RuleFileException;
import io.promoflow.serving.rules.RulePublisher;
import io.promoflow.serving.rules.Vocabulary;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From a proposal over the rule book into the ledger. */
class MovedBudgetsTest {
  private static final String RULES =
      """
      budgetMoves: {floor: 0.1, maxStep: 0.5, minimumUnits: 100, alpha: 0.05}
      promotions:
        - {id: gift, kind: coupon, terms: {amountCents: 100, couponCode: MUG}, budgetCents: 1000}
        - {id: ship, kind: free-shipping, terms: {amountCents: 100}, budgetCents: 1000}
        - {id: free, kind: percent-off, terms: {percent: 5}}
      experiments: []
      """;
  private static final Map<String, Double> EVEN = Map.of("gift", 1000.0, "ship", 1000.0);
  private static final Map<String, Double> MOVED = Map.of("gift", 600.0, "ship", 1400.0);
  private static Postgres postgres;

  private RuleBook book;

  @BeforeAll
  static void start() {
    postgres = new Postgres();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void open() throws Exception {
    postgres.empty();
    Budgets.empty(postgres);
    book = new RuleBook(postgres.store(), new Nobody(), Clock.fixed(NOON, ZoneOffset.UTC));
  }

  private static final class Nobody implements RulePublisher {
    @Override
    public void publish(RuleSet rules) {
      // nobody listens
    }

    @Override
    public void publish(StrategyAdjustment adjustment) {
      // nobody listens
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  private RuleSet apply(String text) {
    return book.apply(RuleFile.parse("rules.yaml", text), "ada", "because").after();
  }

  private static StrategyAdjustment move(
      String id, Map<String, Double> from, Map<String, Double> to) {
    return new StrategyAdjustment(
        id,
        "shipping-test",
        null,
        Change.MOVE_BUDGET,
        from,
        to,
        new Evidence("return", "ship", 500, 500, 0.8, 0.1, 1.5, 0.01),
        "to-higher-return",
        Status.PROPOSED,
        NOON,
        "to-higher-return",
        NOON,
        null,
        null,
        null,
        "1");
  }

  private Map<String, Long> budgets() {
    var budgets = new TreeMap<String, Long>();
    for (Promotion promotion : book.current().orElseThrow().promotions()) {
      budgets.put(promotion.id(), promotion.budgetCents());
    }
    return budgets;
  }

  /** What may still be promised. */
  private static long left(PostgresLedger ledger, String promotion) {
    LedgerFigures figures = figures(ledger, promotion);
    return figures.free() + figures.leased();
  }

  private void assertRefused(StrategyAdjustment proposed, String reason) {
    StrategyAdjustment answer = book.adjust(proposed);
    assertThat(answer.status()).isEqualTo(Status.REFUSED);
    assertThat(answer.reason()).isEqualTo(reason);
  }

  @Test
  void theLedgerHasBothBudgetsWithTheRuleVersionThatMovesThem() {
    RuleSet rules = apply(RULES);
    try (PostgresLedger ledger = unattended(postgres)) {
      ledger.follow(rules);
      StrategyAdjustment answer = book.adjust(move("m1", EVEN, MOVED));
      assertThat(answer.status()).isEqualTo(Status.APPLIED);
      assertThat(answer.policyVersion()).isEqualTo("1");
      assertThat(budgets()).containsEntry("gift", 600L).containsEntry("ship", 1400L);
      assertThat(left(ledger, "gift")).isEqualTo(600);
      assertThat(left(ledger, "ship")).isEqualTo(1400);
      assertThat(book.current().orElseThrow().adjustmentId()).isEqualTo("m1");
    }
  }

  @Test
  void whatIsSpentOrPromisedDoesNotMove() {
    RuleSet rules = apply(RULES);
    try (PostgresLedger ledger = unattended(postgres)) {
      ledger.follow(rules);
      assertThat(ledger.reserve(claim("d1", "gift", 300))).isEmpty();
      ledger.flush(); // 300 are promised, 200 more of the leased half may be
      assertRefused(
          move("m1", EVEN, Map.of("gift", 499.0, "ship", 1501.0)),
          "gift would be left with 499 cents, 500 are spent or promised");
      var rest = move("m2", EVEN, Map.of("gift", 500.0, "ship", 1500.0));
      assertThat(book.adjust(rest).status()).isEqualTo(Status.APPLIED);
      assertThat(figures(ledger, "gift").free()).isZero();
      assertThat(ledger.reserve(claim("d2", "gift", 200))).as("from its lease").isEmpty();
      assertThat(ledger.reserve(claim("d3", "gift", 1))).isPresent();
      ledger.flush();
      assertThat(ledger.reserve(claim("d3", "gift", 1))).contains(Refusal.BUDGET_SPENT);
    }
  }

  @Test
  void aRevertMovesTheSameCentsBackWhateverMovedSince() {
    apply(RULES);
    book.adjust(move("m1", EVEN, MOVED));
    book.adjust(move("m2", MOVED, Map.of("gift", 500.0, "ship", 1500.0)));
    StrategyAdjustment reverted = book.revert("m1", "bob", "the gift is loved");
    assertThat(reverted.status()).isEqualTo(Status.REVERTED);
    assertThat(reverted.decidedBy()).isEqualTo("bob");
    assertThat(budgets()).containsEntry("gift", 900L).containsEntry("ship", 1100L);
  }

  @Test
  void aRevertOfWhatWasSpentSinceIsRefused() {
    apply(RULES);
    book.adjust(move("m1", EVEN, MOVED));
    Budgets.run(
        postgres,
        "UPDATE serving.budget_ledger SET committed_cents = 1300, free_cents = 100"
            + " WHERE promotion_id = 'ship'");
    assertThatThrownBy(() -> book.revert("m1", "bob", "too late"))
        .isInstanceOf(RefusedException.class)
        .hasMessage("ship would be left with 1000 cents, 1300 are spent or promised");
    assertThat(budgets()).containsEntry("ship", 1400L);
  }

  @Test
  void aPersonDecidesWhereTheRulesSaySo() {
    apply(RULES.replace("alpha: 0.05", "alpha: 0.05, mode: APPROVE"));
    assertThat(book.adjust(move("m1", EVEN, MOVED)).status()).isEqualTo(Status.PROPOSED);
    assertThat(budgets()).containsEntry("gift", 1000L);
    assertThat(book.approve("m1", "ada").status()).isEqualTo(Status.APPLIED);
    assertThat(budgets()).containsEntry("gift", 600L);
  }

  @Test
  void whereTheRulesOnlyWantToBeToldNothingMoves() {
    apply(RULES.replace("alpha: 0.05", "alpha: 0.05, mode: PROPOSE"));
    assertThat(book.adjust(move("m1", EVEN, MOVED)).status()).isEqualTo(Status.PROPOSED);
    assertThatThrownBy(() -> book.approve("m1", "ada"))
        .isInstanceOf(RefusedException.class)
        .hasMessageStartingWith("adjustment m1 only tells (mode: PROPOSE)");
    assertThat(budgets()).containsEntry("gift", 1000L);
  }

  @Test
  void aFileKeepsTheBudgetsThatItDoesNotChange() {
    apply(RULES);
    book.adjust(move("m1", EVEN, MOVED));
    apply(RULES.replace("percent: 5", "percent: 6"));
    assertThat(budgets()).containsEntry("gift", 600L).containsEntry("ship", 1400L);
    apply(RULES.replace("MUG}, budgetCents: 1000", "MUG}, budgetCents: 2000"));
    assertThat(budgets()).as("1000 more").containsEntry("gift", 1600L);
    assertThat(budgets()).containsEntry("ship", 1400L);
  }

  private static String file(int giftCents, int shipCents) {
    return RULES
        .replace("MUG}, budgetCents: 1000", "MUG}, budgetCents: " + giftCents)
        .replace("100}, budgetCents: 1000", "100}, budgetCents: " + shipCents);
  }

  private void assertBudgets(long gift, long ship) {
    assertThat(budgets()).containsEntry("gift", gift).containsEntry("ship", ship);
  }

  @Test
  void aBudgetThatAPersonChangesAddsUpWithTheOthersToTheFile() {
    apply(file(1000, 1000));
    book.adjust(move("m1", EVEN, MOVED));
    apply(file(1200, 1000));
    assertBudgets(800, 1400);
    apply(file(1200, 700));
    assertBudgets(800, 1100);
    book.revert("m1", "bob", "");
    assertBudgets(1200, 700);
  }

  @Test
  void aBudgetOfWhichMoreHasMovedThanAFileLeavesIsRefusedWhole() {
    RuleSet first = apply(file(1000, 1000));
    book.adjust(move("m1", EVEN, MOVED));
    String tooLittle = file(300, 1000).replace("percent: 5", "percent: 6");
    assertThatThrownBy(() -> apply(tooLittle))
        .isInstanceOf(RuleFileException.class)
        .hasMessageContaining(
            "rules.yaml:3: promotion gift: budgetCents: must be at least 400, since 400 of it have"
                + " moved to others, is '300'");
    assertBudgets(600, 1400);
    assertThat(book.current().orElseThrow().promotions().get(2))
        .isEqualTo(first.promotions().get(2));
    apply(file(400, 1000));
    assertBudgets(0, 1400);
  }

  @Test
  void centsThatMovedGoBackWhenWhoGaveOrTookThemLeaves() {
    apply(file(1000, 1000));
    book.adjust(move("m1", EVEN, MOVED));
    String settled = file(1000, 1000).replaceFirst("budgetMoves.*\n", "");
    apply(settled.replaceFirst("  - .id: gift.*\n", ""));
    assertThat(budgets()).containsEntry("ship", 1000L).doesNotContainKey("gift");
    apply(file(1000, 1000));
    assertBudgets(1000, 1000);
    assertThatThrownBy(() -> book.revert("m1", "bob", "twice"))
        .isInstanceOf(RefusedException.class)
        .hasMessage("m1 is not in force any more: a rule file has undone it");
    assertBudgets(1000, 1000);
    book.adjust(move("m2", EVEN, MOVED));
    apply(settled.replace("100}, budgetCents: 1000", "100}")); // ship without a limit
    assertThat(budgets()).containsEntry("gift", 1000L).containsEntry("ship", null);
  }

  private static String withoutGift() {
    return RULES.replaceFirst("budgetMoves.*\n", "").replaceFirst("  - .id: gift.*\n", "");
  }

  private boolean backTo(long version) {
    return book.backTo(version, Vocabulary.shipped(), "eve", "").isNew();
  }

  /** Else evaluation would take it for a person's word against moves, and leave budgets alone. */
  @Test
  void whoGoesBackDisagreesWithNoMoveThatAFileHasUndoneBefore() {
    apply(file(1000, 1000));
    book.adjust(move("m1", EVEN, MOVED));
    apply(withoutGift());
    assertThat(backTo(3)).as("all is so already").isFalse();
    apply(withoutGift().replace("percent: 5", "percent: 60"));
    assertThat(backTo(3)).isTrue();
    assertThat(book.adjustments())
        .extracting(StrategyAdjustment::status)
        .containsOnly(Status.APPLIED);
    assertThat(backTo(1)).isTrue();
    assertThat(book.adjustments())
        .extracting(StrategyAdjustment::status)
        .containsOnly(Status.APPLIED);
    assertBudgets(1000, 1000);
  }

  @Test
  void theSameBudgetsOnOtherMovesAreAnotherVersion() {
    apply(file(1000, 1000));
    book.adjust(move("m1", EVEN, MOVED));
    book.adjust(move("m2", MOVED, EVEN));
    apply(withoutGift());
    apply(file(1000, 1000));
    assertBudgets(1000, 1000);
    assertThat(backTo(3)).isTrue();
    book.revert("m2", "bob", "");
    assertBudgets(600, 1400);
  }

  @Test
  void whoGoesBackToBeforeAPromotionLeftHasItsMoveInForceAgain() {
    apply(file(1000, 1000));
    book.adjust(move("m1", EVEN, MOVED));
    apply(withoutGift());
    book.backTo(2, Vocabulary.shipped(), "eve", "");
    assertBudgets(600, 1400);
    assertThat(book.adjustments().get(0).status()).isEqualTo(Status.APPLIED);
    book.backTo(3, Vocabulary.shipped(), "eve", "");
    assertThat(book.adjustments().get(0).status()).isEqualTo(Status.REVERTED);
    book.backTo(4, Vocabulary.shipped(), "eve", "");
    book.revert("m1", "bob", "");
    assertBudgets(1000, 1000);
  }

  @Test
  void budgetsThatAPersonWritesDownAsTheyAreStayAndGoOnMoving() {
    apply(file(1000, 1000));
    book.adjust(move("m1", EVEN, MOVED));
    apply(file(600, 1400));
    assertBudgets(600, 1400);
    book.adjust(move("m2", MOVED, Map.of("gift", 500.0, "ship", 1500.0)));
    apply(file(600, 1400).replace("percent: 5", "percent: 6"));
    assertBudgets(500, 1500);
    apply(file(600, 1300));
    assertBudgets(500, 1400);
  }

  @Test
  void whatNoLongerFitsIsRefusedWithItsReason() {
    apply(RULES);
    assertRefused(
        move("stale", MOVED, EVEN),
        "budgets are {gift=1000.0, ship=1000.0} by now, the adjustment starts from"
            + " {gift=600.0, ship=1400.0}");
    assertRefused(
        move("sum", EVEN, Map.of("gift", 900.0, "ship", 1200.0)),
        "whole cents move and their sum stays, not from {gift=1000.0, ship=1000.0} to"
            + " {gift=900.0, ship=1200.0}");
    assertRefused(
        move("floor", EVEN, Map.of("gift", 199.0, "ship", 1801.0)),
        "gift would be left with 199 cents, the floor is 200");
    assertRefused(
        move("free", Map.of("free", 5.0, "ship", 1000.0), Map.of("free", 4.0, "ship", 1001.0)),
        "the budget of free does not move");
    apply(RULES.replaceFirst("budgetMoves.*\n", ""));
    assertRefused(move("off", EVEN, MOVED), "by rule version 2 no budget moves");
  }
}
