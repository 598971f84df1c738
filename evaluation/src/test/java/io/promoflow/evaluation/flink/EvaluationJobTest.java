package io.promoflow.evaluation.flink;

import static io.promoflow.evaluation.TestShop.CONTROL;
import static io.promoflow.evaluation.TestShop.NOON;
import static io.promoflow.evaluation.TestShop.TEA_TEST;
import static io.promoflow.evaluation.TestShop.TEN_OFF;
import static io.promoflow.evaluation.TestShop.decision;
import static io.promoflow.evaluation.TestShop.placed;
import static io.promoflow.evaluation.TestShop.rules;
import static io.promoflow.evaluation.TestShop.shown;
import static io.promoflow.evaluation.TestShop.teaTest;
import static io.promoflow.evaluation.TestShop.triggered;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.evaluation.ResultRow;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole pipeline on a Flink cluster. */
class EvaluationJobTest {
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

  private record Shop(List<Decision> decisions, List<ShopEvent> events) {}

  private record Final(
      Map<String, ResultRow> results,
      Map<String, SampleRatioRow> sampleRatios,
      Map<String, PromotionRow> promotions,
      Map<String, ResultRow> populations,
      Map<String, Checked> checks,
      Map<String, ShownDelta> shown,
      List<StrategyAdjustment> proposals) {}

  private record Checked(boolean ok, Map<String, Long> observed, Map<String, Double> expected) {
    static Checked of(SampleRatioRow row) {
      return new Checked(row.ok(), row.observed(), row.expected());
    }

    long units() {
      return observed.values().stream().mapToLong(one -> one).sum();
    }
  }

  /**
   * Segment s1 gains by the promotion, s2 does not; 400 shoppers within ten hours, all of whom see
   * what was decided.
   */
  private static Shop shop() {
    return shop(0.8);
  }

  private static Shop shop(double persuadedOrderRate) {
    var random = new Random(7);
    var decisions = new ArrayList<Decision>();
    var events = new ArrayList<ShopEvent>();
    for (int i = 0; i < 400; i++) {
      String shopper = "k1.s" + i;
      String variant = random.nextBoolean() ? CONTROL : TEN_OFF;
      String segment = i % 2 == 0 ? "s1" : "s2";
      Instant at = NOON.plusSeconds(90L * i);
      decisions.add(decision("d" + i, shopper, at, variant, segment));
      events.add(shown("v" + i, shopper, at.plusSeconds(3), "d" + i));
      boolean persuaded = segment.equals("s1") && variant.equals(TEN_OFF);
      if (random.nextDouble() < (persuaded ? persuadedOrderRate : 0.2)) {
        long discount = variant.equals(TEN_OFF) && persuadedOrderRate > 0.2 ? 100 : 0;
        events.add(placed("e" + i, shopper, at.plusSeconds(600), "o" + i, 5000 + i, discount));
      }
    }
    return new Shop(decisions, events);
  }

  static <T> DataStream<T> bounded(
      StreamExecutionEnvironment env, List<T> records, Class<T> type, Duration bound) {
    DataStream<T> stream = env.fromData(TypeInformation.of(type), recordsOf(records, type));
    return bound == null
        ? stream
        : stream.assignTimestampsAndWatermarks(
            WatermarkStrategy.<T>forBoundedOutOfOrderness(bound)
                .withTimestampAssigner(
                    (record, previous) ->
                        (record instanceof Decision d ? d.at() : ((ShopEvent) record).at())
                            .toEpochMilli()));
  }

  @SuppressWarnings("unchecked")
  private static <T> T[] recordsOf(List<T> records, Class<T> type) {
    return records.toArray((T[]) java.lang.reflect.Array.newInstance(type, 0));
  }

  private static Final run(Shop shop, int parallelism, Duration bound) throws Exception {
    return run(OPTIONS, shop, parallelism, bound);
  }

