package io.promoflow.serving.flink;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Assignment;
import io.promoflow.serving.allocation.AllocationOptions;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.allocation.LaidDown;
import io.promoflow.serving.allocation.Offer;
import io.promoflow.serving.allocation.Sampled;
import io.promoflow.serving.allocation.SlidePlan;
import io.promoflow.serving.allocation.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Keeps a sample of each slide's free decisions and what all were expected to use, and makes prices
 * at the end of each slide that had any. One key holds it all: a price is about all decisions.
 *
 * <p>Without a TTL: usage is a few numbers per promotion; a sample, and what experiments laid down,
 * go with their slide.
 */
final class PriceFunction
    extends KeyedBroadcastProcessFunction<String, Decision, RuleSet, DualPrices> {
  private static final long serialVersionUID = 1L;
  private static final String SALT = "allocation";
  private static final String RULES_KEY = "rules";

  private final AllocationOptions options;
  private transient MapState<String, Sampled> samples;
  private transient MapState<String, Usage> used;

  /** By slide end and promotion; absent in savepoints of before, which then begin with none. */
  private transient MapState<String, LaidDown> laidDown;

  /** Share of the shoppers whose decisions are sampled, by slide end. */
  private transient MapState<Long, Double> shares;

  private transient MapState<Long, Long> counts;
  private transient ValueState<Double> nextShare;

  PriceFunction(AllocationOptions options) {
    this.options = options;
  }

  @Override
  public void open(OpenContext context) {
    var runtime = getRuntimeContext();
    samples =
        runtime.getMapState(
            new MapStateDescriptor<>("samples", Types.STRING, TypeInformation.of(Sampled.class)));
    used =
        runtime.getMapState(
            new MapStateDescriptor<>("used", Types.STRING, TypeInformation.of(Usage.class)));
    laidDown =
        runtime.getMapState(
            new MapStateDescriptor<>(
                "laid-down", Types.STRING, TypeInformation.of(LaidDown.class)));
    shares = runtime.getMapState(new MapStateDescriptor<>("shares", Types.LONG, Types.DOUBLE));
    counts = runtime.getMapState(new MapStateDescriptor<>("counts", Types.LONG, Types.LONG));
    nextShare = runtime.getState(new ValueStateDescriptor<>("next-share", Types.DOUBLE));
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
    long at = decision.at().toEpochMilli();
    Offer given = Sampled.given(decision);
    if (given != null) {
      Usage before = used.get(given.promotionId());
      used.put(given.promotionId(), (before == null ? Usage.none(at) : before).plus(given, at));
    }
    long end = options.slideEnd(at);
    if (end - 1 <= ctx.currentWatermark()) {
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
    Long count = counts.get(end);
    counts.put(end, count == null ? 1 : count + 1);
    if (Assignment.position(SALT, decision.shopperId()) < share(end)) {
      samples.put(decision.decisionId(), sampled);
    }
    ctx.timerService().registerEventTimeTimer(end - 1);
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
    nextShare.update(Math.min(1, options.sample() / count.doubleValue()));
    RuleSet rules = ctx.getBroadcastState(DecisionFunction.RULES).get(RULES_KEY);
    if (rules != null && !sample.isEmpty()) {
      var usage = new HashMap<String, Usage>();
      used.entries().forEach(entry -> usage.put(entry.getKey(), entry.getValue()));
      var plan = new SlidePlan(options, rules, Instant.ofEpochMilli(end), usage, fixed);
      out.collect(plan.prices(sample, sample.size() / count.doubleValue()));
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
