package io.promoflow.serving;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Bucket;
import io.promoflow.ingestion.schema.Experiment.Variant;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * Which variant of an experiment a shopper gets: a function of salt and shopper only, so that it
 * sticks without being remembered.
 *
 * <p>u = the first 53 bits of SHA-256(salt + '/' + shopper id), as a number in [0, 1). Variants lie
 * side by side in their declared order, each as wide as its weight, unless their weights have
 * changed: then as {@link Buckets} has moved them.
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
   * Whether the shopper stays out of everything for good. Whoever is held out at a share stays so
   * at every larger one.
   *
   * @param share of all shoppers, 0 to 1
   */
  public static boolean isHeldOut(double share, String shopperId) {
    return share > 0 && position(GLOBAL_HOLDOUT, shopperId) < share;
  }

  /**
   * Whether the shopper lies in the experiment's share of its layer. The experiments of a layer lie
   * where the rules have recorded it, else side by side in declared order, whatever their triggers,
   * so that nobody is in two of them; one that is over keeps its place as long as it is declared.
   *
   * @param all the experiments of the rules, in declared order
   */
  public static boolean isInLayer(Experiment experiment, List<Experiment> all, String shopperId) {
    if (experiment.layer() == null) {
      return true;
    }
    var layers = new Layers(all);
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).id().equals(experiment.id())) {
        return layers.owner(layers.layerOf(i), shopperId) == i;
      }
    }
    throw new IllegalArgumentException(experiment.id() + " is not among the experiments");
  }

  /** The variant of a shopper who is not held out. */
  public static Assigned assign(Experiment experiment, String shopperId, String segment) {
    double position = position(experiment.salt(), shopperId);
    Map<String, Double> weights = segmentWeights(experiment, segment);
    List<Bucket> buckets = Buckets.recorded(experiment, segment);
    return buckets.isEmpty()
        ? sideBySide(experiment, weights, position)
        : moved(experiment, weights, buckets, position);
  }

  /** As {@link Buckets#of} lays variants that were never moved, without making a list of them. */
  private static Assigned sideBySide(
      Experiment experiment, Map<String, Double> weights, double position) {
    List<Variant> variants = experiment.variants();
    Assigned last = null;
    double edge = 0;
    for (int i = 0; i < variants.size(); i++) {
      Variant variant = variants.get(i);
      double weight = weight(variant, weights);
      if (weight > 0) {
        last = new Assigned(variant, weight);
        edge += weight;
        if (position < edge) {
          break;
        }
      }
    }
    return found(experiment, last);
  }

  private static Assigned moved(
      Experiment experiment, Map<String, Double> weights, List<Bucket> buckets, double position) {
    String id = null;
    for (Bucket bucket : buckets) {
      id = bucket.variant();
      if (position < bucket.until()) {
        break;
      }
    }
    for (Variant variant : experiment.variants()) {
      if (variant.id().equals(id)) {
        return new Assigned(variant, weight(variant, weights));
      }
    }
    return found(experiment, null);
  }

  /** The last one takes rounding's rest. */
  private static Assigned found(Experiment experiment, Assigned last) {
    if (last == null) {
      throw new IllegalArgumentException(experiment.id() + ": no variant has a weight above 0");
    }
    return last;
  }

  private static double weight(Variant variant, Map<String, Double> weights) {
    return weights.isEmpty()
        ? variant.weight()
        : weights.getOrDefault(variant.id(), variant.weight());
  }

  /** The weights that hold in a segment, by variant; empty when the variants' own hold. */
  public static Map<String, Double> segmentWeights(Experiment experiment, String segment) {
    for (Experiment.SegmentWeights own : experiment.segmentWeights()) {
      if (own.segment().equals(segment)) {
        return own.weights();
      }
    }
    return Map.of();
  }
}
