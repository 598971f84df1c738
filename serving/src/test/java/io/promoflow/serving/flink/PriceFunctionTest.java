package io.promoflow.serving.flink;

import static io.promoflow.serving.Cast.NOON;
import static io.promoflow.serving.Cast.percent;
import static io.promoflow.serving.Cast.rules;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.AdjustmentPolicy;
import io.promoflow.ingestion.schema.Experiment.Variant;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.allocation.AllocationOptions;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.allocation.Sampled;
import io.promoflow.serving.scoring.Scores;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.groups.OperatorMetricGroup;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** A budget that experiments use is not there for free decisions, so what is left has a price. */
class PriceFunctionTest {
  private static final int SHOPPERS = 20;
  private static final Duration SLIDE = Duration.ofHours(1);

  /** A hundred slides. */
  private static final Duration PERIOD = SLIDE.multipliedBy(100);

  private static final AllocationOptions OPTIONS =
      new AllocationOptions(SLIDE, 1_000, Duration.ofDays(30));
  private static final Scores SCORES =
      new Scores(null, null, List.of(), Map.of(), Map.of("none", 0.1, "percent-off", 0.2));

  /** {@code VISIT} is in the experiment, whatever its status, and gives five percent. */
  private static RuleSet limited(Experiment.Status status, long budgetCents) {
    var five =
        new Promotion(
            "five",
            PromotionKind.PERCENT_OFF,
            percent(5),
            List.of(),
            List.of(),
            List.of(),
            NOON,
            NOON.plus(PERIOD),
            budgetCents,
            null,
            null,
            0,
            null);
    var always =
        new Experiment(
            "x",
            "x-1",
            Trigger.VISIT,
            List.of(
                new Variant("control", true, 1, List.of("five")),
                new Variant("nothing", false, 0, List.of())),
            List.of(),
            List.of(),
            false,
            null,
            null,
            "profit",
            List.of(),
            0,
            new AdjustmentPolicy(0.1, 0.3, 100, true, 0.05),
            status);
    return rules(1, List.of(five, Cast.percentOff("thirty", 30)), List.of(always));
  }

  private static List<Decision> decisions(RuleSet rules, Trigger trigger, Instant from) {
    return decisions(rules, trigger, from, SHOPPERS);
  }

  private static List<Decision> decisions(
      RuleSet rules, Trigger trigger, Instant from, int shoppers) {
    var decisions = new ArrayList<Decision>();
    for (int i = 0; i < shoppers; i++) {
      String id = trigger + "-" + from + "-" + i;
      decisions.add(asked(rules, trigger, from.plusSeconds(i), id, i));
    }
    return decisions;
  }

  private static Decision asked(RuleSet rules, Trigger trigger, Instant at, String id, int i) {
    var cart = new Cart(5_000 + 500L * (i % SHOPPERS), List.of());
    var asked = new DecisionRequest(id, trigger, "k1." + i, at, cart);
    return new Decider(Cast.ASSUMED).decideBriefly(asked, null, SCORES, rules, Caps.NONE, null);
  }

  private static double cents(List<Decision> decisions) {
    return decisions.stream().mapToDouble(one -> Sampled.given(one).budgetCents()).sum();
  }

  /** A little more than free decisions alone use, slide by slide. */
  private static RuleSet enoughForFreeOnes(Experiment.Status status) {
    double used = cents(decisions(limited(status, 1), Trigger.CART_ADD, NOON));
    return limited(status, Math.round(1.1 * used * PERIOD.dividedBy(SLIDE)));
  }

  private static double price(Job job) {
    return job.prices().get(job.prices().size() - 1).of("five").perBudgetCent();
  }

  @Test
  void whatFreeDecisionsAloneUseIsFree() throws Exception {
    RuleSet rules = enoughForFreeOnes(Experiment.Status.RUNNING);
    try (var job = new Job(rules)) {
      job.send(decisions(rules, Trigger.CART_ADD, NOON));
      job.eventTime(NOON.plus(SLIDE));
      assertThat(price(job)).isZero();
    }
  }

  @Test
  void whatAnExperimentUsesIsNotThereForOthers() throws Exception {
    RuleSet rules = enoughForFreeOnes(Experiment.Status.RUNNING);
    List<Decision> laidDown = decisions(rules, Trigger.VISIT, NOON);
    assertThat(laidDown).extracting(Decision::experimentId).containsOnly("x");
    assertThat(laidDown).extracting(Decision::promotionId).containsOnly("five");
    assertPricedBeside(rules, laidDown);
  }

