package io.promoflow.evaluation.flink;

import static io.promoflow.evaluation.TestShop.NOON;
import static io.promoflow.evaluation.TestShop.placed;
import static io.promoflow.evaluation.TestShop.shown;
import static io.promoflow.evaluation.flink.EvaluationJobTest.bounded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.ExposureRule;
import io.promoflow.evaluation.ResultRow;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.BudgetMoves;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Variant;
import io.promoflow.ingestion.schema.LoopHoldout;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import io.promoflow.ingestion.schema.Trigger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the loop does about itself and about budgets, on a Flink cluster. */
class LoopJobTest {
  @RegisterExtension
  static final MiniClusterExtension FLINK =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static final EvaluationOptions OPTIONS =
      EvaluationOptions.from(
          Settings.of(
              Map.of(
                  "kafka.bootstrap-servers", "unused",
                  "postgres.url", "unused",
                  "evaluation.adjust-every", "PT1H")));
  private static final double HELD_OUT = 0.2;

  private final List<Decision> decisions = new ArrayList<>();
  private final List<ShopEvent> events = new ArrayList<>();
  private final Map<String, ResultRow> loop = new HashMap<>();
  private final List<SampleRatioRow> ratios = new ArrayList<>();
  private final List<StrategyAdjustment> proposals = new ArrayList<>();

  private void run(RuleSet... rules) throws Exception {
    run(OPTIONS, rules);
  }

  private void run(EvaluationOptions options, RuleSet... rules) throws Exception {
    var configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    var env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(2);
    DataStream<StrategyAdjustment> adjustments =
        env.fromSequence(1, 1)
            .filter(number -> false)
            .map(number -> (StrategyAdjustment) null)
            .returns(StrategyAdjustment.class);
    var out =
        EvaluationJob.pipeline(
            new EvaluationJob.Inputs(
                bounded(env, decisions, Decision.class, Duration.ofMinutes(10)),
                bounded(env, events, ShopEvent.class, Duration.ofMinutes(10)),
                bounded(env, List.of(rules), RuleSet.class, null),
                adjustments),
            options,
            Clock.systemUTC());
    var results = out.results().collectAsync();
    var checks = out.sampleRatios().collectAsync();
    var proposed = out.proposals().collectAsync();
    env.execute();
    try (CloseableIterator<ResultRow> rows = results) {
      rows.forEachRemaining(
          row -> {
            if (row.experiment().equals(LoopHoldout.ID) && row.segment().equals("all")) {
              loop.put(row.metric(), row);
            }
          });
    }
    try (CloseableIterator<SampleRatioRow> rows = checks) {
      rows.forEachRemaining(
          row -> {
            if (row.experiment().equals(LoopHoldout.ID)) {
              ratios.add(row);
            }
          });
    }
    try (CloseableIterator<StrategyAdjustment> rows = proposed) {
      rows.forEachRemaining(proposals::add);
    }
  }

  private static Decision decided(
      String id, String shopper, Instant at, String experiment, String variant, long version) {
    return new Decision(
        id,
        "request-" + id,
        Trigger.VISIT,
        shopper,
        at,
        0,
        null,
        null,
        experiment,
        variant,
        null,
        1,
        0,
        List.of(),
        version,
        Map.of(),
        null,
        null,
        List.of());
  }

  private static RuleSet rules(long version, double holdoutShare) {
    return new RuleSet(
        version, "ada", "", NOON, null, List.of(), List.of(), List.of(), null, holdoutShare);
  }

