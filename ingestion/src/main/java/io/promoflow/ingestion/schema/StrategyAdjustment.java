package io.promoflow.ingestion.schema;

import java.time.Instant;
import java.util.Map;

/**
 * A change of the serving rules that results ask for, and what became of it. Every status is a
 * record of its own with the same id.
 *
 * @param id derived from experiment, segment and {@code at}: the same evidence gives the same id
 * @param experimentId which experiment; of a moved budget the one that measured who gets it
 * @param segment null when it concerns all segments
 * @param change what changes
 * @param from before: weights by variant, or budget in cents by promotion
 * @param to after: weights by variant, or budget in cents by promotion
 * @param evidence the result it rests on
 * @param policy which policy, with its parameters
 * @param status what became of it
 * @param at event time of the evidence
 * @param decidedBy policy or person
 * @param decidedAt wall clock of this status
 * @param outcomeSeenAt wall clock at which the last outcome in the evidence reached evaluation;
 *     null when unknown
 * @param ruleVersion rule version that carries it; null until applied
 * @param reason why it was refused or reverted; null otherwise
 * @param policyVersion of the policy that proposed it; null when unknown
 */
public record StrategyAdjustment(
    String id,
    String experimentId,
    String segment,
    Change change,
    Map<String, Double> from,
    Map<String, Double> to,
    Evidence evidence,
    String policy,
    Status status,
    Instant at,
    String decidedBy,
    Instant decidedAt,
    Instant outcomeSeenAt,
    Long ruleVersion,
    String reason,
    String policyVersion) {

  /** One whose policy tells no version. */
  public StrategyAdjustment(
      String id,
      String experimentId,
      String segment,
      Change change,
      Map<String, Double> from,
      Map<String, Double> to,
      Evidence evidence,
      String policy,
      Status status,
      Instant at,
      String decidedBy,
      Instant decidedAt,
      Instant outcomeSeenAt,
      Long ruleVersion,
      String reason) {
    this(
        id,
        experimentId,
        segment,
        change,
        from,
        to,
        evidence,
        policy,
        status,
        at,
        decidedBy,
        decidedAt,
        outcomeSeenAt,
        ruleVersion,
        reason,
        null);
  }

  /** What became of it, when, by whom, in which rule version, and why. */
  public StrategyAdjustment as(Status next, String by, Instant when, Long version, String why) {
    return new StrategyAdjustment(
        id,
        experimentId,
        segment,
        change,
        from,
        to,
        evidence,
        policy,
        next,
        at,
        by,
        when,
        outcomeSeenAt,
        version,
        why,
        policyVersion);
  }

  /** What an adjustment changes. */
  public enum Change {
    SHIFT_WEIGHTS,
    PAUSE,
    /** From one promotion to another; the sum stays. */
    MOVE_BUDGET
  }

  /** What became of an adjustment. */
  public enum Status {
    PROPOSED,
    APPLIED,
    REFUSED,
    REVERTED
  }

  /**
   * The result row that an adjustment rests on.
   *
   * @param metric metric name; of a moved budget {@code return}, incremental profit per cent of
   *     cost; {@code sample_ratio} or {@code missing_exposure} when it is a check of who is counted
   * @param variant compared with control; of a moved budget the one that measured who gets it
   * @param units shoppers in the variant
   * @param controlUnits shoppers in the control
   * @param difference variant mean less control mean, in the metric's unit; of a moved budget the
   *     return of who gets it less the return of who gives it
   * @param low lower end of its interval
   * @param high upper end of its interval
   * @param p p value
   */
  public record Evidence(
      String metric,
      String variant,
      long units,
      long controlUnits,
      double difference,
      double low,
      double high,
      double p) {}
}
