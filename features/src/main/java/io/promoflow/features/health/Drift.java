package io.promoflow.features.health;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How much the distribution of a feature moved: the population stability index (Siddiqi, Credit
 * Risk Scorecards, 2006), the sum over bins of {@code (p - q) ln (p / q)}. The usual reading: below
 * 0.1 none, to 0.25 some, above much.
 *
 * <p>Bins are the tenths of the reference, and one for missing values. Half a row is added to every
 * bin, so that an empty one does not make the index infinite.
 */
public final class Drift {
  private static final int BINS = 10;
  private static final double PRIOR = 0.5;

  private Drift() {}

  /** The index; NaN when one of the two has no rows. */
  public static double index(Profile reference, Profile now) {
    if (reference.rows() == 0 || now.rows() == 0) {
      return Double.NaN;
    }
    Map<Long, Integer> binOf = bins(reference);
    long[] before = counts(reference, reference, binOf);
    long[] after = counts(now, reference, binOf);
    double sum = 0;
    for (int i = 0; i < before.length; i++) {
      double q = (before[i] + PRIOR) / (reference.rows() + PRIOR * before.length);
      double p = (after[i] + PRIOR) / (now.rows() + PRIOR * before.length);
      sum += (p - q) * Math.log(p / q);
    }
    return sum;
  }

  /** Bin of every bucket of the reference: neighbours together until a tenth is full. */
  private static Map<Long, Integer> bins(Profile reference) {
    var binOf = new HashMap<Long, Integer>();
    double tenth = (reference.rows() - reference.missing()) / (double) BINS;
    long seen = 0;
    for (var bucket : reference.buckets().entrySet()) {
      binOf.put(bucket.getKey(), (int) Math.min(BINS - 1, Math.floor(seen / tenth)));
      seen += bucket.getValue();
    }
    return binOf;
  }

  private static long[] counts(Profile profile, Profile reference, Map<Long, Integer> binOf) {
    long[] counts = new long[BINS + 1];
    counts[BINS] = profile.missing();
    List<Long> known = new ArrayList<>(reference.buckets().keySet());
    profile.buckets().forEach((key, count) -> counts[bin(key, known, binOf)] += count);
    return counts;
  }

  /** The bin of a bucket; one that the reference does not have goes with its neighbour below. */
  private static int bin(long key, List<Long> known, Map<Long, Integer> binOf) {
    Integer bin = binOf.get(key);
    if (bin != null || known.isEmpty()) {
      return bin == null ? 0 : bin;
    }
    int above = -java.util.Collections.binarySearch(known, key) - 1;
    return binOf.get(known.get(Math.max(0, above - 1)));
  }
}
