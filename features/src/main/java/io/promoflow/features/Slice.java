package io.promoflow.features;

import java.util.HashMap;
import java.util.Map;

/**
 * Everything that the features need to know about one shopper's events in one slice of time.
 *
 * <p>It is a partial aggregate: slices are added up to windows. All numbers are integers, so the
 * order of adding changes nothing.
 *
 * @param sums one number per declaration: count, sum, or the latest event time
 * @param counts how often each text value came up, under {@code declaration index : value}
 */
public record Slice(long[] sums, Map<String, Long> counts) {
  static Slice empty(int declarations) {
    return new Slice(new long[declarations], new HashMap<>());
  }
}
