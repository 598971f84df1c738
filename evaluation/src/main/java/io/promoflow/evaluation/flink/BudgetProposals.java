package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.policy.AdjustmentDesk;
import io.promoflow.evaluation.policy.AdjustmentMark;
import io.promoflow.evaluation.policy.BudgetPolicy;
import io.promoflow.evaluation.policy.BudgetPolicy.Move;
import io.promoflow.evaluation.policy.BudgetSituation;
import io.promoflow.evaluation.policy.MeasuredReturn;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Status;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Asks the budget policy at every tick at which an experiment has something new to say, with what
 * all of them said up to that tick. One key: it sees a handful of numbers per tick, not shoppers.
 */
final class BudgetProposals
    extends KeyedCoProcessFunction<String, TickReturn, BudgetNews, StrategyAdjustment> {
  private static final long serialVersionUID = 1L;

  /** The key of all that concerns budgets. */
  static final String KEY = "budgets";

  /**
   * Who measured.
   *
   * @param experimentId which experiment
   * @param variant of it
   */
  public record Place(String experimentId, String variant) {}

  /**
   * What no tick has seen yet.
   *
   * @param tickMillis first tick that may
   * @param place who measured
   */
  public record Waiting(long tickMillis, Place place) {}

  private final EvaluationOptions options;
  private final Clock clock;

  private transient BudgetPolicy policy;
  private transient MapState<Place, TickReturn> settled;
  private transient MapState<Waiting, TickReturn> waiting;
  private transient MapState<String, AdjustmentMark> marks;
  private transient ValueState<BudgetNews.Rules> rules;
  private transient ValueState<Long> newestTick;

  BudgetProposals(EvaluationOptions options, Clock clock) {
    this.options = options;
    this.clock = clock;
  }

  /** The policy of that name. */
  static BudgetPolicy policy(String name) {
    var names = new ArrayList<String>();
    for (BudgetPolicy candidate : ServiceLoader.load(BudgetPolicy.class)) {
      if (candidate.name().equals(name)) {
        return candidate;
      }
      names.add(candidate.name());
    }
    throw new IllegalArgumentException(
        EvaluationOptions.BUDGET_POLICY.key() + ": no policy '" + name + "'; there are " + names);
  }

  @Override
  public void open(OpenContext context) {
    policy = policy(options.budgetPolicy());
    var ttl = StateTtlConfig.newBuilder(options.stateTtl()).build();
    var runtime = getRuntimeContext();
    var settledKept = new MapStateDescriptor<>("settled", Place.class, TickReturn.class);
    settledKept.enableTimeToLive(ttl);
    settled = runtime.getMapState(settledKept);
    var marksKept = new MapStateDescriptor<>("marks", String.class, AdjustmentMark.class);
    marksKept.enableTimeToLive(ttl);
    marks = runtime.getMapState(marksKept);
    // no TTL: a tick takes them out
    waiting =
        runtime.getMapState(new MapStateDescriptor<>("waiting", Waiting.class, TickReturn.class));
    // no TTL: one small value in the whole job each
    rules = runtime.getState(new ValueStateDescriptor<>("rules", BudgetNews.Rules.class));
    newestTick = runtime.getState(new ValueStateDescriptor<>("newest tick", Long.class));
  }

  @Override
  public void processElement1(TickReturn said, Context context, Collector<StrategyAdjustment> out)
      throws Exception {
    var place = new Place(said.experimentId(), said.variant());
    waiting.put(new Waiting(said.tickMillis(), place), said);
    context.timerService().registerEventTimeTimer(said.tickMillis());
  }

  @Override
  public void processElement2(BudgetNews news, Context context, Collector<StrategyAdjustment> out)
      throws Exception {
    if (news.rules() == null) {
      var mark = AdjustmentMark.of(news.adjustment(), tick());
      marks.put(mark.id(), mark.orNewer(marks.get(mark.id())));
      return;
    }
    BudgetNews.Rules known = rules.value();
    if (known == null || news.rules().version() >= known.version()) {
      rules.update(news.rules());
    }
    String carried = news.rules().adjustmentId();
    if (carried != null && !marks.contains(carried)) {
      marks.put(carried, AdjustmentMark.carried(carried, news.rules().version()));
    }
  }

  @Override
  public void onTimer(long tick, OnTimerContext context, Collector<StrategyAdjustment> out)
      throws Exception {
    settleUpTo(tick);
    newestTick.update(Math.max(tick, tick()));
    BudgetNews.Rules now = rules.value();
    if (now == null || now.limits() == null) {
      return;
    }
    var situation =
        new BudgetSituation(now.limits(), now.budgets(), measured(now), options.optimalUnits());
    var move = policy.propose(situation);
    if (move.isPresent() && mayPropose(move.get(), now, tick)) {
      StrategyAdjustment adjustment = adjustment(move.get(), now, tick);
      marks.put(adjustment.id(), AdjustmentMark.of(adjustment, tick));
      out.collect(adjustment);
    }
  }

  private void settleUpTo(long tick) throws Exception {
    var due = new ArrayList<Waiting>();
    waiting
        .keys()
        .forEach(
            one -> {
              if (one.tickMillis() <= tick) {
                due.add(one);
              }
            });
    for (Waiting one : due) {
      TickReturn said = waiting.get(one);
      TickReturn known = settled.get(one.place());
      if (known == null || known.tickMillis() < said.tickMillis()) {
        settled.put(one.place(), said);
      }
      waiting.remove(one);
    }
  }

  /** Experiments that are over, or not to be believed any more, do not say anything. */
  private List<MeasuredReturn> measured(BudgetNews.Rules now) throws Exception {
    var measured = new ArrayList<MeasuredReturn>();
    for (TickReturn said : settled.values()) {
      if (said.measured() != null && now.experiments().contains(said.experimentId())) {
        measured.add(said.measured());
      }
    }
    return measured;
  }

  private boolean mayPropose(Move move, BudgetNews.Rules now, long tick) throws Exception {
    var known = new ArrayList<AdjustmentMark>();
    marks.values().forEach(known::add);
    var proposal = move.proposal();
    var question =
        new AdjustmentDesk.Question(
            null, proposal.change(), proposal.evidence().metric(), tick, now.version());
    return !marks.contains(id(move, tick))
        && AdjustmentDesk.isFree(
            known, question, options.patience(now.limits().coolDownMillis(), now.limits().mode()));
  }

  /** One move at a tick, whoever it is between. */
  private static String id(Move move, long tick) {
    return AdjustmentDesk.id(KEY, null, tick, move.proposal().change());
  }

  private StrategyAdjustment adjustment(Move move, BudgetNews.Rules now, long tick)
      throws Exception {
    long seen = 0;
    for (TickReturn said : settled.values()) {
      seen = Math.max(seen, said.outcomeSeenAtMillis());
    }
    Map<String, Double> from = new HashMap<>(move.proposal().from());
    Map<String, Double> to = new HashMap<>(move.proposal().to());
    return new StrategyAdjustment(
        id(move, tick),
        move.experimentId(),
        null,
        move.proposal().change(),
        from,
        to,
        move.proposal().evidence(),
        policy.name() + " " + now.limits(),
        Status.PROPOSED,
        Instant.ofEpochMilli(tick),
        policy.name(),
        clock.instant(),
        seen == 0 ? null : Instant.ofEpochMilli(seen),
        null,
        null,
        policy.version());
  }

  private long tick() throws Exception {
    Long tick = newestTick.value();
    return tick == null ? 0 : tick;
  }
}