  private static Final run(EvaluationOptions options, Shop shop, int parallelism, Duration bound)
      throws Exception {
    var configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    var env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(parallelism);
    DataStream<StrategyAdjustment> adjustments =
        env.fromSequence(1, 1)
            .filter(number -> false)
            .map(number -> (StrategyAdjustment) null)
            .returns(StrategyAdjustment.class);
    var out =
        EvaluationJob.pipeline(
            new EvaluationJob.Inputs(
                bounded(env, shop.decisions(), Decision.class, bound),
                bounded(env, shop.events(), ShopEvent.class, bound),
                bounded(env, List.of(rules(1, teaTest(0.5, true))), RuleSet.class, null),
                adjustments),
            options,
            Clock.systemUTC());
    var results = out.results().collectAsync();
    var ratios = out.sampleRatios().collectAsync();
    var promotions = out.promotions().collectAsync();
    var populations = out.populations().collectAsync();
    var populationRatios = out.populationRatios().collectAsync();
    var shown = out.shown().collectAsync();
    var proposals = out.proposals().collectAsync();
    env.execute();
    var last =
        new Final(
            new HashMap<>(),
            new HashMap<>(),
            new HashMap<>(),
            new HashMap<>(),
            new HashMap<>(),
            new HashMap<>(),
            new ArrayList<>());
    try (CloseableIterator<PopulationRow> rows = populations) {
      rows.forEachRemaining(
          row -> {
            ResultRow its = row.result();
            String key = row.population().id() + " " + its.segment() + " " + its.metric();
            last.populations().put(key, withoutWall(its));
          });
    }
    try (CloseableIterator<PopulationRatioRow> rows = populationRatios) {
      rows.forEachRemaining(row -> last.checks().put(row.population(), Checked.of(row.check())));
    }
    try (CloseableIterator<ShownRow> rows = shown) {
      rows.forEachRemaining(row -> last.shown().put(row.counted().of().variant(), row.counted()));
    }
    try (CloseableIterator<ResultRow> rows = results) {
      rows.forEachRemaining(
          row -> {
            String key = row.segment() + " " + row.variant() + " " + row.metric();
            last.results().put(key, withoutWall(row));
          });
    }
    try (CloseableIterator<SampleRatioRow> rows = ratios) {
      rows.forEachRemaining(row -> last.sampleRatios().put(row.experiment(), row));
    }
    try (CloseableIterator<PromotionRow> rows = promotions) {
      rows.forEachRemaining(
          row ->
              last.promotions()
                  .put(row.day().toString(), new PromotionRow(row.day(), row.sums(), null)));
    }
    try (CloseableIterator<StrategyAdjustment> rows = proposals) {
      rows.forEachRemaining(last.proposals()::add);
    }
    return last;
  }

  private static ResultRow withoutWall(ResultRow r) {
    return new ResultRow(
        r.experiment(),
        r.variant(),
        r.control(),
        r.metric(),
        r.segment(),
        r.units(),
        r.controlUnits(),
        r.matureUnits(),
        r.matureControlUnits(),
        r.mean(),
        r.controlMean(),
        r.variance(),
        r.controlVariance(),
        r.difference(),
        r.standardError(),
        r.low(),
        r.high(),
        r.alwaysValidLow(),
        r.alwaysValidHigh(),
        r.p(),
        r.alwaysValidP(),
        r.relativeLift(),
        r.relativeLow(),
        r.relativeHigh(),
        r.contaminatedUnits(),
        r.updatedEventTime(),
        null);
  }

