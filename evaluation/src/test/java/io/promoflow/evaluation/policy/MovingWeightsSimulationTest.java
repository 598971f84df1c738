package io.promoflow.evaluation.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Comparison;
import io.promoflow.evaluation.MetricSums;
import io.promoflow.evaluation.Metrics;
import io.promoflow.evaluation.SampleRatioBook;
import io.promoflow.evaluation.SampleRatioBook.Check;
import io.promoflow.evaluation.Shipped;
import io.promoflow.evaluation.Strata;
import io.promoflow.evaluation.TestShop;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.AdjustmentPolicy;
import io.promoflow.ingestion.schema.Experiment.Guardrail;
import io.promoflow.ingestion.schema.Experiment.SegmentWeights;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shoppers change while a policy moves the weights by what it sees, through the classes of the job.
 * Pooled estimates, beside, take the change of the shoppers for an effect.
 */
class MovingWeightsSimulationTest {
  private static final Logger LOG = LoggerFactory.getLogger(MovingWeightsSimulationTest.class);
  private static final int SIMULATIONS = Integer.getInteger("promoflow.simulations", 600);
  private static final int TICKS = 40;
  private static final int SHOPPERS_PER_TICK = 150;
  private static final double NOISE = 300;
  private static final double OPTIMAL_UNITS = 1_000;
  private static final AlwaysValid INTERVAL = new AlwaysValid(0.05, OPTIMAL_UNITS);

  /** What shoppers of a tick bring without the treatment. */
  private interface Baseline {
    double at(int tick);
  }

  private static double rising(int tick) {
    return 500 + 25.0 * tick;
  }

  private static double weekly(int tick) {
    return 800 + 400 * Math.sin(2 * Math.PI * tick / 14);
  }

  /** Sums by segment, draw and variant, as the job holds them. */
  private static final class Sums {
    private final Map<String, TreeMap<String, Map<String, CellSums>>> segments = new TreeMap<>();

    void add(Experiment rules, String segment, String variant, CellSums sums) {
      segments
          .computeIfAbsent(segment, key -> new TreeMap<>())
          .computeIfAbsent(Strata.draw(rules, segment), key -> new TreeMap<>())
          .merge(variant, sums, CellSums::plus);
    }

    Strata of(String segment) {
      return new Strata(segments.get(segment));
    }

    Strata all() {
      return Strata.together(segments.values().stream().map(Strata::new).toList());
    }
  }

  private static CellSums shoppers(
      SplittableRandom random, int units, double profit, double conversion) {
    MetricSums profits = MetricSums.ZERO;
    MetricSums conversions = MetricSums.ZERO;
    for (int i = 0; i < units; i++) {
      profits = profits.plus(MetricSums.of(Math.round(profit + NOISE * random.nextGaussian()), 0));
      conversions = conversions.plus(MetricSums.of(random.nextDouble() < conversion ? 1 : 0, 0));
    }
    return CellSums.of(units, 0, Map.of(Shipped.PROFIT, profits, Shipped.CONVERSION, conversions));
  }

  private static int treated(SplittableRandom random, int units, double share) {
    int treated = 0;
    for (int i = 0; i < units; i++) {
      treated += random.nextDouble() < share ? 1 : 0;
    }
    return treated;
  }

  private static Situation situation(Experiment rules, String segment, Strata strata) {
    return new Situation(
        rules,
        segment,
        SampleRatioBook.weights(rules, segment),
        strata,
        OPTIMAL_UNITS,
        1,
        Check.NOBODY,
        0,
        Metrics.shipped());
  }

  private static boolean covers(Strata strata, double effect) {
    Comparison its = strata.comparison(TestShop.TEN_OFF, TestShop.CONTROL, Shipped.PROFIT, 0.05);
    double half = INTERVAL.halfWidth(its);
    return Double.isNaN(half) || Math.abs(its.difference() - effect) <= half;
  }

  /** Whether each of both intervals holds the effect at all looks; the pooled one comes second. */
  private static boolean[] run(
      SplittableRandom random, StrategyPolicy policy, Baseline baseline, double effect) {
    var limits = new AdjustmentPolicy(0.05, 0.2, 50, false, 0.05);
    Experiment rules = TestShop.teaTest(0.5, List.of(), limits, List.of());
    var sums = new Sums();
    boolean[] holds = {true, true};
    for (int tick = 0; tick < TICKS; tick++) {
      double share = SampleRatioBook.weights(rules, "s1").get(TestShop.TEN_OFF);
      int treated = treated(random, SHOPPERS_PER_TICK, share);
      double level = baseline.at(tick);
      sums.add(
          rules, "s1", TestShop.CONTROL, shoppers(random, SHOPPERS_PER_TICK - treated, level, 0.5));
      sums.add(rules, "s1", TestShop.TEN_OFF, shoppers(random, treated, level + effect, 0.5));
      Strata strata = sums.all();
      holds[0] &= covers(strata, effect);
      holds[1] &= covers(Strata.ofOneDraw(strata.pooled()), effect);
      var proposal = policy.propose(situation(rules, null, strata));
      if (proposal.isPresent()) {
        double control = proposal.get().to().get(TestShop.CONTROL);
        rules = TestShop.teaTest(control, List.of(), limits, List.of());
      }
    }
    return holds;
  }

