package io.promoflow.serving;

import io.promoflow.ingestion.schema.Experiment.Bucket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/** Buckets on their way from old weights to new ones. */
final class BucketLine {
  private final List<Bucket> line;

  /** How much wider each variant has to become; negative for those that shrink. */
  private final Map<String, Double> wanted = new LinkedHashMap<>();

  BucketLine(List<Bucket> before, Map<String, Double> weights) {
    line = new ArrayList<>(before);
    wanted.putAll(weights);
    before.forEach(bucket -> wanted.merge(bucket.variant(), -bucket.width(), Double::sum));
    wanted.replaceAll((variant, width) -> Buckets.isZero(width) ? 0 : width);
  }

  /** Hands over everything: any way moves as few, borders first keep the buckets few. */
  void settle() {
    settle((giver, taker) -> true);
  }

  /** Hands over what may go from a giver to a taker; more may be handed over later. */
  void settle(BiPredicate<String, String> may) {
    moveBorders(may);
    handOver(may);
  }

  /** Neighbours of which one shrinks and the other grows share a border that moves. */
  private void moveBorders(BiPredicate<String, String> may) {
    for (int i = 0; i + 1 < line.size(); i++) {
      Bucket left = line.get(i);
      Bucket right = line.get(i + 1);
      double move = transfer(right, left.variant(), may);
      double border = left.until() + move;
      if (move == 0) {
        move = transfer(left, right.variant(), may);
        border = left.until() - move;
      }
      line.set(i, new Bucket(left.variant(), left.from(), border));
      line.set(i + 1, new Bucket(right.variant(), border, right.until()));
    }
    line.removeIf(bucket -> Buckets.isZero(bucket.width()));
  }

  /** What is still too much is cut off the ends of buckets and given to those who want it. */
  private void handOver(BiPredicate<String, String> may) {
    for (String variant : List.copyOf(wanted.keySet())) {
      for (int i = line.size() - 1; i >= 0 && wanted.get(variant) > 0; i--) {
        Bucket giver = line.get(i);
        double move = transfer(giver, variant, may);
        if (move > 0) {
          double border = giver.until() - move;
          line.set(i, new Bucket(giver.variant(), giver.from(), border));
          line.add(i + 1, new Bucket(variant, border, giver.until()));
        }
      }
    }
    line.removeIf(bucket -> Buckets.isZero(bucket.width()));
  }

  /** Books as much of a bucket as its variant can spare and another one wants. */
  private double transfer(Bucket from, String to, BiPredicate<String, String> may) {
    double move =
        Math.min(from.width(), Math.min(-wanted.get(from.variant()), wanted.getOrDefault(to, 0.0)));
    if (move <= 0 || !may.test(from.variant(), to)) {
      return 0;
    }
    settle(from.variant(), move);
    settle(to, -move);
    return move;
  }

  private void settle(String variant, double change) {
    double left = wanted.get(variant) + change;
    wanted.put(variant, Buckets.isZero(left) ? 0 : left);
  }

  /** Without gaps; neighbours of one variant are one bucket. */
  List<Bucket> buckets() {
    var joined = new ArrayList<Bucket>();
    double edge = 0;
    for (Bucket bucket : line) {
      int last = joined.size() - 1;
      if (last >= 0 && joined.get(last).variant().equals(bucket.variant())) {
        joined.set(last, new Bucket(bucket.variant(), joined.get(last).from(), bucket.until()));
      } else {
        joined.add(new Bucket(bucket.variant(), edge, bucket.until()));
      }
      edge = bucket.until();
    }
    return List.copyOf(joined);
  }
}
