package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.Attribution;
import io.promoflow.evaluation.CellKey;
import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Exposure;
import io.promoflow.evaluation.Metrics;
import io.promoflow.evaluation.Outcome;
import io.promoflow.evaluation.PromotionAttribution;
import io.promoflow.evaluation.PromotionAttribution.Offer;
import io.promoflow.evaluation.PromotionDay;
import io.promoflow.evaluation.PromotionSums;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.ShopEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Joins one shopper's decisions with what the shopper did, and emits what has to be added to the
 * sums: the shopper's contribution after a record less the one before it. So a late, repeated or
 * reversed record, or an outcome that is read before its decision, ends in the same sums.
 */
final class ShopperAttribution
    extends KeyedCoProcessFunction<String, Decision, ShopEvent, CellDelta> {
  private static final long serialVersionUID = 1L;
  private static final long CLEANING_MILLIS = Duration.ofHours(1).toMillis();
  static final OutputTag<PromotionDelta> PROMOTIONS = new OutputTag<>("promotions") {};

  private final Metrics metrics;
  private final Attribution attribution;
  private final PromotionAttribution promotions;
  private final Duration stateTtl;
  private final long finalMillis;
  private final long outcomeKeptMillis;
  private final long offerKeptMillis;
  private final Clock clock;

  private transient MapState<String, Exposure> exposures;
  // No TTL on these two: event-time timers clear them, wall time may not decide what counts.
  private transient MapState<String, Outcome> outcomes;
  private transient MapState<String, Offer> offers;
  private transient Counter duplicates;
  private transient Counter tooLate;

  ShopperAttribution(EvaluationOptions options, Clock clock) {
    this.metrics = options.metrics();
    this.attribution = options.attribution();
    this.promotions = options.promotionAttribution();
    this.stateTtl = options.stateTtl();
    this.finalMillis = options.longestWindow().plus(options.lateBound()).toMillis();
    // an exposure that just makes it must still find what it needs from before
    this.outcomeKeptMillis = finalMillis + options.covariateWindow().toMillis();
    // an outcome that just makes it must still find the oldest decision that it can answer
    this.offerKeptMillis = finalMillis + options.attributionWindow().toMillis();
    this.clock = clock;
  }

  @Override
  public void open(OpenContext context) {
    var kept = new MapStateDescriptor<>("exposures", String.class, Exposure.class);
    kept.enableTimeToLive(StateTtlConfig.newBuilder(stateTtl).build());
    exposures = getRuntimeContext().getMapState(kept);
    outcomes =
        getRuntimeContext()
            .getMapState(new MapStateDescriptor<>("outcomes", String.class, Outcome.class));
    offers =
        getRuntimeContext()
            .getMapState(new MapStateDescriptor<>("offers", String.class, Offer.class));
    var metrics = getRuntimeContext().getMetricGroup();
    duplicates = metrics.counter("duplicates");
    tooLate = metrics.counter("tooLate");
  }

  @Override
  public void processElement1(Decision decision, Context context, Collector<CellDelta> out)
      throws Exception {
    long at = decision.at().toEpochMilli();
    if (isRefused(offers.contains(decision.decisionId()), at, context)) {
      return;
    }
    String promotion = decision.promotionId();
    var before = promotionContributions(promotion);
    offers.put(decision.decisionId(), new Offer(decision.decisionId(), at, promotion));
    emit(before, promotionContributions(promotion), context);
    cleanLater(at + offerKeptMillis, context);
    if (Exposure.isOne(decision)) {
      expose(decision, out);
    }
  }

  private void expose(Decision decision, Collector<CellDelta> out) throws Exception {
    Exposure old = exposures.get(decision.experimentId());
    Exposure now = old == null ? Exposure.of(decision) : old.with(decision);
    exposures.put(decision.experimentId(), now);
    List<Outcome> all = all(outcomes);
    long newest = decision.at().toEpochMilli();
    for (Outcome outcome : all) {
      newest = Math.max(newest, outcome.atMillis());
    }
    Map<CellKey, CellSums> before = old == null ? Map.of() : attribution.contributions(old, all);
    var difference = Attribution.difference(before, attribution.contributions(now, all));
    emit(now, difference, newest, all.isEmpty() ? 0 : clock.millis(), out);
  }

  @Override
  public void processElement2(ShopEvent event, Context context, Collector<CellDelta> out)
      throws Exception {
    Outcome outcome = metrics.outcome(event);
    if (isRefused(outcomes.contains(outcome.eventId()), outcome.atMillis(), context)) {
      return;
    }
    var promotionsBefore = promotionContributions(outcome.promotionId());
    List<Outcome> before = exposures.isEmpty() ? List.of() : all(outcomes);
    outcomes.put(outcome.eventId(), outcome);
    emit(promotionsBefore, promotionContributions(outcome.promotionId()), context);
    cleanLater(outcome.atMillis() + outcomeKeptMillis, context);
    if (exposures.isEmpty()) {
      return;
    }
    var after = new ArrayList<>(before);
    after.add(outcome);
    long watermark = context.timerService().currentWatermark();
    for (Exposure exposure : exposures.values()) {
      // once the oldest outcomes of an exposure may be gone, its result is final
      boolean open = exposure.first().atMillis() + finalMillis > watermark;
      Map<CellKey, CellSums> difference =
          open && attribution.isAbout(exposure, outcome.atMillis())
              ? Attribution.difference(
                  attribution.contributions(exposure, before),
                  attribution.contributions(exposure, after))
              : Map.of();
      emit(exposure, difference, outcome.atMillis(), clock.millis(), out);
    }
  }

  private boolean isRefused(boolean duplicate, long atMillis, Context context) {
    if (duplicate) {
      duplicates.inc();
      return true;
    }
    boolean late = atMillis + finalMillis <= context.timerService().currentWatermark();
    if (late) {
      tooLate.inc();
    }
    return late;
  }

  /** Records that came too late to correct anything, since the start. */
  long tooLate() {
    return tooLate.getCount();
  }

  private static void emit(
      Exposure exposure,
      Map<CellKey, CellSums> difference,
      long recordAtMillis,
      long outcomeSeenAtMillis,
      Collector<CellDelta> out) {
    if (difference.isEmpty()) {
      var first = exposure.first();
      var key =
          new CellKey(
              exposure.experimentId(), first.variant(), first.segment(), first.ruleVersion(), 0);
      out.collect(new CellDelta(key, CellSums.ZERO, recordAtMillis, 0));
      return;
    }
    difference.forEach(
        (key, sums) -> out.collect(new CellDelta(key, sums, recordAtMillis, outcomeSeenAtMillis)));
  }

  private Map<PromotionDay, PromotionSums> promotionContributions(String promotionId)
      throws Exception {
    if (promotionId == null) {
      return Map.of();
    }
    List<Offer> offered = all(offers);
    offered.removeIf(offer -> !promotionId.equals(offer.promotionId()));
    List<Outcome> answers = all(outcomes);
    answers.removeIf(outcome -> !promotionId.equals(outcome.promotionId()));
    return promotions.contributions(promotionId, offered, answers);
  }

  private static void emit(
      Map<PromotionDay, PromotionSums> before,
      Map<PromotionDay, PromotionSums> after,
      Context context) {
    PromotionAttribution.difference(before, after)
        .forEach((day, sums) -> context.output(PROMOTIONS, new PromotionDelta(day, sums)));
  }

  private static <T> List<T> all(MapState<String, T> state) throws Exception {
    var values = new ArrayList<T>();
    state.values().forEach(values::add);
    return values;
  }

  private static void cleanLater(long atMillis, Context context) {
    long hours = -Math.floorDiv(-atMillis, CLEANING_MILLIS);
    context.timerService().registerEventTimeTimer(hours * CLEANING_MILLIS);
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<CellDelta> out)
      throws Exception {
    clean(outcomes, Outcome::atMillis, timestamp - outcomeKeptMillis);
    clean(offers, Offer::atMillis, timestamp - offerKeptMillis);
  }

  private static <T> void clean(MapState<String, T> state, ToLongFunction<T> at, long untilMillis)
      throws Exception {
    Iterator<Map.Entry<String, T>> entries = state.iterator();
    while (entries.hasNext()) {
      if (at.applyAsLong(entries.next().getValue()) <= untilMillis) {
        entries.remove();
      }
    }
    if (state.isEmpty()) {
      state.clear(); // the heap backend keeps an empty map otherwise
    }
  }
}
