package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.Exposure;
import io.promoflow.evaluation.ExposureRule;
import io.promoflow.evaluation.Outcome;
import io.promoflow.evaluation.OutcomeValue;
import io.promoflow.evaluation.Placement;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.LoopHoldout;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Keeps one shopper's exposures and the outcomes that results rest on, for tools that compute
 * results again from rows of shoppers. Runs beside {@link ShopperAttribution} and only where it is
 * asked for. A shopper who withdraws consent is forgotten and never written again.
 */
final class ShopperFacts extends KeyedCoProcessFunction<String, Decision, ShopEvent, OutcomeFact> {
  private static final long serialVersionUID = 1L;
  private static final long CLEANING_MILLIS = Duration.ofHours(1).toMillis();
  static final OutputTag<ExposureFact> EXPOSURES = new OutputTag<>("exposures") {};

  private final double marginShare;
  private final long covariateMillis;
  private final Duration stateTtl;
  private final boolean mustBeShown;
  private final long windowMillis;
  private final long finalMillis;
  private final long decisionKeptMillis;
  private final long outcomeKeptMillis;
  private final Clock clock;

  private transient MapState<String, Exposure> exposures;
  private transient ValueState<Boolean> withdrawn;
  private transient Kept<Outcome> outcomes;
  private transient Kept<Placement> placements;

  ShopperFacts(EvaluationOptions options, Clock clock) {
    this.marginShare = options.marginShare();
    this.covariateMillis = options.covariateWindow().toMillis();
    this.stateTtl = options.stateTtl();
    this.mustBeShown = options.exposure() == ExposureRule.SHOWN;
    this.windowMillis = options.attributionWindow().toMillis();
    this.finalMillis = options.longestWindow().plus(options.lateBound()).toMillis();
    this.decisionKeptMillis = finalMillis + windowMillis;
    this.outcomeKeptMillis =
        finalMillis + (mustBeShown ? Math.max(covariateMillis, windowMillis) : covariateMillis);
    this.clock = clock;
  }

  /** Whether an event is of any use here. */
  static boolean isWanted(ShopEvent event) {
    return Outcome.isOne(event) || event.type() == ShopEventType.CONSENT_WITHDRAWN;
  }

  @Override
  public void open(OpenContext context) {
    var ttl = StateTtlConfig.newBuilder(stateTtl).build();
    var kept = new MapStateDescriptor<>("exposures", String.class, Exposure.class);
    kept.enableTimeToLive(ttl);
    var runtime = getRuntimeContext();
    exposures = runtime.getMapState(kept);
    // no TTL: a shopper who withdrew stays withdrawn, however long nothing is heard
    withdrawn = runtime.getState(new ValueStateDescriptor<>("withdrawn", Boolean.class));
    outcomes = new Kept<>(runtime, "outcomes", Outcome.class, Outcome::atMillis);
    placements =
        new Kept<>(runtime, "placements", Placement.class, one -> one.sighting().atMillis());
  }

  /** Of the experiment on the loop itself decisions name one variant only. */
  private static boolean isComparable(Decision decision) {
    return Placement.isOne(decision) && !LoopHoldout.ID.equals(decision.experimentId());
  }

  @Override
  public void processElement1(Decision decision, Context context, Collector<OutcomeFact> out)
      throws Exception {
    if (!isComparable(decision) || isRefused(decision.at().toEpochMilli(), context)) {
      return;
    }
    Placement placement = Placement.of(decision);
    if (!mustBeShown) {
      expose(decision.shopperId(), placement, context, out);
    } else if (!placements.contains(decision.decisionId())) {
      placements.put(decision.decisionId(), placement);
      cleanLater(decision.at().toEpochMilli() + decisionKeptMillis, context);
      exposeIfShown(decision.shopperId(), decision.decisionId(), context, out);
    }
  }

  private void exposeIfShown(
      String shopper, String decisionId, Context context, Collector<OutcomeFact> out)
      throws Exception {
    Placement placement = placements.get(decisionId);
    if (placement != null) {
      OptionalLong shown = placement.shownAtMillis(outcomes.all(), windowMillis);
      if (shown.isPresent()) {
        expose(shopper, placement.exposingAt(shown.getAsLong()), context, out);
      }
    }
  }

