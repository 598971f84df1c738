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
 * @param layer experiments of one layer exclude each other; null excludes none
 * @param share share of the shoppers that it takes in its layer, 0 to 1; null for all
 * @param buckets where each variant lies; empty for side by side in declared order, as wide as
 *     their weights
 * @param places where it lies in its layer; null while the experiments of the layer lie side by
 *     side in declared order, as wide as their shares
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
    Status status,
    String layer,
    Double share,
    List<Bucket> buckets,
    List<Place> places) {

  public Experiment {
    buckets = buckets == null ? List.of() : buckets;
  }

  /** An experiment that lies in its layer as declared. */
  public Experiment(
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
      Status status,
      String layer,
      Double share,
      List<Bucket> buckets) {
    this(
        id,
        salt,
        trigger,
        variants,
        segmentWeights,
        segments,
        segmentRequired,
        from,
        until,
        primaryMetric,
        guardrails,
        holdoutShare,
        policy,
        status,
        layer,
        share,
        buckets,
        null);
  }

  /** An experiment in no layer, whose variants lie side by side. */
  public Experiment(
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
    this(
        id,
        salt,
        trigger,
        variants,
        segmentWeights,
        segments,
        segmentRequired,
        from,
        until,
        primaryMetric,
        guardrails,
        holdoutShare,
        policy,
        status,
        null,
        null,
        List.of());
  }

  /** The same with other variants, or other weights of them. */
  public Experiment withVariants(List<Variant> others) {
    return with(others, segmentWeights, status, buckets, places);
  }

  /** The same with other weights within segments. */
  public Experiment withSegmentWeights(List<SegmentWeights> others) {
    return with(variants, List.copyOf(others), status, buckets, places);
  }

  /** The same, running or paused. */
  public Experiment withStatus(Status other) {
    return with(variants, segmentWeights, other, buckets, places);
  }

  /** The same with its variants elsewhere. */
  public Experiment withBuckets(List<Bucket> others) {
    return with(variants, segmentWeights, status, others, places);
  }

  /** The same experiment elsewhere in its layer; null for as declared. */
  public Experiment withPlaces(List<Place> others) {
    return with(variants, segmentWeights, status, buckets, others);
  }

  private Experiment with(
      List<Variant> otherVariants,
      List<SegmentWeights> otherWeights,
      Status otherStatus,
      List<Bucket> otherBuckets,
      List<Place> otherPlaces) {
    return new Experiment(
        id,
        salt,
        trigger,
        otherVariants,
        otherWeights,
        segments,
        segmentRequired,
        from,
        until,
        primaryMetric,
        guardrails,
        holdoutShare,
        policy,
        otherStatus,
        layer,
        share,
        otherBuckets,
        otherPlaces);
  }

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
   * @param buckets where each variant lies in this segment; empty for side by side
   */
  public record SegmentWeights(String segment, Map<String, Double> weights, List<Bucket> buckets) {

    public SegmentWeights {
      buckets = buckets == null ? List.of() : buckets;
    }

    /** Variants that lie side by side. */
    public SegmentWeights(String segment, Map<String, Double> weights) {
      this(segment, weights, List.of());
    }
  }

  /**
   * A stretch of the line from 0 to 1 on which the hash places shoppers.
   *
   * @param variant who gets the shoppers there
   * @param from first position
   * @param until first position after it
   */
  public record Bucket(String variant, double from, double until) {
    public double width() {
      return until - from;
    }
  }

  /**
   * A stretch of the line from 0 to 1 on which the hash of a layer places shoppers.
   *
   * @param from first position
   * @param until first position after it
   */
  public record Place(double from, double until) {}

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
   * @param mode what becomes of a proposal; null for APPLY
   * @param use names of policies, the first one that proposes anything counts; empty for the one
   *     that the platform's settings name
   * @param coolDownMillis event time after an applied change during which its scope is left alone;
   *     null for none
   */
  public record AdjustmentPolicy(
      double floor,
      double maxStep,
      int minimumUnits,
      boolean perSegment,
      double alpha,
      Mode mode,
      List<String> use,
      Long coolDownMillis) {

    public AdjustmentPolicy {
      mode = mode == null ? Mode.APPLY : mode;
      use = use == null ? List.of() : use;
    }

    /** One that may change again as soon as the rules have the last change. */
    public AdjustmentPolicy(
        double floor,
        double maxStep,
        int minimumUnits,
        boolean perSegment,
        double alpha,
        Mode mode,
        List<String> use) {
      this(floor, maxStep, minimumUnits, perSegment, alpha, mode, use, null);
    }

    /** One whose proposals are applied. */
    public AdjustmentPolicy(
        double floor, double maxStep, int minimumUnits, boolean perSegment, double alpha) {
      this(floor, maxStep, minimumUnits, perSegment, alpha, Mode.APPLY, List.of());
    }
  }

  /** What becomes of a proposed adjustment. */
  public enum Mode {
    /** It only tells: nobody carries it out. */
    PROPOSE,
    /** It waits until a person approves or refuses it. */
    APPROVE,
    /** It is applied. */
    APPLY
  }
}