  @Test
  void plantedEffectIsFoundInItsSegmentAndShiftsItsWeights() throws Exception {
    Final last = run(shop(), 2, Duration.ofMinutes(20));

    ResultRow planted = last.results().get("s1 ten-off profit");
    assertThat(planted.alwaysValidLow()).isPositive();
    ResultRow nothing = last.results().get("s2 ten-off profit");
    assertThat(nothing.alwaysValidLow()).isNegative();
    assertThat(nothing.alwaysValidHigh()).isPositive();
    assertThat(last.results().get("all ten-off profit").units())
        .isEqualTo(planted.units() + nothing.units());
    assertThat(last.sampleRatios().get(TEA_TEST).ok()).isTrue();
    assertThat(last.promotions()).hasSize(1);
    assertThat(last.proposals()).hasSize(1); // it stays unanswered, so there is no second one
    StrategyAdjustment proposal = last.proposals().get(0);
    assertThat(proposal.segment()).isEqualTo("s1");
    assertThat(proposal.change()).isEqualTo(StrategyAdjustment.Change.SHIFT_WEIGHTS);
    assertThat(proposal.to()).containsEntry(TEN_OFF, 0.7).containsEntry(CONTROL, 0.3);
    assertThat(proposal.evidence().low()).isPositive();
    assertThat(proposal.outcomeSeenAt()).isNotNull();
  }

  @Test
  void twoNamesForTheSameStrategyAreLeftAlone() throws Exception {
    Final last = run(shop(0.2), 2, Duration.ofMinutes(20));

    assertThat(last.proposals()).isEmpty();
    ResultRow overall = last.results().get("all ten-off profit");
    assertThat(overall.alwaysValidLow()).isNegative();
    assertThat(overall.alwaysValidHigh()).isPositive();
  }

  @Test
  void orderRepetitionAndParallelismChangeNothing() throws Exception {
    Shop once = shop();
    Final expected = run(once, 1, Duration.ofDays(2));

    var decisions = new ArrayList<>(once.decisions());
    decisions.addAll(once.decisions().subList(0, 100));
    var events = new ArrayList<>(once.events());
    events.addAll(once.events().subList(0, 50));
    Collections.shuffle(decisions, new Random(1));
    Collections.shuffle(events, new Random(2));
    Final shuffled = run(new Shop(decisions, events), 2, Duration.ofDays(2));

    assertThat(shuffled.results()).isEqualTo(expected.results());
    assertThat(shuffled.promotions()).isEqualTo(expected.promotions());
    assertThat(shuffled.proposals()).hasSize(1);
    assertThat(shuffled.proposals().get(0).id()).isEqualTo(expected.proposals().get(0).id());
    assertThat(shuffled.proposals().get(0).evidence())
        .isEqualTo(expected.proposals().get(0).evidence());
  }

  /**
   * The shop in which every third shopper cannot be given anything, whatever the variant, every
   * fifth decision was never shown, and every tenth shopper changes the variant.
   */
  private static Shop shopThatShows() {
    Shop plain = shop();
    var decisions = new ArrayList<Decision>();
    var events = new ArrayList<>(plain.events());
    for (int i = 0; i < plain.decisions().size(); i++) {
      Decision made = plain.decisions().get(i);
      decisions.add(i % 3 == 0 ? made : triggered(made));
      if (i % 5 == 0) {
        events.removeIf(event -> made.decisionId().equals(event.decisionId()));
      }
      if (i % 10 == 1) {
        String other = made.variant().equals(CONTROL) ? TEN_OFF : CONTROL;
        Instant later = made.at().plusSeconds(900);
        decisions.add(decision("o" + i, made.shopperId(), later, other, made.segment()));
        events.add(shown("w" + i, made.shopperId(), later, "o" + i));
      }
    }
    return new Shop(decisions, events);
  }

