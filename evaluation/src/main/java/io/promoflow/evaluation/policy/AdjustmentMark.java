package io.promoflow.evaluation.policy;

import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import io.promoflow.ingestion.schema.StrategyAdjustment.Status;
import java.util.Comparator;

/**
 * What evaluation remembers of an adjustment that it proposed.
 *
 * @param id of the adjustment
 * @param segment scope; null for the whole experiment
 * @param scoped false when only the id is known, from a rule set that carries it
 * @param status the newest that was seen
 * @param tickMillis tick of its evidence
 * @param ruleVersion rule version that carries the status; 0 until applied
 * @param revertedTickMillis newest tick when the reversal was seen; 0 unless reverted
 * @param change what it changes; null when unknown
 * @param metric of its evidence; null when unknown
 */
public record AdjustmentMark(
    String id,
    String segment,
    boolean scoped,
    Status status,
    long tickMillis,
    long ruleVersion,
    long revertedTickMillis,
    Change change,
    String metric) {

  private static final Comparator<AdjustmentMark> ORDER =
      Comparator.comparingLong(AdjustmentMark::ruleVersion)
          .thenComparingInt(mark -> rank(mark.status()));

  /** Of an adjustment as it stands on the topic. */
  public static AdjustmentMark of(StrategyAdjustment adjustment, long newestTickMillis) {
    long tick = adjustment.at().toEpochMilli();
    boolean reverted = adjustment.status() == Status.REVERTED;
    return new AdjustmentMark(
        adjustment.id(),
        adjustment.segment(),
        true,
        adjustment.status(),
        tick,
        adjustment.ruleVersion() == null ? 0 : adjustment.ruleVersion(),
        reverted ? Math.max(tick, newestTickMillis) : 0,
        adjustment.change(),
        adjustment.evidence() == null ? null : adjustment.evidence().metric());
  }

  /** Of an adjustment that a rule set says it carries. */
  public static AdjustmentMark carried(String id, long ruleVersion) {
    return new AdjustmentMark(id, null, false, Status.APPLIED, 0, ruleVersion, 0, null, null);
  }

  boolean mayBePause() {
    return change == null || change == Change.PAUSE;
  }

  /**
   * The newer of two; statuses may be read twice after a restart. Of those in the rules the rule
   * version tells: who goes back may put in force again what was reverted.
   */
  public AdjustmentMark orNewer(AdjustmentMark other) {
    if (other == null || !other.scoped()) {
      return this;
    }
    return !scoped || ORDER.compare(other, this) > 0 ? other : this;
  }

  private static int rank(Status status) {
    return switch (status) {
      case PROPOSED -> 0;
      case APPLIED, REFUSED -> 1;
      case REVERTED -> 2;
    };
  }
}
