package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.Attribution;
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
import io.promoflow.evaluation.ReturnCell;
import io.promoflow.evaluation.ReturnSums;
import io.promoflow.evaluation.Standing;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.ShopEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
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
  private final PromotionAttribution promotionAttribution;
  private final boolean mustBeShown;
  private final long windowMillis;
  private final Duration stateTtl;
  private final long finalMillis;
  private final long outcomeKeptMillis;
  private final long decisionKeptMillis;
  private final Clock clock;

  private transient MapState<String, Exposure> exposures;
  private transient Kept<Outcome> outcomes;
  private transient Kept<Offer> offers;
  private transient Kept<Placement> placements;
  private transient PromotionDeltas promotions;
  private transient MissingExposures missing;
  private transient Counter duplicates;
  private transient Counter tooLate;

  ShopperAttribution(EvaluationOptions options, Clock clock) {
    this.metrics = options.metrics();
    this.attribution = options.attribution();
    this.population = options.population();
    this.promotionAttribution = options.promotionAttribution();
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
    var runtime = getRuntimeContext();
    exposures = runtime.getMapState(kept);
    outcomes = new Kept<>(runtime, "outcomes", Outcome.class, Outcome::atMillis);
    offers = new Kept<>(runtime, "offers", Offer.class, Offer::atMillis);
    placements =
        new Kept<>(runtime, "placements", Placement.class, one -> one.sighting().atMillis());
    promotions = new PromotionDeltas(promotionAttribution, offers, outcomes);
    missing = new MissingExposures(runtime, ttl(), attribution, windowMillis);
    var metrics = runtime.getMetricGroup();
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
    promotions.offer(Offer.of(decision), context);
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

  /** A decision and its view may be read in any order, and earlier views after later ones. */
  private void exposeIfShown(String decisionId, Context context, Collector<CellDelta> out)
      throws Exception {
    Placement placement = placements.get(decisionId);
    if (placement == null) {
      return;
    }
    OptionalLong shown = placement.shownAtMillis(outcomes.all(), windowMillis);
    missing.take(placement, shown, out);
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
    List<Outcome> all = outcomes.all();
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
    List<Outcome> before = outcomes.all();
    outcomes.put(outcome.eventId(), outcome);
    promotions.outcome(outcome, before, context);
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

  private static void cleanLater(long atMillis, Context context) {
    long hours = -Math.floorDiv(-atMillis, CLEANING_MILLIS);
    context.timerService().registerEventTimeTimer(hours * CLEANING_MILLIS);
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<CellDelta> out)
      throws Exception {
    outcomes.forget(timestamp - outcomeKeptMillis);
    offers.forget(timestamp - decisionKeptMillis);
    placements.forget(timestamp - decisionKeptMillis);
  }
}
