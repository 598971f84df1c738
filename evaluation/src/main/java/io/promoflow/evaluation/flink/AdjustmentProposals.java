package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Exposure;
import io.promoflow.evaluation.SampleRatioBook;
import io.promoflow.evaluation.SampleRatioBook.Check;
import io.promoflow.evaluation.SampleRatioBook.Stratum;
import io.promoflow.evaluation.Standing;
import io.promoflow.evaluation.Strata;
import io.promoflow.evaluation.policy.AdjustmentDesk;
import io.promoflow.evaluation.policy.AdjustmentMark;
import io.promoflow.evaluation.policy.MeasuredReturn;
import io.promoflow.evaluation.policy.Situation;
import io.promoflow.evaluation.policy.StrategyPolicy;
import io.promoflow.evaluation.policy.StrategyPolicy.Proposal;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Variant;
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
import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
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

  static final OutputTag<TickReturn> RETURNS = new OutputTag<>("returns") {};

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
  private transient SettledSums sums;
  private transient KnownRules versions;
  private transient MapState<String, AdjustmentMark> marks;
  private transient ValueState<Rules> rules;

  AdjustmentProposals(EvaluationOptions options, Clock clock) {
    this.options = options;
    this.clock = clock;
  }

  @Override
  public void open(OpenContext context) {
    policies = new HashMap<>();
    ServiceLoader.load(StrategyPolicy.class).forEach(one -> policies.put(one.name(), one));
    var runtime = getRuntimeContext();
    var ttl = StateTtlConfig.newBuilder(options.stateTtl()).build();
    versions = new KnownRules(runtime, ttl);
    sums = new SettledSums(runtime, versions, ttl);
    var marksKept = new MapStateDescriptor<>("marks", String.class, AdjustmentMark.class);
    marksKept.enableTimeToLive(ttl);
    marks = runtime.getMapState(marksKept);
    // no TTL: one small value per experiment
    rules = runtime.getState(new ValueStateDescriptor<>("rules", Rules.class));
  }

  @Override
  public void processElement1(CellDelta delta, Context context, Collector<StrategyAdjustment> out)
      throws Exception {
    if (!delta.sums().isZero() && isOfALaterTick(delta)) {
      context.timerService().registerEventTimeTimer(delta.key().tickMillis());
    }
  }

  /** Takes in what counts; whether a tick that is still to come has to look at it. */
  private boolean isOfALaterTick(CellDelta delta) throws Exception {
    Standing standing = delta.key().standing();
    return standing.isExposed()
        ? options.population().counts(standing) && sums.add(delta)
        : sums.addMissing(delta);
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
        sums.redraw(news.ruleVersion(), news.experiment());
      }
      String carried = news.carriedAdjustmentId();
      if (carried != null && !marks.contains(carried)) {
        marks.put(carried, AdjustmentMark.carried(carried, news.ruleVersion()));
      }
    } else {
      var mark = AdjustmentMark.of(news.adjustment(), sums.newestTick());
      marks.put(mark.id(), mark.orNewer(marks.get(mark.id())));
    }
  }

  @Override
  public void onTimer(long tick, OnTimerContext context, Collector<StrategyAdjustment> out)
      throws Exception {
    sums.settleUpTo(tick);
    Rules now = rules.value();
    if (now == null || now.experiment() == null) {
      return;
    }
    var bySegment = sums.bySegment();
    double counted =
        SampleRatioBook.worstP(sums.units(), versions.all(), options.sampleRatioConcentration());
    Check missing = check(sums.missing());
    double worst = Math.min(counted, missing.sequentialP());
    boolean believed = worst >= options.sampleRatioAlpha();
    for (Map.Entry<String, MeasuredReturn> said : returns(now, bySegment, believed).entrySet()) {
      context.output(
          RETURNS,
          new TickReturn(
              tick,
              sums.newestOutcomeSeenMillis(),
              now.experiment().id(),
              said.getKey(),
              said.getValue()));
    }
    if (now.experiment().policy() == null
        || now.experiment().status() != Experiment.Status.RUNNING) {
      return;
    }
    Set<String> undone = AdjustmentDesk.undone(known(), tick, patience(now.experiment()));
    for (Situation situation : situations(now.experiment(), bySegment, counted, missing, undone)) {
      var found = found(situation);
      if (found.isPresent() && mayPropose(found.get().proposal(), situation, tick, now.version())) {
        StrategyAdjustment adjustment =
            adjustment(found.get().policy(), found.get().proposal(), situation, tick);
        marks.put(adjustment.id(), AdjustmentMark.of(adjustment, tick));
        out.collect(adjustment);
      }
    }
  }

  /** By every variant that ever was beside the control; null takes back what was said before. */
  private Map<String, MeasuredReturn> returns(
      Rules now, Map<String, Strata> bySegment, boolean believed) throws Exception {
    var said = new HashMap<String, MeasuredReturn>();
    for (Experiment known : versions.all().values()) {
      known.variants().stream()
          .filter(variant -> !variant.control())
          .forEach(variant -> said.put(variant.id(), null));
    }
    if (believed) {
      String control = control(now.experiment());
      for (MeasuredReturn measured :
          MeasuredReturn.of(now.experiment(), comparable(bySegment), options.metrics())) {
        if (gaveTheSame(measured.variant(), now) && gaveTheSame(control, now)) {
          said.put(measured.variant(), measured);
        }
      }
    }
    return said;
  }

  /** Cells of the same segment and draw. */
  private static List<Map<String, CellSums>> comparable(Map<String, Strata> bySegment) {
    return bySegment.values().stream().flatMap(one -> one.draws().values().stream()).toList();
  }

  /** Whether all who are counted in a variant could get from it what it gives now. */
  private boolean gaveTheSame(String variant, Rules now) throws Exception {
    for (Map.Entry<Stratum, Long> counted : sums.units().entrySet()) {
      Stratum stratum = counted.getKey();
      if (stratum.variant().equals(variant) && counted.getValue() != 0) {
        Experiment then = versions.get(stratum.ruleVersion());
        if (then == null || !given(then, variant).equals(given(now.experiment(), variant))) {
          return false;
        }
      }
    }
    return true;
  }

  private static List<String> given(Experiment experiment, String variant) {
    return experiment.variants().stream()
        .filter(one -> one.id().equals(variant))
        .flatMap(one -> one.promotions().stream())
        .toList();
  }

  private static String control(Experiment experiment) {
    return experiment.variants().stream().filter(Variant::control).findFirst().orElseThrow().id();
  }

  private record Found(StrategyPolicy policy, Proposal proposal) {}

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
        return Optional.of(new Found(policy, proposal.get()));
      }
    }
    return Optional.empty();
  }

  private boolean mayPropose(Proposal proposal, Situation situation, long tick, long version)
      throws Exception {
    String id =
        AdjustmentDesk.id(
            situation.experiment().id(), situation.segment(), tick, proposal.change());
    var question =
        new AdjustmentDesk.Question(
            situation.segment(), proposal.change(), proposal.evidence().metric(), tick, version);
    return !marks.contains(id)
        && AdjustmentDesk.isFree(known(), question, patience(situation.experiment()));
  }

  private AdjustmentDesk.Patience patience(Experiment experiment) {
    return options.patience(experiment.policy().coolDownMillis(), experiment.policy().mode());
  }

  private List<AdjustmentMark> known() throws Exception {
    var known = new ArrayList<AdjustmentMark>();
    marks.values().forEach(known::add);
    return known;
  }

  /** The whole experiment first, then, where weights move per segment, each segment. */
  private List<Situation> situations(
      Experiment experiment,
      Map<String, Strata> bySegment,
      double counted,
      Check missing,
      Set<String> undone) {
    var situations = new ArrayList<Situation>();
    var all = Strata.together(bySegment.values());
    situations.add(situation(experiment, null, all, counted, missing, undone));
    if (experiment.policy().perSegment()) {
      bySegment.forEach(
          (segment, strata) -> {
            if (!segment.equals(Exposure.NO_SEGMENT)) {
              situations.add(situation(experiment, segment, strata, counted, missing, undone));
            }
          });
    }
    return situations;
  }

  private Check check(Map<Stratum, Long> units) throws Exception {
    return SampleRatioBook.check(units, versions.all(), options.sampleRatioConcentration());
  }

  private Situation situation(
      Experiment experiment,
      String segment,
      Strata strata,
      double counted,
      Check missing,
      Set<String> undone) {
    var weights = SampleRatioBook.weights(experiment, segment);
    return new Situation(
        experiment,
        segment,
        weights,
        strata,
        options.optimalUnits(),
        counted,
        missing,
        options.sampleRatioAlpha(),
        options.metrics(),
        undone);
  }

  private StrategyAdjustment adjustment(
      StrategyPolicy policy, Proposal proposal, Situation situation, long tick) throws Exception {
    Experiment experiment = situation.experiment();
    long seen = sums.newestOutcomeSeenMillis();
    return new StrategyAdjustment(
        AdjustmentDesk.id(experiment.id(), situation.segment(), tick, proposal.change()),
        experiment.id(),
        situation.segment(),
        proposal.change(),
        proposal.from(),
        proposal.to(),
        proposal.evidence(),
        policy.name() + " " + experiment.policy(),
        Status.PROPOSED,
        Instant.ofEpochMilli(tick),
        policy.name(),
        clock.instant(),
        seen == 0 ? null : Instant.ofEpochMilli(seen),
        null,
        null,
        policy.version());
  }
}
