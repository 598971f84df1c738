package io.promoflow.ingestion.schema;

import java.time.Instant;
import java.util.Map;

/**
 * A change of the serving rules that results ask for, and what became of it. Every status is a
 * record of its own with the same id.
 *
 * @param id derived from experiment, segment and {@code at}: the same evidence gives the same id
 * @param experimentId which experiment
 * @param segment null when it concerns all segments
 * @param change what changes
 * @param from weights by variant before
 * @param to weights by variant after
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
    String reason) {

  /** What an adjustment changes. */
  public enum Change {
    SHIFT_WEIGHTS,
    PAUSE
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
   * @param metric metric name
   * @param variant compared with control
   * @param units shoppers in the variant
   * @param controlUnits shoppers in the control
   * @param difference variant mean less control mean, in the metric's unit
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