  /** Everybody visits twice; who is not held out spends 900 cents more at a margin of 0.3. */
  private void shopWithHoldout(int shoppers, double lostOfHeldOut) {
    var random = new Random(3);
    for (int i = 0; i < shoppers; i++) {
      String shopper = "k1.s" + i;
      Instant at = NOON.plusSeconds(60L * i);
      boolean heldOut = random.nextDouble() < HELD_OUT;
      boolean lost = random.nextDouble() < lostOfHeldOut;
      String experiment = heldOut ? LoopHoldout.ID : i % 3 == 0 ? "tea-test" : null;
      String variant = heldOut ? LoopHoldout.HELD_OUT : experiment == null ? null : "control";
      if (!heldOut || !lost) {
        decisions.add(decided("a" + i, shopper, at, experiment, variant, 2));
        decisions.add(decided("b" + i, shopper, at.plusSeconds(900), experiment, variant, 2));
      }
      long price = 3_000L + (i % 7) * 100L + (heldOut ? 0 : 900);
      events.add(placed("e" + i, shopper, at.plusSeconds(600), "o" + i, price, 0));
    }
    decisions.add(decided("early", "k1.early", NOON.minusSeconds(60), null, null, 1));
  }

  private double meanProfit(boolean heldOut) {
    var shoppers = new HashMap<String, Boolean>();
    for (Decision decision : decisions) {
      if (decision.ruleVersion() == 2) {
        shoppers.put(decision.shopperId(), LoopHoldout.ID.equals(decision.experimentId()));
      }
    }
    return events.stream()
        .filter(event -> Boolean.valueOf(heldOut).equals(shoppers.get(event.shopperId())))
        .mapToLong(event -> Math.round(0.3 * event.unitPriceCents()))
        .average()
        .orElseThrow();
  }

  @Test
  void whatPromotingBringsIsMeasuredAgainstThoseWhoAreHeldOut() throws Exception {
    shopWithHoldout(1_500, 0);
    run(rules(1, 0), rules(2, HELD_OUT));
    ResultRow profit = loop.get("profit");
    assertThat(profit.variant()).isEqualTo(LoopHoldout.PROMOTED);
    assertThat(profit.control()).isEqualTo(LoopHoldout.HELD_OUT);
    assertThat(profit.units() + profit.controlUnits())
        .as("each shopper once, and nobody decided for under rules without holdout")
        .isEqualTo(1_500);
    assertThat(profit.difference()).isCloseTo(meanProfit(false) - meanProfit(true), within(1e-9));
    assertThat(profit.alwaysValidLow()).isPositive();
    assertThat(profit.contaminatedUnits()).isZero();
    SampleRatioRow check = ratios.get(ratios.size() - 1);
    assertThat(check.ok()).isTrue();
    assertThat(check.uncheckedUnits()).isZero();
    assertThat(check.expected().get(LoopHoldout.HELD_OUT)).isCloseTo(300, within(1e-9));
  }

  /** Who is held out is shown nothing, and no promotion of an experiment could have suited them. */
  @ParameterizedTest
  @EnumSource
  void everyDecisionCountsWhateverExposesAndWhoeverCountsElsewhere(ExposureRule rule)
      throws Exception {
    shopWithHoldout(300, 0);
    run(
        EvaluationOptions.from(
            Settings.of(
                Map.of(
                    "kafka.bootstrap-servers", "unused",
                    "postgres.url", "unused",
                    "evaluation.exposure", rule.name(),
                    "evaluation.population", "TRIGGERED"))),
        rules(1, 0),
        rules(2, HELD_OUT));
    ResultRow profit = loop.get("profit");
    assertThat(profit.units() + profit.controlUnits()).isEqualTo(300);
    assertThat(profit.difference()).isCloseTo(meanProfit(false) - meanProfit(true), within(1e-9));
  }

  @Test
  void decisionsUnderRulesThatAreGoneExposeNeitherGroup() throws Exception {
    shopWithHoldout(50, 0);
    run(rules(3, HELD_OUT));
    assertThat(loop).isEmpty();
    assertThat(ratios).isEmpty();
  }

  @Test
  void heldOutShoppersWhoAreLostFromTheLogAreMissed() throws Exception {
    shopWithHoldout(1_500, 0.5);
    run(rules(1, 0), rules(2, HELD_OUT));
    assertThat(ratios.get(ratios.size() - 1).ok()).isFalse();
  }