  private void expose(
      String shopper, Placement placement, Context context, Collector<OutcomeFact> out)
      throws Exception {
    Exposure old = exposures.get(placement.experimentId());
    Exposure now = old == null ? Exposure.of(placement) : old.with(placement);
    if (now.equals(old) || (old != null && !isOpen(old, context))) {
      return;
    }
    var before = facts(context, outcomes.all());
    exposures.put(placement.experimentId(), now);
    boolean contaminated = now.contaminatedAtMillis(windowMillis).isPresent();
    context.output(EXPOSURES, new ExposureFact(shopper, now, contaminated, clock.instant()));
    emit(shopper, before, facts(context, outcomes.all()), out);
  }

  /** Whether its outcomes are all still there, so that something of it may change. */
  private boolean isOpen(Exposure exposure, Context context) {
    return exposure.first().atMillis() + finalMillis > context.timerService().currentWatermark();
  }

  @Override
  public void processElement2(ShopEvent event, Context context, Collector<OutcomeFact> out)
      throws Exception {
    if (event.type() == ShopEventType.CONSENT_WITHDRAWN) {
      forget(event.shopperId(), context, out);
      return;
    }
    Outcome outcome = Outcome.of(event);
    if ((outcome.isBarePlacement() && !mustBeShown)
        || outcomes.contains(outcome.eventId())
        || isRefused(outcome.atMillis(), context)) {
      return;
    }
    var before = facts(context, outcomes.all());
    outcomes.put(outcome.eventId(), outcome);
    emit(event.shopperId(), before, facts(context, outcomes.all()), out);
    cleanLater(outcome.atMillis() + outcomeKeptMillis, context);
    if (mustBeShown && outcome.decisionId() != null) {
      exposeIfShown(event.shopperId(), outcome.decisionId(), context, out);
    }
  }

  private static void cleanLater(long atMillis, Context context) {
    long hours = -Math.floorDiv(-atMillis, CLEANING_MILLIS);
    context.timerService().registerEventTimeTimer(hours * CLEANING_MILLIS);
  }

  private void forget(String shopper, Context context, Collector<OutcomeFact> out)
      throws Exception {
    withdrawn.update(true);
    exposures.clear();
    outcomes.clear();
    placements.clear();
    context.output(EXPOSURES, new ExposureFact(shopper, null, false, clock.instant()));
    out.collect(new OutcomeFact(shopper, null, null, clock.instant()));
  }

  private boolean isRefused(long atMillis, Context context) throws Exception {
    return withdrawn.value() != null
        || atMillis + finalMillis <= context.timerService().currentWatermark();
  }

  private record Fact(Outcome outcome, OutcomeValue value) {}

  /**
   * What outcomes add to exposures that are still open. As in the results, an order from before an
   * exposure and a refund after it have nothing to do with each other; where windows overlap, the
   * latest exposure decides.
   */
  private Map<String, Fact> facts(Context context, List<Outcome> all) throws Exception {
    all.removeIf(Outcome::isBarePlacement);
    List<Exposure> open = new ArrayList<>();
    for (Exposure exposure : exposures.values()) {
      if (isOpen(exposure, context)) {
        open.add(exposure);
      }
    }
    open.sort(
        Comparator.comparingLong((Exposure exposure) -> exposure.first().atMillis())
            .thenComparing(Exposure::experimentId));
    var facts = new HashMap<String, Fact>();
    for (boolean exposed : new boolean[] {false, true}) {
      for (Exposure exposure : open) {
        var byId = new HashMap<String, Outcome>();
        for (Outcome outcome : all) {
          long since = outcome.atMillis() - exposure.first().atMillis();
          if (since >= -covariateMillis && since < windowMillis && exposed == (since >= 0)) {
            byId.put(outcome.eventId(), outcome);
          }
        }
        OutcomeValue.of(byId.values(), marginShare)
            .forEach((id, value) -> facts.put(id, new Fact(byId.get(id), value)));
      }
    }
    return facts;
  }

  private void emit(
      String shopper,
      Map<String, Fact> before,
      Map<String, Fact> after,
      Collector<OutcomeFact> out) {
    after.forEach(
        (id, fact) -> {
          if (!fact.equals(before.get(id))) {
            out.collect(new OutcomeFact(shopper, fact.outcome(), fact.value(), clock.instant()));
          }
        });
    before.forEach(
        (id, fact) -> {
          if (!after.containsKey(id)) {
            out.collect(new OutcomeFact(shopper, fact.outcome(), null, clock.instant()));
          }
        });
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<OutcomeFact> out)
      throws Exception {
    outcomes.forget(timestamp - outcomeKeptMillis);
    placements.forget(timestamp - decisionKeptMillis);
  }
}
