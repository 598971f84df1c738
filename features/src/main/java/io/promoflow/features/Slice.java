package io.promoflow.features;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Everything that the features need to know about one shopper's events in one slice of time.
 *
 * <p>It is a partial aggregate: slices are added up to windows. All numbers are integers, so the
 * order of adding changes nothing. It knows which events it holds, because events are delivered at
 * least once and must count once.
 *
 * @param sums one number per declaration: count, sum, or the latest event time
 * @param counts how often each text value came up, under {@code declaration index : value}
 * @param events 64-bit hashes of the ids of the events in it
 */
public record Slice(long[] sums, Map<String, Long> counts, long[] events) {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  static Slice empty(int declarations) {
    return new Slice(new long[declarations], new HashMap<>(), new long[0]);
  }

  /** Whether an event was folded into it already. */
  public boolean holds(String eventId) {
    long hash = hash(eventId);
    for (long event : events) {
      if (event == hash) {
        return true;
      }
    }
    return false;
  }

  /** The same slice, remembering an event. */
  Slice holding(String eventId) {
    long[] more = Arrays.copyOf(events, events.length + 1);
    more[events.length] = hash(eventId);
    return new Slice(sums, counts, more);
  }

  /**
   * FNV-1a, 64 bits (Fowler, Noll, Vo): a collision within one slice of one shopper is no worry.
   */
  private static long hash(String text) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    return hash;
  }
}
