package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.Assignment;
import io.promoflow.evaluation.Attribution;
import io.promoflow.evaluation.CellKey;
import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Exposure.Sighting;
import io.promoflow.evaluation.Placement;
import io.promoflow.evaluation.Standing;
import java.util.OptionalLong;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.util.Collector;

/**
 * Whose exposure is missing: emits a shopper who was decided for as one of the tick at which the
 * time for it is over, which lies ahead, and takes the shopper back when something was shown.
 */
final class MissingExposures {
  private static final CellSums SHOPPER = new CellSums(1, 0, null);

  private final Attribution attribution;
  private final long windowMillis;
  private final MapState<String, Assignment> assignments;

  MissingExposures(
      RuntimeContext runtime, StateTtlConfig ttl, Attribution attribution, long windowMillis) {
    this.attribution = attribution;
    this.windowMillis = windowMillis;
    var kept = new MapStateDescriptor<>("assignments", String.class, Assignment.class);
    kept.enableTimeToLive(ttl);
    assignments = runtime.getMapState(kept);
  }

  /** Takes in a decision as far as it is known by now; it may come again. */
  void take(Placement placement, OptionalLong shownAtMillis, Collector<CellDelta> out)
      throws Exception {
    String experiment = placement.experimentId();
    Assignment known = assignments.get(experiment);
    Assignment now = known == null ? Assignment.of(placement) : known.with(placement);
    if (shownAtMillis.isPresent()) {
      now = now.shownAt(shownAtMillis.getAsLong());
    }
    if (now.equals(known)) {
      return;
    }
    assignments.put(experiment, now);
    CellKey before = known == null ? null : key(experiment, known);
    CellKey after = key(experiment, now);
    if (before != null && !before.equals(after)) {
      out.collect(delta(before, CellSums.ZERO.minus(SHOPPER)));
    }
    if (after != null && !after.equals(before)) {
      out.collect(delta(after, SHOPPER));
    }
  }

  /** Where the shopper is counted as missing; null when nothing is. */
  private CellKey key(String experiment, Assignment assignment) {
    if (!assignment.isMissing(windowMillis)) {
      return null;
    }
    Sighting first = assignment.first();
    return new CellKey(
        experiment,
        first.variant(),
        first.segment(),
        first.ruleVersion(),
        attribution.maturing(first.atMillis() + windowMillis),
        Standing.MISSING);
  }

  private static CellDelta delta(CellKey key, CellSums sums) {
    return new CellDelta(key, sums, 0, 0);
  }
}
