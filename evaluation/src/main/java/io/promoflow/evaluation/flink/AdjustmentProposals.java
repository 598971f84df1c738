package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.CellKey;
import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Exposure;
import io.promoflow.evaluation.ResultBook;
import io.promoflow.evaluation.SampleRatioBook;
import io.promoflow.evaluation.SampleRatioBook.Stratum;
import io.promoflow.evaluation.flink.ExperimentResults.Cell;
import io.promoflow.evaluation.policy.AdjustmentDesk;
import io.promoflow.evaluation.policy.AdjustmentMark;
import io.promoflow.evaluation.policy.Situation;
import io.promoflow.evaluation.policy.StrategyPolicy;
import io.promoflow.evaluation.policy.StrategyPolicy.Proposal;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Status;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the policy at every event-time tick, with the data up to that tick and no other: sums of
 * later ticks wait in state. So the same records give the same proposals, whatever came early.
 */
final class AdjustmentProposals
    extends KeyedCoProcessFunction<String, CellDelta, ExperimentNews, StrategyAdjustment> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(AdjustmentProposals.class);

  /**
   * Sums that no tick has seen yet.
   *
   * @param tickMillis first tick that may
   * @param segment id
   * @param variant id
   */
  public record Waiting(long tickMillis, String segment, String variant) {}

  /**
   * Shoppers that no tick has counted yet.
   *
   * @param tickMillis first tick that may
   * @param stratum who assigned them where
   */
  public record WaitingUnits(long tickMillis, Stratum stratum) {}

  /**
   * Rules of the experiment.
   *
   * @param version newest seen
   * @param experiment null when the rules no longer have it
   */
  public record Rules(long version, Experiment experiment) {}

  private final EvaluationOptions options;
  private final Clock clock;

  private transient Map<String, StrategyPolicy> policies;
  private transient MapState<Cell, CellSums> settled;
  private transient MapState<Waiting, CellSums> waiting;
  private transient MapState<Stratum, Long> strata;
  private transient MapState<WaitingUnits, Long> waitingUnits;
  private transient MapState<Long, Experiment> versions;
  private transient MapState<Long, Long> outcomeSeen;
  private transient MapState<String, AdjustmentMark> marks;
  private transient ValueState<Rules> rules;
  private transient ValueState<Long> newestTick;
  private transient ValueState<Long> newestOutcomeSeen;

  AdjustmentProposals(EvaluationOptions options, Clock clock) {
    this.options = options;
    this.clock = clock;
  }

  /** The policy of that name. */
  static StrategyPolicy policy(String name) {
    var names = new ArrayList<String>();
    for (StrategyPolicy candidate : ServiceLoader.load(StrategyPolicy.class)) {
      if (candidate.name().equals(name)) {
        return candidate;
      }
      names.add(candidate.name());
    }
    throw new IllegalArgumentException(
        EvaluationOptions.POLICY.key() + ": no policy '" + name + "'; there are " + names);
  }

  @Override
  public void open(OpenContext context) {
    policies = new HashMap<>();
    ServiceLoader.load(StrategyPolicy.class).forEach(one -> policies.put(one.name(), one));
    var ttl = StateTtlConfig.newBuilder(options.stateTtl()).build();
    var runtime = getRuntimeContext();
    var settledKept = new MapStateDescriptor<>("settled", Cell.class, CellSums.class);
    settledKept.enableTimeToLive(ttl);
    settled = runtime.getMapState(settledKept);
    var strataKept = new MapStateDescriptor<>("strata", Stratum.class, Long.class);
    strataKept.enableTimeToLive(ttl);
    strata = runtime.getMapState(strataKept);
    var versionsKept = new MapStateDescriptor<>("versions", Long.class, Experiment.class);
    versionsKept.enableTimeToLive(ttl);
    versions = runtime.getMapState(versionsKept);
    // no TTL: a tick takes them out
    waitingUnits =
        runtime.getMapState(
            new MapStateDescriptor<>("waiting units", WaitingUnits.class, Long.class));
    waiting =
        runtime.getMapState(new MapStateDescriptor<>("waiting", Waiting.class, CellSums.class));
    outcomeSeen =
        runtime.getMapState(new MapStateDescriptor<>("outcome seen", Long.class, Long.class));
    var marksKept = new MapStateDescriptor<>("marks", String.class, AdjustmentMark.class);
    marksKept.enableTimeToLive(ttl);
    marks = runtime.getMapState(marksKept);
    // no TTL: one small value per experiment each
    rules = runtime.getState(new ValueStateDescriptor<>("rules", Rules.class));
    newestTick = runtime.getState(new ValueStateDescriptor<>("newest tick", Long.class));
    newestOutcomeSeen =
        runtime.getState(new ValueStateDescriptor<>("newest outcome seen", Long.class));
  }

  @Override
  public void processElement1(CellDelta delta, Context context, Collector<StrategyAdjustment> out)
      throws Exception {
    if (delta.sums().isZero()) {
      return;
    }
    CellKey key = delta.key();
    long units = delta.sums().units();
    if (units != 0) {
      var stratum = new Stratum(key.ruleVersion(), key.segment(), key.variant());
      boolean late = key.tickMillis() <= orZero(newestTick.value());
      if (late) {
        strata.put(stratum, orZero(strata.get(stratum)) + units);
      } else {
        var place = new WaitingUnits(key.tickMillis(), stratum);
        waitingUnits.put(place, orZero(waitingUnits.get(place)) + units);
      }
    }
    if (key.tickMillis() <= orZero(newestTick.value())) {
      settle(new Cell(key.segment(), key.variant()), delta.sums(), delta.outcomeSeenAtMillis());
      return;
    }
    var place = new Waiting(key.tickMillis(), key.segment(), key.variant());
    CellSums known = waiting.get(place);
    waiting.put(place, known == null ? delta.sums() : known.plus(delta.sums()));
    if (delta.outcomeSeenAtMillis() > orZero(outcomeSeen.get(key.tickMillis()))) {
      outcomeSeen.put(key.tickMillis(), delta.outcomeSeenAtMillis());
    }
    context.timerService().registerEventTimeTimer(key.tickMillis());
  }

  @Override
  public void processElement2(
      ExperimentNews news, Context context, Collector<StrategyAdjustment> out) throws Exception {
    if (news.isAboutRules()) {
      Rules known = rules.value();
      if (known == null || news.ruleVersion() >= known.version()) {
        rules.update(new Rules(news.ruleVersion(), news.experiment()));
      }
      if (news.experiment() != null) {
        versions.put(news.ruleVersion(), news.experiment());
      }
      String carried = news.carriedAdjustmentId();
      if (carried != null && !marks.contains(carried)) {
        marks.put(carried, AdjustmentMark.carried(carried, news.ruleVersion()));
      }
    } else {
      var mark = AdjustmentMark.of(news.adjustment(), orZero(newestTick.value()));
      marks.put(mark.id(), mark.orFurther(marks.get(mark.id())));
    }
  }

  @Override
  public void onTimer(long tick, OnTimerContext context, Collector<StrategyAdjustment> out)
      throws Exception {
    settleUpTo(tick);
    newestTick.update(Math.max(tick, orZero(newestTick.value())));
    Rules now = rules.value();
    if (now == null
        || now.experiment() == null
        || now.experiment().policy() == null
        || now.experiment().status() != Experiment.Status.RUNNING) {
      return;
    }
    for (Situation situation : situations(now.experiment())) {
      var found = found(situation);
      if (found.isPresent() && mayPropose(found.get().proposal(), situation, tick, now.version())) {
        StrategyAdjustment adjustment =
            adjustment(found.get().policy(), found.get().proposal(), situation, tick);
        marks.put(adjustment.id(), AdjustmentMark.of(adjustment, tick));
        out.collect(adjustment);
      }
    }
  }

  private record Found(String policy, Proposal proposal) {}

  /** Of the experiment's policies, or the platform's, the first that proposes anything. */
  private Optional<Found> found(Situation situation) {
    List<String> use = situation.experiment().policy().use();
    for (String name : use.isEmpty() ? List.of(options.policy()) : use) {
      StrategyPolicy policy = policies.get(name);
      if (policy == null) {
        LOG.warn(
            "experiment {} names a policy '{}' that is not there; there are {}",
            situation.experiment().id(),
            name,
            policies.keySet());
        continue;
      }
      var proposal = policy.propose(situation);
      if (proposal.isPresent()) {
        return Optional.of(new Found(name, proposal.get()));
      }
    }
    return Optional.empty();
  }

  private boolean mayPropose(Proposal proposal, Situation situation, long tick, long version)
      throws Exception {
    String id =
        AdjustmentDesk.id(
            situation.experiment().id(), situation.segment(), tick, proposal.change());
    var known = new ArrayList<AdjustmentMark>();
    marks.values().forEach(known::add);
    return !marks.contains(id)
        && AdjustmentDesk.isFree(
            known, situation.segment(), tick, version, options.revertCoolDown().toMillis());
  }

  private void settleUpTo(long tick) throws Exception {
    var due = new ArrayList<Waiting>();
    waiting
        .keys()
        .forEach(
            place -> {
              if (place.tickMillis() <= tick) {
                due.add(place);
              }
            });
    for (Waiting place : due) {
      long seen = orZero(outcomeSeen.get(place.tickMillis()));
      settle(new Cell(place.segment(), place.variant()), waiting.get(place), seen);
      waiting.remove(place);
    }
    for (Waiting place : due) {
      outcomeSeen.remove(place.tickMillis());
    }
    var dueUnits = new ArrayList<WaitingUnits>();
    waitingUnits
        .keys()
        .forEach(
            place -> {
              if (place.tickMillis() <= tick) {
                dueUnits.add(place);
              }
            });
    for (WaitingUnits place : dueUnits) {
      Stratum stratum = place.stratum();
      strata.put(stratum, orZero(strata.get(stratum)) + waitingUnits.get(place));
      waitingUnits.remove(place);
    }
  }

  private void settle(Cell cell, CellSums sums, long outcomeSeenAtMillis) throws Exception {
    CellSums known = settled.get(cell);
    settled.put(cell, known == null ? sums : known.plus(sums));
    if (outcomeSeenAtMillis > orZero(newestOutcomeSeen.value())) {
      newestOutcomeSeen.update(outcomeSeenAtMillis);
    }
  }

  /** The whole experiment first, then, where weights move per segment, each segment. */
  private List<Situation> situations(Experiment experiment) throws Exception {
    var bySegment = new TreeMap<String, Map<String, CellSums>>();
    for (Map.Entry<Cell, CellSums> entry : settled.entries()) {
      bySegment
          .computeIfAbsent(entry.getKey().segment(), segment -> new TreeMap<>())
          .put(entry.getKey().variant(), entry.getValue());
    }
    double ratio = sampleRatioP();
    var situations = new ArrayList<Situation>();
    situations.add(situation(experiment, null, ResultBook.overAll(bySegment.values()), ratio));
    if (experiment.policy().perSegment()) {
      bySegment.forEach(
          (segment, cells) -> {
            if (!segment.equals(Exposure.NO_SEGMENT)) {
              situations.add(situation(experiment, segment, cells, ratio));
            }
          });
    }
    return situations;
  }

  private double sampleRatioP() throws Exception {
    var units = new HashMap<Stratum, Long>();
    for (Map.Entry<Stratum, Long> entry : strata.entries()) {
      units.put(entry.getKey(), entry.getValue());
    }
    var known = new HashMap<Long, Experiment>();
    for (Map.Entry<Long, Experiment> entry : versions.entries()) {
      known.put(entry.getKey(), entry.getValue());
    }
    return SampleRatioBook.check(units, known, options.sampleRatioConcentration()).sequentialP();
  }

  private Situation situation(
      Experiment experiment, String segment, Map<String, CellSums> cells, double sampleRatioP) {
    var weights = SampleRatioBook.weights(experiment, segment);
    return new Situation(
        experiment,
        segment,
        weights,
        cells,
        options.optimalUnits(),
        sampleRatioP,
        options.sampleRatioAlpha(),
        options.metrics());
  }

  private StrategyAdjustment adjustment(
      String policy, Proposal proposal, Situation situation, long tick) throws Exception {
    Experiment experiment = situation.experiment();
    Long seen = newestOutcomeSeen.value();
    return new StrategyAdjustment(
        AdjustmentDesk.id(experiment.id(), situation.segment(), tick, proposal.change()),
        experiment.id(),
        situation.segment(),
        proposal.change(),
        proposal.from(),
        proposal.to(),
        proposal.evidence(),
        policy + " " + experiment.policy(),
        Status.PROPOSED,
        Instant.ofEpochMilli(tick),
        policy,
        clock.instant(),
        seen == null ? null : Instant.ofEpochMilli(seen),
        null,
        null);
  }

  private static long orZero(Long value) {
    return value == null ? 0 : value;
  }
}
