package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.Attribution;
import io.promoflow.evaluation.CategoryRevenue;
import io.promoflow.evaluation.CellKey;
import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Exposure;
import io.promoflow.evaluation.ExposureRule;
import io.promoflow.evaluation.Metrics;
import io.promoflow.evaluation.Outcome;
import io.promoflow.evaluation.Placement;
import io.promoflow.evaluation.Population;
import io.promoflow.evaluation.PromotionAttribution;
import io.promoflow.evaluation.PromotionAttribution.Offer;
import io.promoflow.evaluation.PromotionDay;
import io.promoflow.evaluation.PromotionSums;
import io.promoflow.evaluation.ReturnCell;
import io.promoflow.evaluation.ReturnSums;
import io.promoflow.evaluation.Standing;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.ShopEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
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
  static final OutputTag<ShownDelta> SHOWN = new OutputTag<>("shown") {};
  static final OutputTag<CategoryDelta> CATEGORIES = new OutputTag<>("categories") {};
  static final OutputTag<ReturnDelta> RETURNS = new OutputTag<>("returns") {};

  private final Metrics metrics;
  private final Attribution attribution;
  private final Population population;
  private final PromotionAttribution promotions;
  private final boolean mustBeShown;
  private final long windowMillis;
  private final Duration stateTtl;
  private final long finalMillis;
  private final long outcomeKeptMillis;
  private final long decisionKeptMillis;
  private final Clock clock;

  private transient MapState<String, Exposure> exposures;
  // No TTL on these: event-time timers clear them, wall time may not decide what counts.
  private transient MapState<String, Outcome> outcomes;
  private transient MapState<String, Offer> offers;
  private transient MapState<String, Placement> placements;
  private transient Counter duplicates;
  private transient Counter tooLate;

  ShopperAttribution(EvaluationOptions options, Clock clock) {
    this.metrics = options.metrics();
    this.attribution = options.attribution();
    this.population = options.population();
    this.promotions = options.promotionAttribution();
    this.stateTtl = options.stateTtl();
    this.finalMillis = options.longestWindow().plus(options.lateBound()).toMillis();
    this.mustBeShown = options.exposure() == ExposureRule.SHOWN;
    this.windowMillis = options.attributionWindow().toMillis();
    // an outcome that just makes it must still find the oldest decision that it can answer
    this.decisionKeptMillis = finalMillis + windowMillis;
    // an exposure that just makes it must still find what it needs from before, and its view
    long before = options.covariateWindow().toMillis();
    this.outcomeKeptMillis = finalMillis + (mustBeShown ? Math.max(before, windowMillis) : before);
    this.clock = clock;
  }

  @Override
  public void open(OpenContext context) {
    var kept = new MapStateDescriptor<>("exposures", String.class, Exposure.class);
    kept.enableTimeToLive(ttl());
    exposures = getRuntimeContext().getMapState(kept);
    outcomes =
        getRuntimeContext()
            .getMapState(new MapStateDescriptor<>("outcomes", String.class, Outcome.class));
    offers =
        getRuntimeContext()
            .getMapState(new MapStateDescriptor<>("offers", String.class, Offer.class));
    placements =
        getRuntimeContext()
            .getMapState(new MapStateDescriptor<>("placements", String.class, Placement.class));
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
    offer(Offer.of(decision), context);
    cleanLater(at + decisionKeptMillis, context);
    if (!Placement.isOne(decision)) {
      return;
    }
    Placement placement = Placement.of(decision);
    // who is held out is shown nothing: the experiment on the loop knows decisions only
    if (mustBeShown && !placement.isOfTheLoop()) {
      placements.put(decision.decisionId(), placement);
      context.output(SHOWN, new ShownDelta(of(placement), 1, 0));
      exposeIfShown(decision.decisionId(), context, out);
    } else {
      expose(placement, at, context, out);
    }
  }

  /** Outcomes may answer it already, of which it moves some to its day. */
  private void offer(Offer offer, Context context) throws Exception {
    String promotion = offer.promotionId();
    if (promotion != null) {
      List<Outcome> answers = answersTo(promotion);
      List<Offer> offered = all(offers);
      offered.removeIf(other -> !promotion.equals(other.promotionId()));
      var before = promotions.contributions(offered, answers);
      offered.add(offer);
      emitPromotions(before, promotions.contributions(offered, answers), context);
    }
    offers.put(offer.decisionId(), offer);
  }

  /** A decision and its view may be read in any order, and earlier views after later ones. */
  private void exposeIfShown(String decisionId, Context context, Collector<CellDelta> out)
      throws Exception {
    Placement placement = placements.get(decisionId);
    if (placement == null) {
      return;
    }
    OptionalLong shown = placement.shownAtMillis(all(outcomes), windowMillis);
    if (shown.isEmpty()) {
      return;
    }
    if (!placement.shown()) {
      placements.put(decisionId, placement.asShown());
      context.output(SHOWN, new ShownDelta(of(placement), 0, 1));
    }
    long decided = placement.sighting().atMillis();
    expose(placement.exposingAt(shown.getAsLong()), decided, context, out);
  }

  private static ShownDelta.Of of(Placement placement) {
    return new ShownDelta.Of(placement.experimentId(), placement.sighting().variant());
  }

  private void expose(
      Placement placement, long decidedMillis, Context context, Collector<CellDelta> out)
      throws Exception {
    Exposure old = exposures.get(placement.experimentId());
    List<Outcome> all = all(outcomes);
    long newest = decidedMillis;
    for (Outcome outcome : all) {
      newest = Math.max(newest, outcome.atMillis());
    }
    if (old != null && isFinal(old, context)) {
      emit(old, Map.of(), newest, 0, out);
      return;
    }
    Exposure now = old == null ? Exposure.of(placement) : old.with(placement);
    exposures.put(placement.experimentId(), now);
    if (now.equals(old)) {
      emit(now, Map.of(), newest, 0, out);
      return;
    }
    all.removeIf(Outcome::isBarePlacement);
    Map<CellKey, CellSums> before = old == null ? Map.of() : attribution.contributions(old, all);
    Map<CellKey, CellSums> after = attribution.contributions(now, all);
    emitReturns(
        old == null ? Map.of() : ReturnCell.contributions(old, before, population, metrics),
        ReturnCell.contributions(now, after, population, metrics),
        context);
    var difference = Attribution.difference(before, after);
    emit(now, difference, newest, all.isEmpty() ? 0 : clock.millis(), out);
  }

  /** Once the oldest outcomes of an exposure may be gone, nothing of it changes any more. */
  private boolean isFinal(Exposure exposure, Context context) {
    return exposure.first().atMillis() + finalMillis <= context.timerService().currentWatermark();
  }

  @Override
  public void processElement2(ShopEvent event, Context context, Collector<CellDelta> out)
      throws Exception {
    Outcome outcome = metrics.outcome(event);
    if (outcome.isBarePlacement() && !mustBeShown) {
      return;
    }
    if (isRefused(outcomes.contains(outcome.eventId()), outcome.atMillis(), context)) {
      return;
    }
    List<Outcome> before = all(outcomes);
    outcomes.put(outcome.eventId(), outcome);
    promote(outcome, before, context);
    cleanLater(outcome.atMillis() + outcomeKeptMillis, context);
    correct(outcome, before, context, out);
    if (mustBeShown && outcome.decisionId() != null) {
      exposeIfShown(outcome.decisionId(), context, out);
    }
  }

  /** What an outcome adds to the exposures that are there. */
  private void correct(
      Outcome outcome, List<Outcome> known, Context context, Collector<CellDelta> out)
      throws Exception {
    var before = new ArrayList<>(known);
    before.removeIf(Outcome::isBarePlacement);
    for (Exposure exposure : exposures.values()) {
      boolean counts =
          !outcome.isBarePlacement()
              && !isFinal(exposure, context)
              && attribution.isAbout(exposure, outcome.atMillis());
      Map<CellKey, CellSums> difference =
          counts ? attribution.correction(exposure, before, outcome) : Map.of();
      emitReturns(
          Map.of(), ReturnCell.contributions(exposure, difference, population, metrics), context);
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
              exposure.experimentId(),
              first.variant(),
              first.segment(),
              first.ruleVersion(),
              0,
              Standing.PLAIN);
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
      String order = outcome.orderKey();
      for (Outcome other : known) {
        if (other.isOfOrder() && other.orderKey().equals(order)) {
          before.add(other);
        }
      }
    } else if (outcome.promotionId() == null) {
      return;
    }
    var after = new ArrayList<>(before);
    after.add(outcome);
    if (after.stream().anyMatch(one -> one.promotionId() != null)) {
      List<Offer> offered = all(offers);
      emitPromotions(
          promotions.answers(offered, before), promotions.answers(offered, after), context);
    }
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

  /**
   * Looks through one shopper per access for what is forgotten; the default of five costs more than
   * the access.
   */
  private StateTtlConfig ttl() {
    return StateTtlConfig.newBuilder(stateTtl).cleanupIncrementally(1, false).build();
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
    clean(offers, Offer::atMillis, timestamp - decisionKeptMillis);
    clean(placements, placement -> placement.sighting().atMillis(), timestamp - decisionKeptMillis);
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
