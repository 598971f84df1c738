package io.promoflow.serving.http;

import io.promoflow.serving.Caps;
import io.promoflow.serving.RememberedOffers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a shopper was offered so far.
 *
 * @param newest of each promotion {@link RememberedOffers#MOST_TIMES} at most, by decision id; what
 *     is older needs no moment, since no cap over a time asks for more
 * @param older how many there are besides, by promotion; not more than anybody counts
 */
public record Offers(Map<String, Offer> newest, Map<String, Integer> older) {
  /** Nothing yet. */
  static final Offers NONE = new Offers(Map.of(), Map.of());

  /** Takes in one of the newest offers of a promotion, of which there are so many older ones. */
  void add(String decisionId, Offer offer, int others) {
    newest.put(decisionId, offer);
    if (others > 0) {
      older.put(offer.promotionId(), others);
    }
  }

  /** What counts with these others, by decision id, which may be in here already. */
  Caps caps(Map<String, Offer> others) {
    var oldest = new HashMap<String, Instant>();
    if (!older.isEmpty()) {
      newest.values().forEach(one -> oldest.merge(one.promotionId(), one.at(), Offers::earlier));
    }
    var counts = new HashMap<>(older);
    var times = new HashMap<String, List<Long>>();
    newest.values().forEach(one -> count(one, counts, times));
    others.forEach(
        (id, one) -> {
          if (!newest.containsKey(id) && !isOlder(one, oldest)) {
            count(one, counts, times);
          }
        });
    return new RememberedOffers(counts, times);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /** Whether it is counted among the older ones. */
  private boolean isOlder(Offer offer, Map<String, Instant> oldest) {
    return older.containsKey(offer.promotionId())
        && offer.at().isBefore(oldest.get(offer.promotionId()));
  }

  private static void count(
      Offer offer, Map<String, Integer> counts, Map<String, List<Long>> times) {
    counts.merge(offer.promotionId(), 1, Integer::sum);
    times
        .computeIfAbsent(offer.promotionId(), id -> new ArrayList<>())
        .add(offer.at().toEpochMilli());
  }
}