  @Test
  void nobodyIsExposedWhereNobodyIsHeldOut() throws Exception {
    shopWithHoldout(50, 1);
    decisions.removeIf(decision -> LoopHoldout.ID.equals(decision.experimentId()));
    run(rules(1, 0), rules(2, 0));
    assertThat(loop).isEmpty();
    assertThat(ratios).isEmpty();
  }

  @Test
  void whatAVariantGaveBeforeItsPromotionChangedIsNotCreditedToTheNew() throws Exception {
    shopWithTwoTests();
    var limits = new BudgetMoves(List.of(), 0.1, 0.25, 100, 0.05, null, null);
    var promotions = List.of(promotion("gift"), promotion("ship"), promotion("new"));
    var before = List.of(gives("gift"), gives("ship"));
    var after = List.of(gives("gift"), gives("ship-test", "new"));
    run(
        new RuleSet(1, "ada", "", NOON, null, promotions, before, List.of(), limits, 0),
        new RuleSet(2, "ada", "", NOON, null, promotions, after, List.of(), limits, 0));
    assertThat(proposals).isEmpty();
  }

  private static Experiment gives(String promotion) {
    return gives(promotion + "-test", promotion);
  }

  private static Experiment gives(String id, String promotion) {
    return new Experiment(
        id,
        promotion,
        Trigger.VISIT,
        List.of(
            new Variant("control", true, 0.5, List.of()),
            new Variant("give", false, 0.5, List.of(promotion))),
        List.of(),
        List.of(),
        false,
        null,
        null,
        "profit",
        List.of(),
        0,
        null,
        Experiment.Status.RUNNING);
  }

  private static Promotion promotion(String id) {
    var terms = new Promotion.Terms(null, 100L, null, null, "CODE", null, null);
    List<String> all = List.of();
    return new Promotion(
        id,
        PromotionKind.COUPON,
        terms,
        all,
        all,
        List.of(),
        null,
        null,
        10_000L,
        null,
        null,
        0,
        null);
  }

  /**
   * The gift costs 100 and brings nothing, shipping costs 100 and brings 400. Who is shown one at
   * the very tick orders after it, so that the cost varies.
   */
  private void shopWithTwoTests() {
    var random = new Random(5);
    for (int i = 0; i < 400; i++) {
      for (String promotion : List.of("gift", "ship")) {
        String id = promotion + i;
        Instant at = NOON.plusSeconds(30L * i);
        String variant = i % 2 == 0 ? "give" : "control";
        decisions.add(decided("d" + id, "k1." + id, at, promotion + "-test", variant, 1));
        events.add(shown("v" + id, "k1." + id, at, "d" + id));
        boolean given = variant.equals("give");
        double brings = given && promotion.equals("ship") ? 400 / 0.3 : 0;
        long price = Math.round(5_000 + 300 * random.nextGaussian() + brings);
        events.add(
            placed("e" + id, "k1." + id, at.plusSeconds(60), "o" + id, price, given ? 100 : 0));
      }
    }
  }

  @Test
  void budgetMovesToWhatReturnsMore() throws Exception {
    shopWithTwoTests();
    var limits = new BudgetMoves(List.of(), 0.1, 0.25, 100, 0.05, null, null);
    run(
        new RuleSet(
            1,
            "ada",
            "",
            NOON,
            null,
            List.of(promotion("gift"), promotion("ship")),
            List.of(gives("gift"), gives("ship")),
            List.of(),
            limits,
            0));
    assertThat(proposals).hasSize(1);
    StrategyAdjustment move = proposals.get(0);
    assertThat(move.change()).isEqualTo(Change.MOVE_BUDGET);
    assertThat(move.experimentId()).isEqualTo("ship-test");
    assertThat(move.from()).isEqualTo(Map.of("gift", 10_000.0, "ship", 10_000.0));
    assertThat(move.to()).isEqualTo(Map.of("gift", 7_500.0, "ship", 12_500.0));
    assertThat(move.evidence().difference()).isCloseTo(4, within(0.8));
    assertThat(move.evidence().low()).isPositive();
  }
}
