package io.promoflow.evaluation.flink;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.LoopHoldout;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Lets every shopper take part in the experiment on the loop itself: the first decision under rules
 * that hold anybody out is an exposure to {@link LoopHoldout#PROMOTED} or, when serving held the
 * shopper out, to {@link LoopHoldout#HELD_OUT}.
 *
 * <p>Only the rules say whether anybody was held out, and they may be read after the decisions made
 * under them; such decisions wait. Versions are read in their order, so one that is older than the
 * newest and still unknown will not come: compaction has removed it. Decisions under it expose
 * nobody, held out or not, so that both groups lack the same.
 */
final class LoopExposures
    extends KeyedBroadcastProcessFunction<String, LoopExposures.Sighting, RuleSet, Decision> {
  private static final long serialVersionUID = 1L;
  private static final long NEWEST = -1;

  /**
   * Share held out by rule version; the newest version itself under {@link #NEWEST}. No TTL: one
   * number per rule version in the whole job.
   */
  static final MapStateDescriptor<Long, Double> SHARES =
      new MapStateDescriptor<>("shares", Types.LONG, Types.DOUBLE);

  private static final ListStateDescriptor<Sighting> WAITING =
      new ListStateDescriptor<>("waiting", Sighting.class);

  /**
   * What an exposure needs of a decision.
   *
   * @param shopperId pseudonym
   * @param decisionId of the decision
   * @param atMillis event time, epoch milliseconds
   * @param segment null when there was none
   * @param ruleVersion it was made under
   * @param variant of the experiment on the loop
   */
  public record Sighting(
      String shopperId,
      String decisionId,
      long atMillis,
      String segment,
      long ruleVersion,
      String variant) {

    static Sighting of(Decision decision) {
      return new Sighting(
          decision.shopperId(),
          decision.decisionId(),
          decision.at().toEpochMilli(),
          decision.segment(),
          decision.ruleVersion(),
          LoopHoldout.ID.equals(decision.experimentId())
              ? LoopHoldout.HELD_OUT
              : LoopHoldout.PROMOTED);
    }
  }

  private static final Comparator<Sighting> BY_TIME =
      Comparator.comparingLong(Sighting::atMillis).thenComparing(Sighting::decisionId);

  private final Duration stateTtl;

  private transient MapState<String, Sighting> first;
  private transient ListState<Sighting> waiting;

  LoopExposures(EvaluationOptions options) {
    this.stateTtl = options.stateTtl();
  }

  @Override
  public void open(OpenContext context) {
    var firstKept = new MapStateDescriptor<>("first", String.class, Sighting.class);
    firstKept.enableTimeToLive(StateTtlConfig.newBuilder(stateTtl).build());
    first = getRuntimeContext().getMapState(firstKept);
    // no TTL: the next rules take them out
    waiting = getRuntimeContext().getListState(WAITING);
  }

  @Override
  public void processElement(Sighting sighting, ReadOnlyContext context, Collector<Decision> out)
      throws Exception {
    var shares = context.getBroadcastState(SHARES);
    Double share = shares.get(sighting.ruleVersion());
    Double newest = shares.get(NEWEST);
    if (share != null) {
      expose(sighting, share, first, out);
    } else if (newest == null || newest < sighting.ruleVersion()) {
      waiting.add(sighting);
    }
  }

  @Override
  public void processBroadcastElement(RuleSet rules, Context context, Collector<Decision> out)
      throws Exception {
    var shares = context.getBroadcastState(SHARES);
    Double newest = shares.get(NEWEST);
    shares.put(rules.version(), rules.holdoutShare());
    if (newest != null && newest >= rules.version()) {
      return;
    }
    shares.put(NEWEST, (double) rules.version());
    var known = new HashMap<Long, Double>();
    for (Map.Entry<Long, Double> share : shares.entries()) {
      known.put(share.getKey(), share.getValue());
    }
    context.applyToKeyedState(WAITING, (shopper, state) -> answer(state, known, rules, out));
  }

  /** Those who waited for these rules, or for rules that are gone, wait no longer. */
  private void answer(
      ListState<Sighting> state, Map<Long, Double> shares, RuleSet rules, Collector<Decision> out)
      throws Exception {
    var still = new ArrayList<Sighting>();
    for (Sighting sighting : state.get()) {
      if (sighting.ruleVersion() > rules.version()) {
        still.add(sighting);
      } else if (shares.containsKey(sighting.ruleVersion())) {
        // the state of this shopper is the current one within applyToKeyedState
        expose(sighting, shares.get(sighting.ruleVersion()), first, out);
      }
    }
    state.update(still);
  }

  private static void expose(
      Sighting sighting, double share, MapState<String, Sighting> first, Collector<Decision> out)
      throws Exception {
    Sighting known = first.get(sighting.variant());
    if (share > 0 && (known == null || BY_TIME.compare(sighting, known) < 0)) {
      first.put(sighting.variant(), sighting);
      out.collect(exposure(sighting, share));
    }
  }

  /** A decision of its own, which gives nothing and so is no offer. */
  private static Decision exposure(Sighting sighting, double share) {
    return new Decision(
        LoopHoldout.ID + '/' + sighting.decisionId(),
        null,
        Trigger.VISIT,
        sighting.shopperId(),
        Instant.ofEpochMilli(sighting.atMillis()),
        0,
        sighting.segment(),
        null,
        LoopHoldout.ID,
        sighting.variant(),
        null,
        sighting.variant().equals(LoopHoldout.HELD_OUT) ? share : 1 - share,
        0,
        List.of(),
        sighting.ruleVersion(),
        Map.of(),
        null,
        null,
        List.of());
  }
}
