package io.promoflow.serving.ledger;

import static io.promoflow.serving.ledger.Budgets.NOON;
import static io.promoflow.serving.ledger.Budgets.claim;
import static io.promoflow.serving.ledger.Budgets.figures;
import static io.promoflow.serving.ledger.Budgets.settled;
import static io.promoflow.serving.ledger.Budgets.unattended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.features.Declarations;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import io.promoflow.ingestion.schema.StrategyAdjustment.Evidence;
import io.promoflow.ingestion.schema.StrategyAdjustment.Status;
import io.promoflow.serving.Postgres;
import io.promoflow.serving.rules.RefusedException;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleChange;
import io.promoflow.serving.rules.RuleFile;
import io.promoflow.serving.rules.RuleFileException;
import io.promoflow.serving.rules.RulePlan;
import io.promoflow.serving.rules.Told;
import io.promoflow.serving.rules.Vocabulary;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A file that was a mistake is taken back, on a real rule book and ledger. */
class BackToVersionTest {
  private static final Vocabulary SHIPPED = Vocabulary.shipped();
  private static final Map<String, Double> EVEN = Map.of("control", 0.5, "mug", 0.5);
  private static final Map<String, Double> MOVED = Map.of("control", 0.4, "mug", 0.6);
  private static final String GOOD =
      """
      # as it was meant
      budgetMoves: {floor: 0.1, maxStep: 0.5, minimumUnits: 100, alpha: 0.05}
      promotions:
        - id: mug
          kind: coupon
          terms: {amountCents: 100, couponCode: MUG}
          eligibility: [{field: orders_7d, operator: GE, number: 1}]
          budgetCents: 300
          stock: 3
        - {id: ship, kind: free-shipping, terms: {amountCents: 100}, budgetCents: 300}
      experiments:
        - id: mugs
          trigger: VISIT
          primaryMetric: profit
          variants:
            - {id: control, control: true, weight: 0.5}
            - {id: mug, weight: 0.5, promotions: [mug]}
          policy: {floor: 0.1, maxStep: 0.3, minimumUnits: 100, alpha: 0.05}
      """;
  private static final String MISTAKE =
      GOOD.replace("{amountCents: 100, couponCode", "{amountCents: 50, couponCode")
          .replace("budgetCents: 300\n    stock: 3", "budgetCents: 3000\n    stock: 30");
  private static Postgres postgres;

