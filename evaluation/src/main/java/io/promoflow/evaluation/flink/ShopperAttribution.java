package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.Attribution;
import io.promoflow.evaluation.CategoryRevenue;
import io.promoflow.evaluation.CellKey;
import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Exposure;
import io.promoflow.evaluation.Outcome;
import io.promoflow.evaluation.PromotionAttribution;
import io.promoflow.evaluation.PromotionAttribution.Offer;
import io.promoflow.evaluation.PromotionDay;
import io.promoflow.evaluation.PromotionSums;
import io.promoflow.evaluation.ReturnCell;
import io.promoflow.evaluation.ReturnSums;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.ShopEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
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
  static final OutputTag<CategoryDelta> CATEGORIES = new OutputTag<>("categories") {};
  static final OutputTag<ReturnDelta> RETURNS = new OutputTag<>("returns") {};

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
    this.attribution = options.attribution();
    this.promotions = options.promotionAttribution();
    this.stateTtl = options.stateTtl();
    this.finalMillis = options.attributionWindow().plus(options.lateBound()).toMillis();
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
    List<Outcome> answers = answersTo(decision.promotionId());
    var before = promotions.contributions(all(offers), answers);
    offers.put(decision.decisionId(), Offer.of(decision));
    emitPromotions(before, promotions.contributions(all(offers), answers), context);
    cleanLater(at + offerKeptMillis, context);
    if (Exposure.isOne(decision)) {
      expose(decision, context, out);
    }
  }

  private void expose(Decision decision, Context context, Collector<CellDelta> out)
      throws Exception {
    Exposure old = exposures.get(decision.experimentId());
    Exposure now = old == null ? Exposure.of(decision) : old.with(decision);
    exposures.put(decision.experimentId(), now);
    List<Outcome> all = all(outcomes);
    long newest = decision.at().toEpochMilli();
    for (Outcome outcome : all) {
      newest = Math.max(newest, outcome.atMillis());
    }
    Map<CellKey, CellSums> before = old == null ? Map.of() : attribution.contributions(old, all);
    Map<CellKey, CellSums> after = attribution.contributions(now, all);
    emitReturns(
        old == null ? Map.of() : ReturnCell.contributions(old, before),
        ReturnCell.contributions(now, after),
        context);
    var difference = Attribution.difference(before, after);
    emit(now, difference, newest, all.isEmpty() ? 0 : clock.millis(), out);
  }

  @Override
  public void processElement2(ShopEvent event, Context context, Collector<CellDelta> out)
      throws Exception {
    Outcome outcome = Outcome.of(event);
    if (isRefused(outcomes.contains(outcome.eventId()), outcome.atMillis(), context)) {
      return;
    }
    List<Outcome> before = all(outcomes);
    outcomes.put(outcome.eventId(), outcome);
    promote(outcome, before, context);
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
      emitReturns(Map.of(), ReturnCell.contributions(exposure, difference), context);
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

  /** What an outcome changes for promotions and categories: itself, or the rest of its order. */
  private void promote(Outcome outcome, List<Outcome> known, Context context) throws Exception {
    var before = new ArrayList<Outcome>();
    if (outcome.isOfOrder()) {
      known.stream()
          .filter(other -> other.isOfOrder() && other.orderKey().equals(outcome.orderKey()))
          .forEach(before::add);
    } else if (outcome.promotionId() == null) {
      return;
    }
    var after = new ArrayList<>(before);
    after.add(outcome);
    List<Offer> offered = all(offers);
    emitPromotions(
        promotions.contributions(offered, before),
        promotions.contributions(offered, after),
        context);
    CategoryRevenue.difference(CategoryRevenue.of(before), CategoryRevenue.of(after))
        .forEach((slice, cents) -> context.output(CATEGORIES, new CategoryDelta(slice, cents)));
  }

  /** Outcomes that a decision for the promotion may move to another day, in whole orders. */
  private List<Outcome> answersTo(String promotionId) throws Exception {
    if (promotionId == null) {
      return List.of();
    }
    List<Outcome> answers = all(outcomes);
    var orders = new HashSet<String>();
    for (Outcome outcome : answers) {
      if (outcome.isOfOrder() && promotionId.equals(outcome.promotionId())) {
        orders.add(outcome.orderKey());
      }
    }
    answers.removeIf(
        outcome ->
            outcome.isOfOrder()
                ? !orders.contains(outcome.orderKey())
                : !promotionId.equals(outcome.promotionId()));
    return answers;
  }

  private static void emitPromotions(
      Map<PromotionDay, PromotionSums> before,
      Map<PromotionDay, PromotionSums> after,
      Context context) {
    PromotionAttribution.difference(before, after)
        .forEach((day, sums) -> context.output(PROMOTIONS, new PromotionDelta(day, sums)));
  }

  private static void emitReturns(
      Map<ReturnCell, ReturnSums> before, Map<ReturnCell, ReturnSums> after, Context context) {
    ReturnCell.difference(before, after)
        .forEach((cell, sums) -> context.output(RETURNS, new ReturnDelta(cell, sums)));
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
