package io.promoflow.serving.flink;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.FeatureRows;
import io.promoflow.serving.Moments;
import io.promoflow.serving.ShopperActivity;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.ledger.Ledger;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Keeps what must be remembered of each shopper, notices the moments that ask for a decision, and
 * lets the {@link Decider} decide them.
 *
 * <p>Rules, models and prices are broadcast state without a TTL: there is one rule set, one record
 * per model name and one set of prices. Until the first rules are there, events wait in state.
 */
final class DecisionFunction
    extends KeyedBroadcastProcessFunction<String, ShopperInput, Guidance, Decision> {
  private static final long serialVersionUID = 1L;
  private static final String RULES_KEY = "rules";
  private static final String OPEN_KEY = "open";
  private static final String PRICES_KEY = "prices";
  private static final long POLL_MILLIS = 200;

  static final MapStateDescriptor<String, RuleSet> RULES =
      new MapStateDescriptor<>("rules", Types.STRING, TypeInformation.of(RuleSet.class));
  static final MapStateDescriptor<String, ModelVersion> MODELS =
      new MapStateDescriptor<>("models", Types.STRING, TypeInformation.of(ModelVersion.class));

  static final MapStateDescriptor<String, DualPrices> PRICES =
      new MapStateDescriptor<>("prices", Types.STRING, TypeInformation.of(DualPrices.class));

  /** Holds an entry once what was awaited has been seen; restored jobs do not wait again. */
  static final MapStateDescriptor<String, Boolean> OPEN =
      new MapStateDescriptor<>("open", Types.STRING, Types.BOOLEAN);

  private final ServingOptions options;
  private final Awaited awaited;
  private final LedgerOpening opening;
  private transient Ledger ledger;
  private transient Decider decider;
  private transient ShopperMemory memory;
  private transient Counter repeats;
  private transient Counter undecided;

  DecisionFunction(ServingOptions options, Awaited awaited, LedgerOpening opening) {
    this.options = options;
    this.awaited = awaited;
    this.opening = opening;
  }

  @Override
  public void open(OpenContext context) {
    ledger = opening.open();
    decider = new Decider(options.assumptions(), ledger);
    memory = new ShopperMemory(getRuntimeContext(), options);
    var metrics = getRuntimeContext().getMetricGroup();
    repeats = metrics.counter("repeatedEvents");
    undecided = metrics.counter("undecidedEvents");
  }

  @Override
  public void close() {
    if (ledger != null) {
      ledger.close();
    }
  }

  @Override
  public void processBroadcastElement(Guidance guidance, Context ctx, Collector<Decision> out)
      throws Exception {
    var rules = ctx.getBroadcastState(RULES);
    var models = ctx.getBroadcastState(MODELS);
    if (guidance.model() != null) {
      models.put(guidance.model().name(), guidance.model());
    } else if (guidance.prices() != null) {
      ctx.getBroadcastState(PRICES).put(PRICES_KEY, guidance.prices());
    } else {
      RuleSet current = rules.get(RULES_KEY);
      if (current == null || guidance.rules().version() >= current.version()) {
        rules.put(RULES_KEY, guidance.rules());
      }
    }
    if (awaited.isThere(rules.get(RULES_KEY), asMap(models))) {
      ctx.getBroadcastState(OPEN).put(OPEN_KEY, true);
    }
  }

  @Override
  public void processElement(ShopperInput input, ReadOnlyContext ctx, Collector<Decision> out)
      throws Exception {
    if (input.row() != null) {
      memory.remember(input.row(), ctx.currentWatermark());
    } else if (input.offer() != null) {
      memory.told(input.offer(), ctx.currentWatermark());
    } else if (!isOpen(ctx)) {
      await(input.event(), ctx);
    } else {
      drain(ctx, out);
      handle(input.event(), ctx, out);
    }
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext ctx, Collector<Decision> out)
      throws Exception {
    if (ctx.timeDomain() == TimeDomain.PROCESSING_TIME) {
      if (isOpen(ctx)) {
        drain(ctx, out);
      } else if (!memory.isNobodyWaiting()) {
        pollAgain(ctx);
      }
      return;
    }
    ShopperActivity before = memory.activity();
    Instant now = Instant.ofEpochMilli(timestamp);
    Moments.Step step = options.moments().due(before, ctx.getCurrentKey(), now);
    if (!step.requests().isEmpty()) {
      finish(before, step, ctx, out);
    }
  }

  private void await(ShopEvent event, ReadOnlyContext ctx) throws Exception {
    if (memory.isNobodyWaiting()) {
      pollAgain(ctx);
    }
    List<ShopEvent> overflow = memory.await(event);
    for (ShopEvent skipped : overflow) {
      undecided.inc();
      if (!memory.isRepeat(skipped)) {
        ShopperActivity before = memory.activity();
        Moments.Step step = options.moments().on(before, skipped);
        finish(before, new Moments.Step(step.after(), List.of()), ctx, null);
      }
    }
  }

  private static void pollAgain(ReadOnlyContext ctx) {
    var timers = ctx.timerService();
    timers.registerProcessingTimeTimer(timers.currentProcessingTime() + POLL_MILLIS);
  }

  private void drain(ReadOnlyContext ctx, Collector<Decision> out) throws Exception {
    for (ShopEvent waited : memory.takeWaiting()) {
      handle(waited, ctx, out);
    }
  }

  private void handle(ShopEvent event, ReadOnlyContext ctx, Collector<Decision> out)
      throws Exception {
    if (memory.isRepeat(event)) {
      repeats.inc();
      return;
    }
    ShopperActivity before = memory.activity();
    finish(before, options.moments().on(before, event), ctx, out);
  }

  private void finish(
      ShopperActivity before, Moments.Step step, ReadOnlyContext ctx, Collector<Decision> out)
      throws Exception {
    memory.activity(step.after());
    moveTimer(before.abandonedAt(), step.after().abandonedAt(), ctx);
    for (DecisionRequest request : step.requests()) {
      Decision decision = decide(request, ctx);
      memory.decided(decision);
      out.collect(decision);
    }
  }

  private static void moveTimer(Instant from, Instant to, ReadOnlyContext ctx) {
    if (Objects.equals(from, to)) {
      return;
    }
    if (from != null) {
      ctx.timerService().deleteEventTimeTimer(from.toEpochMilli());
    }
    if (to != null) {
      ctx.timerService().registerEventTimeTimer(to.toEpochMilli());
    }
  }

  private Decision decide(DecisionRequest request, ReadOnlyContext ctx) throws Exception {
    FeatureRow row =
        FeatureRows.at(memory.rows(), request.at(), options.featuresLag()).orElse(null);
    RuleSet rules = ctx.getBroadcastState(RULES).get(RULES_KEY);
    DualPrices prices = ctx.getBroadcastState(PRICES).get(PRICES_KEY);
    Map<String, ModelVersion> models = asMap(ctx.getBroadcastState(MODELS));
    return decider.decideBriefly(request, row, models, rules, memory.caps(request.at()), prices);
  }

  private static boolean isOpen(ReadOnlyContext ctx) throws Exception {
    return ctx.getBroadcastState(OPEN).contains(OPEN_KEY);
  }

  private static Map<String, ModelVersion> asMap(ReadOnlyBroadcastState<String, ModelVersion> state)
      throws Exception {
    var models = new HashMap<String, ModelVersion>();
    state.immutableEntries().forEach(entry -> models.put(entry.getKey(), entry.getValue()));
    return models;
  }
}