  private final Told told = new Told();
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
    book = new RuleBook(postgres.store(), told, Clock.fixed(Budgets.NOON, ZoneOffset.UTC));
  }

  private RuleSet apply(String text) {
    return book.apply(RuleFile.parse("rules.yaml", text), "ada", "").after();
  }

  private static StrategyAdjustment adjustment(
      String id, Change change, Map<String, Double> from, Map<String, Double> to) {
    return new StrategyAdjustment(
        id,
        "mugs",
        null,
        change,
        from,
        to,
        new Evidence("profit", "mug", 500, 500, 0.8, 0.1, 1.5, 0.01),
        "shift",
        Status.PROPOSED,
        Budgets.NOON,
        "policy",
        Budgets.NOON,
        null,
        null,
        null,
        "1");
  }

  @Test
  void theRulesOfThenAreInForceAgainOnTheirFileAndAreTold() {
    RuleSet first = apply(GOOD);
    RuleSet mistake = apply(MISTAKE);
    RuleChange planned = book.planBack(1, SHIPPED, "eve", "");
    assertThat(planned.before()).isEqualTo(mistake);
    assertThat(planned.differences())
        .containsExactly(
            "~ promotion mug",
            "    terms.amountCents: 50 -> 100",
            "    budgetCents: 3000 -> 300",
            "    stock: 30 -> 3");
    assertThat(book.versions().lines()).as("a plan changes nothing").hasSize(2);

    RuleSet back = book.backTo(1, SHIPPED, "eve", "wrong file").after();
    assertThat(back.version()).isEqualTo(3);
    assertThat(back.author()).isEqualTo("eve");
    assertThat(back.note()).isEqualTo("wrong file");
    assertThat(RulePlan.between(first, back)).isEmpty();
    assertThat(book.current()).contains(back);
    assertThat(told.rules).containsExactly(first, mistake, back);
    assertThat(book.versions().lines())
        .extracting(line -> book.versions().find(line.version()).orElseThrow().sourceText())
        .containsExactly(GOOD, MISTAKE, GOOD);
    assertThat(book.backTo(1, SHIPPED, "eve", "again").after())
        .as("no version for nothing")
        .isEqualTo(back);
    assertThat(apply(GOOD).version()).as("the file that is in force").isEqualTo(3);
  }

  @Test
  void weightsAndBudgetsAreThoseOfThatVersionAndAdjustmentsSinceCountAsReverted() {
    apply(GOOD);
    book.adjust(adjustment("a1", Change.SHIFT_WEIGHTS, EVEN, MOVED));
    RuleSet learned = book.current().orElseThrow();
    book.adjust(
        adjustment(
            "m1",
            Change.MOVE_BUDGET,
            Map.of("mug", 300.0, "ship", 300.0),
            Map.of("mug", 400.0, "ship", 200.0)));
    apply(MISTAKE.replace("weight: 0.5", "weight: 0.50"));
    RuleSet back = book.backTo(2, SHIPPED, "eve", "").after();
    assertThat(back.experiments()).isEqualTo(learned.experiments());
    assertThat(back.promotions()).isEqualTo(learned.promotions());
    assertThat(book.adjustments())
        .extracting(StrategyAdjustment::id, StrategyAdjustment::status)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("a1", Status.APPLIED),
            org.assertj.core.groups.Tuple.tuple("m1", Status.REVERTED));
    assertThat(told.adjustments.get(told.adjustments.size() - 1).reason())
        .isEqualTo("back to rule version 2");
    assertThat(book.revert("m1", "eve", "twice").ruleVersion())
        .as("cents do not go back twice")
        .isEqualTo(back.version());
    assertThat(book.current()).contains(back);
  }

  @Test
  void budgetsThatAreSpentByNowAreRefusedAndNothingChanges() {
    apply(GOOD);
    RuleSet mistake = apply(MISTAKE);
    try (PostgresLedger ledger = unattended(postgres)) {
      ledger.follow(mistake);
      for (int i = 0; i < 4; i++) {
        assertThat(ledger.reserve(claim("d" + i, "mug", 100))).isEmpty();
      }
      ledger.flush();
      var withCode = new Redemption("k1", "d1", Redemption.Action.COMMIT, null, "MUG", NOON);
      assertThat(settled(ledger, withCode).settled()).isTrue();
      assertThatThrownBy(() -> book.backTo(1, SHIPPED, "eve", ""))
          .isInstanceOf(RefusedException.class)
          .hasMessage(
              "mug: budgetCents was 300 in rule version 1, 400 are spent or promised by now\n"
                  + "mug: stock was 3 in rule version 1, 4 are spent or promised by now");
      assertThat(book.current()).contains(mistake);
      assertThat(figures(ledger, "mug").budget()).isEqualTo(3_000);
    }
  }

  @Test
  void theLedgerKeepsToTheBudgetsFromThatVersionOn() {
    apply(GOOD);
    RuleSet mistake = apply(MISTAKE);
    try (PostgresLedger ledger = unattended(postgres)) {
      ledger.follow(mistake);
      assertThat(ledger.reserve(claim("d1", "mug", 100))).isEmpty();
      ledger.flush();
      RuleSet back = book.backTo(1, SHIPPED, "eve", "").after();
      assertThat(figures(ledger, "mug").budget()).as("no second later").isEqualTo(300);
      ledger.follow(back);
      int promised = 0;
      for (int i = 2; i < 10; i++) {
        promised += ledger.reserve(claim("d" + i, "mug", 100)).isEmpty() ? 1 : 0;
      }
      ledger.flush();
      assertThat(promised).isLessThanOrEqualTo(2);
      assertThat(figures(ledger, "mug").overspent()).isZero();
    }
  }

  @Test
  void whatIsNotThereOrNoLongerDeclaredIsRefused() {
    assertThatThrownBy(() -> book.backTo(1, SHIPPED, "eve", ""))
        .isInstanceOf(RefusedException.class)
        .hasMessage("there are no rules yet");
    apply(GOOD);
    RuleSet mistake = apply(MISTAKE);
    assertThatThrownBy(() -> book.backTo(7, SHIPPED, "eve", ""))
        .isInstanceOf(RefusedException.class)
        .hasMessage("there is no rule version 7");
    var withoutOrders =
        Vocabulary.of(
            Declarations.parse(
                "features.yaml",
                """
                features:
                  - {name: views, events: [PRODUCT_VIEWED], aggregate: count, unit: u, meaning: m, owner: o}
                """));
    assertThatThrownBy(() -> book.backTo(1, withoutOrders, "eve", ""))
        .isInstanceOf(RuleFileException.class)
        .hasMessageContaining(
            "rule version 1:7: promotion mug: eligibility[0].field: unknown field");
    assertThatThrownBy(() -> book.backTo(1, SHIPPED.withMetrics(List.of("visits")), "eve", ""))
        .isInstanceOf(RuleFileException.class)
        .hasMessageContaining("primaryMetric");
    assertThat(book.current()).contains(mistake);
  }

  private Map<String, Double> weights() {
    var weights = new TreeMap<String, Double>();
    book.current()
        .orElseThrow()
        .experiments()
        .get(0)
        .variants()
        .forEach(variant -> weights.put(variant.id(), variant.weight()));
    return weights;
  }

  private StrategyAdjustment known(String id) {
    return book.adjustments().stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
  }

  private void assertStands(String id, Status status, long ruleVersion) {
    assertThat(known(id).status()).isEqualTo(status);
    assertThat(known(id).ruleVersion()).isEqualTo(ruleVersion);
    assertThat(told.adjustments).last().isEqualTo(known(id));
  }

  @Test
  void anAdjustmentThatIsInForceAgainIsAppliedAndCanBeUndoneAgain() {
    apply(GOOD);
    book.adjust(adjustment("a1", Change.SHIFT_WEIGHTS, EVEN, MOVED));
    book.revert("a1", "eve", "not convinced");
    book.backTo(2, SHIPPED, "eve", "convinced");
    assertThat(weights()).isEqualTo(MOVED);
    assertStands("a1", Status.APPLIED, 4);
    assertThat(known("a1").decidedBy()).isEqualTo("eve");
    assertThat(known("a1").reason()).isNull();

    book.revert("a1", "eve", "not at all");
    assertThat(weights()).isEqualTo(EVEN);
    assertStands("a1", Status.REVERTED, 5);
    book.backTo(4, SHIPPED, "eve", "a version that was gone back to");
    assertThat(weights()).isEqualTo(MOVED);
    assertStands("a1", Status.APPLIED, 6);
    book.backTo(3, SHIPPED, "eve", "between the two");
    assertThat(weights()).isEqualTo(EVEN);
    assertStands("a1", Status.REVERTED, 7);
  }

  @Test
  void whoGoesBackTooFarGoesForthAgain() {
    apply(GOOD);
    Map<String, Double> even = Map.of("mug", 300.0, "ship", 300.0);
    Map<String, Double> moved = Map.of("mug", 400.0, "ship", 200.0);
    book.adjust(adjustment("m1", Change.MOVE_BUDGET, even, moved));
    book.backTo(1, SHIPPED, "eve", "by mistake");
    assertStands("m1", Status.REVERTED, 3);
    RuleSet forth = book.backTo(2, SHIPPED, "eve", "as it was").after();
    assertThat(forth.promotions().get(0).budgetCents()).isEqualTo(400);
    assertStands("m1", Status.APPLIED, 4);
    book.revert("m1", "eve", "");
    assertThat(book.current().orElseThrow().promotions().get(0).budgetCents()).isEqualTo(300);
  }

  @Test
  void anAdjustmentThatAnOlderReleaseLeftRevertedIsAppliedAgainByGoingThereOnceMore() {
    apply(GOOD);
    book.adjust(adjustment("a1", Change.SHIFT_WEIGHTS, EVEN, MOVED));
    book.backTo(1, SHIPPED, "eve", "");
    RuleSet forth = book.backTo(2, SHIPPED, "eve", "").after();
    Budgets.run(
        postgres,
        "UPDATE serving.rule_adjustments SET status = 'REVERTED',"
            + " adjustment = adjustment || '{\"status\": \"REVERTED\"}'");
    RuleChange again = book.backTo(2, SHIPPED, "eve", "");
    assertThat(again.differences()).isEmpty();
    assertThat(again.isNew()).isTrue();
    assertStands("a1", Status.APPLIED, forth.version() + 1);
    assertThat(book.backTo(2, SHIPPED, "eve", "").isNew()).as("once").isFalse();
    book.revert("a1", "eve", "");
    assertThat(weights()).isEqualTo(EVEN);
  }

  @Test
  void whatWasCarriedOutBeforeStaysAppliedWhereverOneGoes() {
    apply(GOOD);
    book.adjust(adjustment("a1", Change.SHIFT_WEIGHTS, EVEN, MOVED));
    book.backTo(1, SHIPPED, "eve", "");
    book.backTo(2, SHIPPED, "eve", "");
    apply(MISTAKE);
    book.backTo(2, SHIPPED, "eve", "further back than where a1 came in again");
    assertThat(known("a1").status()).isEqualTo(Status.APPLIED);
    assertThat(weights()).isEqualTo(MOVED);
  }
}
