package io.promoflow.evaluation.flink;

import static io.promoflow.evaluation.TestShop.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.evaluation.Group;
import io.promoflow.evaluation.policy.MeasuredReturn;
import io.promoflow.ingestion.schema.BudgetMoves;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import io.promoflow.ingestion.schema.StrategyAdjustment.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Gift and shipping have 1,000 cents each; shipping returns surely more. */
class BudgetProposalsTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final BudgetMoves EVERY_TICK =
      new BudgetMoves(List.of(), 0.1, 0.2, 100, 0.05, null, null);

  private KeyedTwoInputStreamOperatorTestHarness<String, TickReturn, BudgetNews, StrategyAdjustment>
      harness;

  @BeforeEach
  void open() throws Exception {
    var clock = Clock.fixed(NOON.plusSeconds(1), ZoneOffset.UTC);
    harness =
        new KeyedTwoInputStreamOperatorTestHarness<>(
            new KeyedCoProcessOperator<>(new BudgetProposals(ShopperHarness.OPTIONS, clock)),
            one -> BudgetProposals.KEY,
            one -> BudgetProposals.KEY,
            Types.STRING);
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private void said(Instant tick, String promotion, double value) throws Exception {
    var measured =
        new MeasuredReturn(
            promotion,
            promotion + "-test",
            "give",
            new Group(900, 500 + 100 * value, 40_000),
            new Group(900, 500, 40_000),
            new Group(900, 100, 900),
            new Group(900, 0, 0));
    long seen = tick.plusSeconds(5).toEpochMilli();
    harness.processElement1(
        new TickReturn(tick.toEpochMilli(), seen, promotion + "-test", "give", measured), 0);
  }

  private void rules(long version, BudgetMoves limits, long gift, long ship) throws Exception {
    var budgets = new HashMap<>(Map.of("gift", gift, "ship", ship));
    var experiments = List.of("gift-test", "ship-test");
    harness.processElement2(
        new BudgetNews(new BudgetNews.Rules(version, limits, budgets, experiments, null), null), 0);
  }

  private void answered(StrategyAdjustment proposal, Status status, Long version) throws Exception {
    harness.processElement2(
        BudgetNews.of(
            new StrategyAdjustment(
                proposal.id(),
                proposal.experimentId(),
                null,
                proposal.change(),
                proposal.from(),
                proposal.to(),
                proposal.evidence(),
                proposal.policy(),
                status,
                proposal.at(),
                "bob",
                NOON,
                null,
                version,
                null)),
        0);
  }

  private void timeIs(Instant at) throws Exception {
    harness.processBothWatermarks(new Watermark(at.toEpochMilli()));
  }

  private List<StrategyAdjustment> proposals() {
    return harness.extractOutputValues();
  }

  private void bothSaid(Instant tick) throws Exception {
    said(tick, "gift", -1);
    said(tick, "ship", 2);
  }

  @Test
  void clearReturnsMoveAStepAtTheirTick() throws Exception {
    rules(1, EVERY_TICK, 1_000, 1_000);
    bothSaid(NOON);
    timeIs(NOON.minusMillis(1));
    assertThat(proposals()).isEmpty();
    timeIs(NOON);
    assertThat(proposals()).hasSize(1);
    StrategyAdjustment move = proposals().get(0);
    assertThat(move.change()).isEqualTo(Change.MOVE_BUDGET);
    assertThat(move.experimentId()).isEqualTo("ship-test");
    assertThat(move.to()).isEqualTo(Map.of("gift", 800.0, "ship", 1_200.0));
    assertThat(move.at()).isEqualTo(NOON);
    assertThat(move.outcomeSeenAt()).isEqualTo(NOON.plusSeconds(5));
    assertThat(move.policyVersion()).isEqualTo("1");
  }

  @Test
  void whatALaterTickSaysIsNotUsed() throws Exception {
    rules(1, EVERY_TICK, 1_000, 1_000);
    said(NOON, "gift", -1);
    said(NOON.plus(HOUR), "ship", 2);
    timeIs(NOON);
    assertThat(proposals()).isEmpty();
    timeIs(NOON.plus(HOUR));
    assertThat(proposals()).hasSize(1);
  }

  @Test
  void whatIsTakenBackMovesNothing() throws Exception {
    rules(1, EVERY_TICK, 1_000, 1_000);
    said(NOON, "ship", 2);
    timeIs(NOON);
    Instant next = NOON.plus(HOUR);
    said(next, "gift", -1);
    harness.processElement1(new TickReturn(next.toEpochMilli(), 0, "ship-test", "give", null), 0);
    timeIs(next);
    assertThat(proposals()).isEmpty();
  }

  @Test
  void theNextStepWaitsForTheRulesAndForTheCoolDown() throws Exception {
    var slowly = new BudgetMoves(List.of(), 0.1, 0.2, 100, 0.05, null, HOUR.toMillis() * 2);
    rules(1, slowly, 1_000, 1_000);
    bothSaid(NOON);
    timeIs(NOON);
    answered(proposals().get(0), Status.APPLIED, 2L);
    bothSaid(NOON.plus(HOUR.multipliedBy(3)));
    timeIs(NOON.plus(HOUR.multipliedBy(3)));
    assertThat(proposals()).as("rules of version 2 were not seen yet").hasSize(1);
    rules(2, slowly, 800, 1_200);
    bothSaid(NOON.plus(HOUR.multipliedBy(4)));
    timeIs(NOON.plus(HOUR.multipliedBy(4)));
    assertThat(proposals()).hasSize(2);
    assertThat(proposals().get(1).to()).isEqualTo(Map.of("gift", 640.0, "ship", 1_360.0));
    answered(proposals().get(1), Status.APPLIED, 3L);
    rules(3, slowly, 640, 1_360);
    bothSaid(NOON.plus(HOUR.multipliedBy(5)));
    timeIs(NOON.plus(HOUR.multipliedBy(5)));
    assertThat(proposals()).as("it cools down").hasSize(2);
  }

  @Test
  void whereTheRulesMoveNoBudgetNothingIsProposed() throws Exception {
    bothSaid(NOON);
    timeIs(NOON);
    rules(1, null, 1_000, 1_000);
    bothSaid(NOON.plus(HOUR));
    timeIs(NOON.plus(HOUR));
    assertThat(proposals()).isEmpty();
  }

  @Test
  void anUnknownPolicyIsNamedWithThoseThatThereAre() {
    assertThatThrownBy(() -> BudgetProposals.policy("greedy"))
        .hasMessage("evaluation.budget-policy: no policy 'greedy'; there are [to-higher-return]");
  }
}