  private static double[] coverage(
      String what, StrategyPolicy policy, Baseline baseline, double effect) {
    var random = new SplittableRandom(17);
    int drawn = 0;
    int pooled = 0;
    for (int i = 0; i < SIMULATIONS; i++) {
      boolean[] holds = run(random, policy, baseline, effect);
      drawn += holds[0] ? 1 : 0;
      pooled += holds[1] ? 1 : 0;
    }
    double[] coverage = {(double) drawn / SIMULATIONS, (double) pooled / SIMULATIONS};
    LOG.info(
        "{}, {} moves the weights, {} runs: the interval holds the effect at all looks in {},"
            + " the pooled one in {}",
        what,
        policy.name(),
        SIMULATIONS,
        coverage[0],
        coverage[1]);
    return coverage;
  }

  @Test
  void theDecidingIntervalHoldsWhileWeightsFollowResultsAndShoppersChange() {
    double[] alike = coverage("level rises, no effect", new ThompsonWeights(), t -> rising(t), 0);
    double[] weekly = coverage("weeks, no effect", new TopTwoThompson(), t -> weekly(t), 0);
    double[] better = coverage("level rises, effect 60", new ShiftToBetter(), t -> rising(t), 60);
    for (double[] coverage : List.of(alike, weekly, better)) {
      assertThat(coverage[0]).isGreaterThanOrEqualTo(0.95);
    }
    assertThat(alike[1]).as("pooled").isLessThan(0.8);
    assertThat(better[1]).as("pooled").isLessThan(0.8);
  }

  /**
   * Segment s1 converts rarely and is better off with the treatment, s2 often and worse off, so
   * that their weights part. Conversion itself is the same in both variants.
   */
  private static boolean[] paused(SplittableRandom random) {
    var limits = new AdjustmentPolicy(0.05, 0.2, 50, true, 0.05);
    var guardrails = List.of(new Guardrail("conversion", 0.05));
    Map<String, Double> control = new HashMap<>(Map.of("s1", 0.5, "s2", 0.5));
    var sums = new Sums();
    boolean[] paused = {false, false};
    for (int tick = 0; tick < TICKS; tick++) {
      var weights = new ArrayList<SegmentWeights>();
      control.forEach(
          (segment, own) ->
              weights.add(
                  new SegmentWeights(
                      segment, Map.of(TestShop.CONTROL, own, TestShop.TEN_OFF, 1 - own))));
      Experiment rules = TestShop.teaTest(0.5, weights, limits, guardrails);
      for (String segment : List.of("s1", "s2")) {
        boolean rare = segment.equals("s1");
        int treated = treated(random, SHOPPERS_PER_TICK, 1 - control.get(segment));
        int others = SHOPPERS_PER_TICK - treated;
        double rate = rare ? 0.2 : 0.6;
        double effect = rare ? 150 : -150;
        sums.add(rules, segment, TestShop.CONTROL, shoppers(random, others, 500, rate));
        sums.add(rules, segment, TestShop.TEN_OFF, shoppers(random, treated, 500 + effect, rate));
      }
      var policy = new ShiftToBetter();
      paused[0] |= pauses(policy, situation(rules, null, sums.all()));
      paused[1] |= pauses(policy, situation(rules, null, Strata.ofOneDraw(sums.all().pooled())));
      for (String segment : List.of("s1", "s2")) {
        policy
            .propose(situation(rules, segment, sums.of(segment)))
            .ifPresent(step -> control.put(segment, step.to().get(TestShop.CONTROL)));
      }
    }
    return paused;
  }

  private static boolean pauses(StrategyPolicy policy, Situation situation) {
    return policy.propose(situation).filter(one -> one.change() == Change.PAUSE).isPresent();
  }

  @Test
  void aGuardrailIsNotBrokenBySegmentsThatWentDifferentWays() {
    var random = new SplittableRandom(23);
    int runs = SIMULATIONS / 4;
    int drawn = 0;
    int pooled = 0;
    for (int i = 0; i < runs; i++) {
      boolean[] paused = paused(random);
      drawn += paused[0] ? 1 : 0;
      pooled += paused[1] ? 1 : 0;
    }
    LOG.info(
        "segments part, conversion is the same, {} runs: paused in {}, by pooled numbers in {}",
        runs,
        (double) drawn / runs,
        (double) pooled / runs);
    assertThat((double) drawn / runs).isLessThanOrEqualTo(0.05);
    assertThat((double) pooled / runs).isGreaterThan(0.5);
  }
}
