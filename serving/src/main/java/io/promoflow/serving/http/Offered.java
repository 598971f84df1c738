package io.promoflow.serving.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Caps;
import io.promoflow.serving.RememberedOffers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** What shoppers were offered from here and is on its way to the archive; for caps. */
final class Offered {
  /** Longer than a decision takes from the log into the archive. */
  private static final Duration ON_ITS_WAY = Duration.ofMinutes(10);

  private final Cache<String, Map<String, Offer>> recent;
  private volatile Capped capped = new Capped(null, false);

  private record Capped(RuleSet rules, boolean matters) {}

  Offered(int remembered) {
    this.recent =
        Caffeine.newBuilder()
            .maximumSize(remembered)
            .expireAfterWrite(ON_ITS_WAY)
            .executor(Runnable::run)
            .build();
  }

  /** Whether anything in the rules asks what a shopper was offered. */
  @SuppressWarnings("ReferenceEquality") // the same object as long as they are in force
  boolean matters(RuleSet rules) {
    Capped known = capped;
    if (known.rules() != rules) {
      known = new Capped(rules, isCapped(rules));
      capped = known;
    }
    return known.matters();
  }

  private static boolean isCapped(RuleSet rules) {
    return rules != null
        && (!rules.contactCaps().isEmpty()
            || rules.promotions().stream()
                .map(Promotion::perShopperCap)
                .anyMatch(Objects::nonNull));
  }

  /** What counts against a shopper's caps: what the archive has of it, and what went from here. */
  Caps caps(RuleSet rules, String shopperId, Map<String, Offer> archived) {
    if (!matters(rules)) {
      return Caps.NONE;
    }
    var offers = new HashMap<>(archived);
    Map<String, Offer> ours = recent.getIfPresent(shopperId);
    if (ours != null) {
      offers.putAll(ours);
    }
    var counts = new HashMap<String, Integer>();
    var times = new HashMap<String, List<Long>>();
    for (Offer offer : offers.values()) {
      counts.merge(offer.promotionId(), 1, Integer::sum);
      times
          .computeIfAbsent(offer.promotionId(), id -> new ArrayList<>())
          .add(offer.at().toEpochMilli());
    }
    return new RememberedOffers(counts, times);
  }

  void note(Decision decision) {
    if (decision.promotionId() != null && matters(capped.rules())) {
      recent
          .get(decision.shopperId(), id -> new ConcurrentHashMap<>())
          .put(decision.decisionId(), new Offer(decision.promotionId(), decision.at()));
    }
  }

  void forget(Decision decision) {
    Map<String, Offer> ours = recent.getIfPresent(decision.shopperId());
    if (ours != null) {
      ours.remove(decision.decisionId());
    }
  }
}
