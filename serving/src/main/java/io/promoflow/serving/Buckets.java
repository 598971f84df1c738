package io.promoflow.serving;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Bucket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where the variants of an experiment lie on the line from 0 to 1 that the hash falls on. */
public final class Buckets {
  /** Weights that differ by less are the same. */
  private static final double TOLERANCE = 1e-12;

  private Buckets() {}

  /** The buckets that hold in a segment, or on the whole when it is null or has none of its own. */
  public static List<Bucket> of(Experiment experiment, String segment) {
    for (Experiment.SegmentWeights own : experiment.segmentWeights()) {
      if (own.segment().equals(segment)) {
        return own.buckets().isEmpty()
            ? sideBySide(inDeclaredOrder(experiment, own.weights()))
            : own.buckets();
      }
    }
    return experiment.buckets().isEmpty()
        ? sideBySide(inDeclaredOrder(experiment, Map.of()))
        : experiment.buckets();
  }

  /**
   * The buckets that were recorded for a segment or the whole; empty while variants lie as
   * declared.
   */
  static List<Bucket> recorded(Experiment experiment, String segment) {
    for (Experiment.SegmentWeights own : experiment.segmentWeights()) {
      if (own.segment().equals(segment)) {
        return own.buckets();
      }
    }
    return experiment.buckets();
  }

  /**
   * The buckets to record when weights change, from where the variants lie now; empty when that is
   * side by side in declared order, which needs no record.
   *
   * @param before where they lie now
   * @param experiment whose variants
   * @param weights by variant; they add up to 1
   */
  public static List<Bucket> recorded(
      List<Bucket> before, Experiment experiment, Map<String, Double> weights) {
    List<Bucket> after = moved(before, inDeclaredOrder(experiment, weights));
    List<Bucket> plain = sideBySide(inDeclaredOrder(experiment, weights));
    return same(after, plain) ? List.of() : after;
  }

  private static Map<String, Double> inDeclaredOrder(
      Experiment experiment, Map<String, Double> overrides) {
    var weights = new LinkedHashMap<String, Double>();
    experiment
        .variants()
        .forEach(v -> weights.put(v.id(), overrides.getOrDefault(v.id(), v.weight())));
    return weights;
  }

  /** As wide as the weights, in their order. */
  static List<Bucket> sideBySide(Map<String, Double> weights) {
    var buckets = new ArrayList<Bucket>();
    double edge = 0;
    for (Map.Entry<String, Double> weight : weights.entrySet()) {
      if (weight.getValue() > 0) {
        buckets.add(new Bucket(weight.getKey(), edge, edge + weight.getValue()));
        edge += weight.getValue();
      }
    }
    return List.copyOf(buckets);
  }

  /**
   * Buckets as wide as new weights that move the fewest shoppers: half the sum of the weights'
   * absolute changes, since whoever moves leaves one variant and joins another. Borders between a
   * variant that shrinks and one that grows are moved first, which keeps the buckets few.
   */
  static List<Bucket> moved(List<Bucket> before, Map<String, Double> weights) {
    var line = new BucketLine(before, weights);
    line.settle();
    return line.buckets();
  }

  private static boolean same(List<Bucket> one, List<Bucket> other) {
    if (one.size() != other.size()) {
      return false;
    }
    for (int i = 0; i < one.size(); i++) {
      Bucket a = one.get(i);
      Bucket b = other.get(i);
      if (!a.variant().equals(b.variant())
          || !isZero(a.from() - b.from())
          || !isZero(a.until() - b.until())) {
        return false;
      }
    }
    return true;
  }

  static boolean isZero(double width) {
    return Math.abs(width) < TOLERANCE;
  }
}