  @Test
  void whatAPausedExperimentGivesIsLaidDownToo() throws Exception {
    RuleSet rules = enoughForFreeOnes(Experiment.Status.PAUSED);
    List<Decision> laidDown = decisions(rules, Trigger.VISIT, NOON);
    assertThat(laidDown).extracting(Decision::experimentId).containsOnlyNulls();
    assertThat(laidDown).extracting(Decision::promotionId).containsOnly("five");
    assertThat(laidDown).allMatch(one -> Sampled.of(one, 0).isEmpty());
    assertPricedBeside(rules, laidDown);
  }

  /** The job is stopped in the middle of the slide and goes on from its savepoint. */
  private static void assertPricedBeside(RuleSet rules, List<Decision> laidDown) throws Exception {
    try (var job = new Job(rules)) {
      job.send(laidDown);
      job.restart();
      job.send(decisions(rules, Trigger.CART_ADD, NOON));
      job.eventTime(NOON.plus(SLIDE));
      assertThat(price(job)).isPositive();
      // the next slide has no experiment
      job.send(decisions(rules, Trigger.CART_ADD, NOON.plus(SLIDE)));
      job.eventTime(NOON.plus(SLIDE.multipliedBy(2)));
      assertThat(job.prices()).hasSize(2);
      assertThat(price(job)).isZero();
    }
  }

  @Test
  void aSlideOfExperimentsAloneMakesNoPrices() throws Exception {
    RuleSet rules = enoughForFreeOnes(Experiment.Status.RUNNING);
    try (var job = new Job(rules)) {
      job.send(decisions(rules, Trigger.VISIT, NOON));
      job.eventTime(NOON.plus(SLIDE));
      assertThat(job.prices()).isEmpty();
      job.send(decisions(rules, Trigger.CART_ADD, NOON.plus(SLIDE)));
      job.eventTime(NOON.plus(SLIDE.multipliedBy(2)));
      assertThat(price(job)).isZero();
    }
  }

  private static RuleSet scarce() {
    return limited(Experiment.Status.RUNNING, 10_000);
  }

  @Test
  void whoIsAheadIsInTheSlideInWhichHeIsRead() throws Exception {
    RuleSet rules = scarce();
    try (var onTime = new Job(rules);
        var ahead = new Job(rules)) {
      onTime.send(decisions(rules, Trigger.CART_ADD, NOON));
      onTime.eventTime(NOON.plus(SLIDE));
      ahead.send(decisions(rules, Trigger.CART_ADD, NOON.plus(SLIDE)), NOON);
      ahead.eventTime(NOON.plus(SLIDE));
      assertThat(price(ahead)).isPositive().isEqualTo(price(onTime));
    }
  }

  @Test
  void whatComesAfterItsSlideIsCounted() throws Exception {
    RuleSet rules = scarce();
    try (var job = new Job(rules)) {
      job.send(decisions(rules, Trigger.CART_ADD, NOON));
      job.eventTime(NOON.plus(SLIDE));
      assertThat(job.counted("lateDecisions")).isZero();
      job.send(decisions(rules, Trigger.ABANDONED_CART, NOON));
      assertThat(job.counted("lateDecisions")).isEqualTo(SHOPPERS);
    }
  }

  @Test
  void aSlideThatIsBusierThanTheOneBeforeKeepsNoMoreThanTwiceItsSample() throws Exception {
    RuleSet rules = scarce();
    List<Decision> busy = decisions(rules, Trigger.CART_ADD, NOON, 2_000);
    try (var whole = new Job(rules, sampling(2_000));
        var thinned = new Job(rules, sampling(100))) {
      whole.send(busy);
      thinned.send(busy.subList(0, 1_000));
      thinned.restart();
      thinned.send(busy.subList(1_000, 2_000));
      assertThat(whole.sampled()).isEqualTo(2_000);
      assertThat(thinned.sampled()).isBetween(50, 200);
      whole.eventTime(NOON.plus(SLIDE));
      thinned.eventTime(NOON.plus(SLIDE));
      assertThat(price(thinned) / price(whole)).isBetween(0.9, 1.1);
      assertThat(thinned.sampled()).isZero();
    }
  }

  @Test
  void oneWhoAsksMoreThanAllOthersIsNoSampleOfThem() throws Exception {
    RuleSet rules = scarce();
    try (var job = new Job(rules, sampling(10))) {
      for (int i = 0; i < 100; i++) {
        job.send(List.of(asked(rules, Trigger.CART_ADD, NOON.plusSeconds(i), "guest-" + i, 0)));
      }
      assertThat(job.sampled()).isLessThanOrEqualTo(20);
      job.send(decisions(rules, Trigger.CART_ADD, NOON.plus(SLIDE)));
      job.eventTime(NOON.plus(SLIDE.multipliedBy(2)));
      assertThat(price(job)).isPositive();
    }
  }

