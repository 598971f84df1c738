package io.promoflow.serving;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Offers to one shopper that somebody remembers.
 *
 * @param counts how often each promotion was offered, also those that the rules no longer have
 * @param times when, epoch milliseconds; may tell of the newest offers only
 */
public record RememberedOffers(Map<String, Integer> counts, Map<String, List<Long>> times)
    implements Caps {
  /** Moments kept of each promotion where not all are: a larger cap over a period never holds. */
  public static final int MOST_TIMES = 100;

  @Override
  public int offered(String promotionId) {
    return counts.getOrDefault(promotionId, 0);
  }

  /** A promotion whose moments nobody remembers counts whole. */
  @Override
  public int offered(String promotionId, Instant since) {
    List<Long> known = times.get(promotionId);
    if (known == null) {
      return offered(promotionId);
    }
    long from = since.toEpochMilli();
    return (int) known.stream().filter(at -> at >= from).count();
  }

  @Override
  public int contacts(Instant since) {
    int sum = 0;
    for (String promotion : counts.keySet()) {
      sum += offered(promotion, since);
    }
    return sum;
  }
}
