package io.promoflow.serving;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Variant;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * Which variant of an experiment a shopper gets: a function of salt and shopper only, so that it
 * sticks without being remembered.
 *
 * <p>u = the first 53 bits of SHA-256(salt + '/' + shopper id), as a number in [0, 1). Variants lie
 * side by side in their declared order, each as wide as its weight.
 */
public final class Assignment {
  private static final String HOLDOUT = "/holdout";
  private static final String GLOBAL_HOLDOUT = "promoflow/holdout";
  private static final double TWO_TO_MINUS_53 = 0x1.0p-53;

  private Assignment() {}

  /**
   * The variant of a shopper and the probability it had.
   *
   * @param variant which
   * @param probability its weight
   */
  public record Assigned(Variant variant, double probability) {}

  /** A number in [0, 1) that looks random and is always the same for the same salt and shopper. */
  public static double position(String salt, String shopperId) {
    long bits = ByteBuffer.wrap(DecisionRequest.sha256(salt + '/' + shopperId)).getLong();
    return (bits >>> 11) * TWO_TO_MINUS_53;
  }

  /**
   * Whether the shopper stays out for good. Its salt is another, so it says nothing of variants.
   */
  public static boolean isHeldOut(Experiment experiment, String shopperId) {
    return experiment.holdoutShare() > 0
        && position(experiment.salt() + HOLDOUT, shopperId) < experiment.holdoutShare();
  }

  /**
   * Whether the shopper stays out of everything for good. Whoever is held out at a share stays so at
   * every larger one.
   *
   * @param share of all shoppers, 0 to 1
   */
  public static boolean isHeldOut(double share, String shopperId) {
    return share > 0 && position(GLOBAL_HOLDOUT, shopperId) < share;
  }

  /** The variant of a shopper who is not held out. */
  public static Assigned assign(Experiment experiment, String shopperId, String segment) {
    Map<String, Double> overrides = segmentWeights(experiment, segment);
    double position = position(experiment.salt(), shopperId);
    List<Variant> variants = experiment.variants();
    double edge = 0;
    Assigned last = null;
    for (Variant variant : variants) {
      double weight = overrides.getOrDefault(variant.id(), variant.weight());
      if (weight > 0) {
        edge += weight;
        last = new Assigned(variant, weight);
        if (position < edge) {
          return last;
        }
      }
    }
    if (last == null) {
      throw new IllegalArgumentException(experiment.id() + ": no variant has a weight above 0");
    }
    return last; // the weights add up to 1 only to within rounding
  }

  /** The weights that hold in a segment, by variant; empty when the variants' own hold. */
  public static Map<String, Double> segmentWeights(Experiment experiment, String segment) {
    if (segment == null) {
      return Map.of();
    }
    return experiment.segmentWeights().stream()
        .filter(weights -> weights.segment().equals(segment))
        .findFirst()
        .map(Experiment.SegmentWeights::weights)
        .orElse(Map.of());
  }
}