  @Test
  void everyPopulationHasItsResultWhateverTheOrder() throws Exception {
    var options = ShopperHarness.SHOWN;
    Shop shop = shopThatShows();
    Final last = run(options, shop, 1, Duration.ofDays(2));

    assertThat(shoppers(last, "everybody")).isEqualTo(320);
    assertThat(shoppers(last, "uncontaminated")).isEqualTo(280);
    long triggered = 400 - 134 - 53; // not a third of 400, nor those of the others never shown
    assertThat(shoppers(last, "triggered")).isEqualTo(triggered);
    assertThat(last.results().get("all ten-off profit"))
        .isEqualTo(last.populations().get("everybody all profit"));
    assertThat(last.checks())
        .containsOnlyKeys("everybody", "uncontaminated", "triggered", "missing_exposure");
    assertThat(last.checks().values()).allMatch(Checked::ok);
    assertThat(last.checks().get("missing_exposure").units()).as("every fifth").isEqualTo(80);
    assertThat(last.shown().values().stream().mapToLong(ShownDelta::decisions).sum())
        .isEqualTo(440);
    assertThat(last.shown().values().stream().mapToLong(ShownDelta::shown).sum()).isEqualTo(360);

    var decisions = new ArrayList<>(shop.decisions());
    var events = new ArrayList<>(shop.events());
    decisions.addAll(shop.decisions().subList(0, 100));
    events.addAll(shop.events().subList(0, 300));
    Collections.shuffle(decisions, new Random(3));
    Collections.shuffle(events, new Random(4));
    Final shuffled = run(options, new Shop(decisions, events), 2, Duration.ofDays(2));
    assertThat(shuffled.populations()).isEqualTo(last.populations());
    assertThat(shuffled.checks()).isEqualTo(last.checks());
    assertThat(shuffled.shown()).isEqualTo(last.shown());
  }

  /** The shop of 400 shoppers that tells of no view. */
  private static Shop silentShop() {
    Shop plain = shop();
    return new Shop(
        plain.decisions(),
        plain.events().stream().filter(event -> event.decisionId() == null).toList());
  }

  @Test
  void whoIsShownNothingHasNoResultAndEveryDecisionIsCountedAsUnshown() throws Exception {
    Final last = run(silentShop(), 2, Duration.ofDays(2));
    assertThat(last.results()).isEmpty();
    assertThat(last.proposals()).isEmpty();
    assertThat(last.shown()).hasSize(2);
    assertThat(last.shown().values().stream().mapToLong(ShownDelta::decisions).sum())
        .isEqualTo(400);
    assertThat(last.shown().values()).allMatch(one -> one.shown() == 0);
  }

  @Test
  void decisionsExposeInAShopThatSaysThatItCannotTell() throws Exception {
    Final last = run(ShopperHarness.OPTIONS, silentShop(), 2, Duration.ofMinutes(20));
    ResultRow row = last.results().get("all ten-off conversion");
    assertThat(row.units() + row.controlUnits()).isEqualTo(400);
    assertThat(last.shown()).isEmpty();
    assertThat(last.checks()).containsOnlyKeys("everybody", "uncontaminated", "triggered");
  }

  /** A third of the views of one variant are lost: the counts alone are not suspicious yet. */
  @Test
  void viewsThatOneVariantLosesAreFoundAmongTheMissing() throws Exception {
    Shop whole = shopThatShows();
    var lost = new HashSet<String>();
    for (Decision made : whole.decisions()) {
      int i = Integer.parseInt(made.decisionId().substring(1));
      if (made.variant().equals(TEN_OFF) && i % 3 == 1) {
        lost.add(made.decisionId());
      }
    }
    var events = new ArrayList<>(whole.events());
    events.removeIf(event -> lost.contains(event.decisionId()));
    var options =
        EvaluationOptions.from(
            Settings.of(
                Map.of(
                    "kafka.bootstrap-servers", "unused",
                    "postgres.url", "unused",
                    "evaluation.exposure", "SHOWN",
                    "evaluation.adjust-every", "PT1H",
                    "evaluation.sample-ratio.concentration", "10")));
    Final last = run(options, new Shop(whole.decisions(), events), 2, Duration.ofDays(2));

    assertThat(last.checks().get("everybody").ok()).isTrue();
    assertThat(last.checks().get("missing_exposure").ok()).isFalse();
    List<StrategyAdjustment> pauses =
        last.proposals().stream()
            .filter(one -> one.change() == StrategyAdjustment.Change.PAUSE)
            .toList();
    assertThat(pauses).hasSize(1);
    assertThat(pauses.get(0).evidence().metric()).isEqualTo("missing_exposure");
    assertThat(pauses.get(0).evidence().variant()).isEqualTo(TEN_OFF);
  }

  private static long shoppers(Final last, String population) {
    ResultRow row = last.populations().get(population + " all conversion");
    return row.units() + row.controlUnits();
  }
}