  @Test
  void pricesThatAreNotFoundLeaveTheLastOnesInForce() throws Exception {
    RuleSet rules = scarce();
    try (var job = new Job(rules)) {
      job.send(decisions(rules, Trigger.CART_ADD, NOON));
      job.eventTime(NOON.plus(SLIDE));
      job.send(List.of(ofNumbersThatNoSolverTakes(NOON.plus(SLIDE))));
      job.eventTime(NOON.plus(SLIDE.multipliedBy(2)));
      assertThat(job.prices()).hasSize(1);
      assertThat(job.counted("failedPrices")).isOne();
      job.send(decisions(rules, Trigger.CART_ADD, NOON.plus(SLIDE.multipliedBy(2))));
      job.eventTime(NOON.plus(SLIDE.multipliedBy(3)));
      assertThat(job.prices()).hasSize(2);
    }
  }

  /** Its gain per cent is more than a number can be. */
  private static Decision ofNumbersThatNoSolverTakes(Instant at) {
    var five = new Candidate("five", 1e14, null, null, 500L, 1e14, 1e-302, 0.0);
    return new Decision(
        "d-odd",
        "odd",
        Trigger.CART_ADD,
        "k1.odd",
        at,
        5_000,
        null,
        null,
        null,
        null,
        "five",
        1,
        500,
        List.of(five),
        1,
        Map.of(),
        null,
        null,
        List.of());
  }

  private static AllocationOptions sampling(int sample) {
    return new AllocationOptions(SLIDE, sample, Duration.ofDays(30));
  }

  /** The operator with its state, driven by hand. */
  private static final class Job implements AutoCloseable {
    private final AllocationOptions options;
    private final Counts counts = new Counts();
    private final List<DualPrices> before = new ArrayList<>();
    private KeyedBroadcastOperatorTestHarness<String, Decision, RuleSet, DualPrices> operator;

    Job(RuleSet rules) throws Exception {
      this(rules, OPTIONS);
    }

    Job(RuleSet rules, AllocationOptions options) throws Exception {
      this.options = options;
      operator = operator(null);
      operator.processBroadcastElement(rules, 0);
    }

    private KeyedBroadcastOperatorTestHarness<String, Decision, RuleSet, DualPrices> operator(
        OperatorSubtaskState state) throws Exception {
      var function = new PriceFunction(options);
      var counted =
          new CoBroadcastWithKeyedOperator<>(function, List.of(DecisionFunction.RULES)) {
            @Override
            public OperatorMetricGroup getMetricGroup() {
              return counts;
            }
          };
      var made =
          new KeyedBroadcastOperatorTestHarness<String, Decision, RuleSet, DualPrices>(
              counted, decision -> Prices.KEY, Types.STRING, 1, 1, 0);
      made.getExecutionConfig()
          .configure(
              new Configuration().set(PipelineOptions.GENERIC_TYPES, false),
              PriceFunctionTest.class.getClassLoader());
      if (state != null) {
        made.initializeState(state);
      }
      made.open();
      made.processBroadcastWatermark(Watermark.MAX_WATERMARK);
      return made;
    }

    void send(List<Decision> decisions) throws Exception {
      for (Decision one : decisions) {
        operator.processElement(one, one.at().toEpochMilli());
      }
    }

    void send(List<Decision> decisions, Instant readAt) throws Exception {
      for (Decision one : decisions) {
        operator.processElement(one, readAt.toEpochMilli());
      }
    }

    long counted(String name) {
      return counts.of(name);
    }

    /** How many decisions are kept. */
    int sampled() throws Exception {
      var found = new AtomicInteger();
      ((AbstractStreamOperator<?>) operator.getOperator())
          .getKeyedStateBackend()
          .applyToAllKeys(
              VoidNamespace.INSTANCE,
              VoidNamespaceSerializer.INSTANCE,
              PriceFunction.SAMPLES,
              (key, samples) -> samples.keys().forEach(one -> found.incrementAndGet()));
      return found.get();
    }

    void eventTime(Instant at) throws Exception {
      operator.processWatermark(new Watermark(at.toEpochMilli()));
    }

    void restart() throws Exception {
      before.addAll(operator.extractOutputValues());
      OperatorSubtaskState state = operator.snapshot(1, 1);
      operator.close();
      operator = operator(state);
    }

    List<DualPrices> prices() {
      var all = new ArrayList<>(before);
      all.addAll(operator.extractOutputValues());
      return all;
    }

    @Override
    public void close() throws Exception {
      operator.close();
    }
  }

  /** What an operator counts, by name. */
  private static final class Counts extends InterceptingOperatorMetricGroup {
    long of(String name) {
      return ((Counter) get(name)).getCount();
    }
  }
}
