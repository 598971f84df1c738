package io.promoflow.ingestion.schema;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A randomised comparison of strategies.
 *
 * @param id stable id
 * @param salt goes into the assignment hash; changing it re-randomises
 * @param trigger decisions it applies to
 * @param variants strategies that are compared; exactly one is the control
 * @param segmentWeights weights that replace the variants' own within a segment; empty when none
 * @param segments segments that take part; empty for all
 * @param segmentRequired whether shoppers without a segment stay out
 * @param from first moment; null when unbounded
 * @param until first moment after it; null when unbounded
 * @param primaryMetric metric that the policy optimises, e.g. {@code profit}
 * @param guardrails metrics that must not fall
 * @param holdoutShare share of shoppers, 0 to 1, that stay out for good and get no promotion
 * @param policy how results change the weights; null when they never do
 * @param status whether it assigns variants
 */
public record Experiment(
    String id,
    String salt,
    Trigger trigger,
    List<Variant> variants,
    List<SegmentWeights> segmentWeights,
    List<String> segments,
    boolean segmentRequired,
    Instant from,
    Instant until,
    String primaryMetric,
    List<Guardrail> guardrails,
    double holdoutShare,
    AdjustmentPolicy policy,
    Status status) {

  /** Whether an experiment assigns variants; a paused one gives everyone the control. */
  public enum Status {
    RUNNING,
    PAUSED
  }

  /**
   * One strategy.
   *
   * @param id unique within the experiment
   * @param control whether others are compared with it
   * @param weight share of shoppers, 0 to 1; weights of an experiment add up to 1
   * @param promotions what may be chosen; empty means no promotion
   */
  public record Variant(String id, boolean control, double weight, List<String> promotions) {}

  /**
   * Weights that hold within one segment instead of the variants' own.
   *
   * @param segment segment id
   * @param weights variant id to weight; they add up to 1
   */
  public record SegmentWeights(String segment, Map<String, Double> weights) {}

  /**
   * A metric that must not get worse.
   *
   * @param metric metric name
   * @param margin how much relative loss against control is tolerated, 0 to 1
   */
  public record Guardrail(String metric, double margin) {}

  /**
   * How results change the weights.
   *
   * @param floor least weight of every variant, 0 to 1
   * @param maxStep most that a weight moves in one adjustment, 0 to 1
   * @param minimumUnits shoppers per variant before anything changes
   * @param perSegment whether weights move per segment, not as a whole
   * @param alpha error level of the evidence, e.g. 0.05
   */
  public record AdjustmentPolicy(
      double floor, double maxStep, int minimumUnits, boolean perSegment, double alpha) {}
}
