package io.promoflow.serving.flink;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.allocation.AllocationOptions;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.allocation.LaidDown;
import io.promoflow.serving.allocation.Offer;
import io.promoflow.serving.allocation.Sampled;
import io.promoflow.serving.allocation.SlidePlan;
import io.promoflow.serving.allocation.UnsolvedException;
import io.promoflow.serving.allocation.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a sample of each slide's free decisions and what all were expected to use, and makes prices
 * at the end of each slide that had any. One key holds it all: a price is about all decisions.
 *
 * <p>Without a TTL: usage is a few numbers per promotion; a sample, and what experiments laid down,
 * go with their slide.
 */
final class PriceFunction
    extends KeyedBroadcastProcessFunction<String, Decision, RuleSet, DualPrices> {
  static final MapStateDescriptor<String, Sampled> SAMPLES =
      new MapStateDescriptor<>("samples", Types.STRING, TypeInformation.of(Sampled.class));

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(PriceFunction.class);
  private static final String RULES_KEY = "rules";

  /** A sample of less than this part of its size is told. */
  private static final int FEW = 10;

  private final AllocationOptions options;
  private transient MapState<String, Sampled> samples;
  private transient MapState<String, Usage> used;

  /** By slide end and promotion; absent in savepoints of before, which then begin with none. */
  private transient MapState<String, LaidDown> laidDown;

  /** Share of the shoppers whose decisions are sampled, by slide end. */
  private transient MapState<Long, Double> shares;

  private transient MapState<Long, Long> counts;

  /**
   * How many are sampled, by slide end; absent in savepoints of before, which then begin with 0.
   */
  private transient MapState<Long, Long> kept;

  private transient ValueState<Double> nextShare;
  private transient Counter late;
  private transient Counter failed;

  PriceFunction(AllocationOptions options) {
    this.options = options;
  }

  @Override
  public void open(OpenContext context) {
    var runtime = getRuntimeContext();
    samples = runtime.getMapState(SAMPLES);
    used =
        runtime.getMapState(
            new MapStateDescriptor<>("used", Types.STRING, TypeInformation.of(Usage.class)));
    laidDown =
        runtime.getMapState(
            new MapStateDescriptor<>(
                "laid-down", Types.STRING, TypeInformation.of(LaidDown.class)));
    shares = runtime.getMapState(new MapStateDescriptor<>("shares", Types.LONG, Types.DOUBLE));
    counts = runtime.getMapState(new MapStateDescriptor<>("counts", Types.LONG, Types.LONG));
    kept = runtime.getMapState(new MapStateDescriptor<>("kept", Types.LONG, Types.LONG));
    nextShare = runtime.getState(new ValueStateDescriptor<>("next-share", Types.DOUBLE));
    late = runtime.getMetricGroup().counter("lateDecisions");
    failed = runtime.getMetricGroup().counter("failedPrices");
  }

  @Override
  public void processBroadcastElement(RuleSet rules, Context ctx, Collector<DualPrices> out)
      throws Exception {
    var state = ctx.getBroadcastState(DecisionFunction.RULES);
    RuleSet current = state.get(RULES_KEY);
    if (current == null || rules.version() >= current.version()) {
      state.put(RULES_KEY, rules);
    }
  }

  @Override
  public void processElement(Decision decision, ReadOnlyContext ctx, Collector<DualPrices> out)
      throws Exception {
    long at = ctx.timestamp(); // the decision's own moment may be ahead of everybody's
    Offer given = Sampled.given(decision);
    if (given != null) {
      Usage before = used.get(given.promotionId());
      used.put(given.promotionId(), (before == null ? Usage.none(at) : before).plus(given, at));
    }
    long end = options.slideEnd(at);
    if (end - 1 <= ctx.currentWatermark()) {
      late.inc();
      return;
    }
    if (Sampled.isLaidDown(decision)) {
      layDown(given, end, ctx);
      return;
    }
    Sampled sampled = Sampled.of(decision, end).orElse(null);
    if (sampled == null) {
      return;
    }
    add(counts, end, 1);
    if (sampled.isAmong(share(end))) {
      samples.put(decision.decisionId(), sampled);
      add(kept, end, 1);
      thinOut(end);
    }
    ctx.timerService().registerEventTimeTimer(end - 1);
  }

  private static void add(MapState<Long, Long> numbers, long end, long more) throws Exception {
    Long before = numbers.get(end);
    numbers.put(end, before == null ? more : before + more);
  }

  /** Halves the share until the sample is not too large; one shopper may have asked most of it. */
  private void thinOut(long end) throws Exception {
    while (kept.get(end) > options.mostSampled()) {
      shares.put(end, share(end) / 2);
      var entries = samples.iterator();
      while (entries.hasNext()) {
        Sampled one = entries.next().getValue();
        if (one.slideEnd() == end && !one.isAmong(share(end))) {
          entries.remove();
          add(kept, end, -1);
        }
      }
    }
  }

  private void layDown(Offer given, long end, ReadOnlyContext ctx) throws Exception {
    if (given != null) {
      String key = end + "/" + given.promotionId();
      LaidDown before = laidDown.get(key);
      LaidDown first = LaidDown.none(end, given.promotionId());
      laidDown.put(key, (before == null ? first : before).plus(given));
      ctx.timerService().registerEventTimeTimer(end - 1);
    }
  }

  private double share(long end) throws Exception {
    Double share = shares.get(end);
    if (share == null) {
      share = nextShare.value() == null ? 1.0 : nextShare.value();
      shares.put(end, share);
    }
    return share;
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext ctx, Collector<DualPrices> out)
      throws Exception {
    long end = timestamp + 1;
    Map<String, LaidDown> fixed = takeLaidDown(end);
    List<Sampled> sample = take(end);
    Long count = counts.get(end);
    if (count == null) {
      return; // whatever was decided was laid down
    }
    counts.remove(end);
    shares.remove(end);
    kept.remove(end);
    nextShare.update(options.shareAfter(count));
    if (count > options.mostSampled() && sample.size() < options.sample() / FEW) {
      LOG.warn(
          "prices of the slide until {} are made of {} of {} decisions: one shopper has most of them",
          Instant.ofEpochMilli(end),
          sample.size(),
          count);
    }
    RuleSet rules = ctx.getBroadcastState(DecisionFunction.RULES).get(RULES_KEY);
    if (rules != null && !sample.isEmpty()) {
      var usage = new HashMap<String, Usage>();
      used.entries().forEach(entry -> usage.put(entry.getKey(), entry.getValue()));
      var plan = new SlidePlan(options, rules, Instant.ofEpochMilli(end), usage, fixed);
      solve(plan, sample, count).ifPresent(out::collect);
    }
  }

  /** Nothing when no prices are found: deciders then keep the last ones. */
  private Optional<DualPrices> solve(SlidePlan plan, List<Sampled> sample, long count) {
    try {
      return Optional.of(plan.prices(sample, sample.size() / (double) count));
    } catch (UnsolvedException e) {
      failed.inc();
      LOG.error("no prices of the slide until {}, the last ones stay", plan.at(), e);
      return Optional.empty();
    }
  }

  private List<Sampled> take(long end) throws Exception {
    var sample = new ArrayList<Sampled>();
    var entries = samples.iterator();
    while (entries.hasNext()) {
      Sampled one = entries.next().getValue();
      if (one.slideEnd() == end) {
        sample.add(one);
        entries.remove();
      }
    }
    return sample;
  }

  private Map<String, LaidDown> takeLaidDown(long end) throws Exception {
    var fixed = new HashMap<String, LaidDown>();
    var entries = laidDown.iterator();
    while (entries.hasNext()) {
      LaidDown one = entries.next().getValue();
      if (one.slideEnd() == end) {
        fixed.put(one.promotionId(), one);
        entries.remove();
      }
    }
    return fixed;
  }
}
