package io.promoflow.serving.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Caps;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** What shoppers were offered from here and is on its way to the archive; for caps. */
final class Offered {
  /** Longer than a decision takes from the log into the archive. */
  private static final Duration ON_ITS_WAY = Duration.ofMinutes(10);

  private final Cache<String, Map<String, Offer>> recent;
  private volatile Capped capped = new Capped(null, false, 0);

  private record Capped(RuleSet rules, boolean matters, int most) {}

  Offered(int remembered) {
    this.recent =
        Caffeine.newBuilder()
            .maximumSize(remembered)
            .expireAfterWrite(ON_ITS_WAY)
            .executor(Runnable::run)
            .build();
  }

  /** Whether anything in the rules asks what a shopper was offered. */
  boolean matters(RuleSet rules) {
    return known(rules).matters();
  }

  /** Offers of one promotion to one shopper beyond which nothing in the rules counts. */
  int most(RuleSet rules) {
    return known(rules).most();
  }

  @SuppressWarnings("ReferenceEquality") // the same object as long as they are in force
  private Capped known(RuleSet rules) {
    Capped known = capped;
    if (known.rules() != rules) {
      known = new Capped(rules, isCapped(rules), mostOf(rules));
      capped = known;
    }
    return known;
  }

  private static boolean isCapped(RuleSet rules) {
    return rules != null
        && (!rules.contactCaps().isEmpty()
            || rules.promotions().stream()
                .map(Promotion::perShopperCap)
                .anyMatch(Objects::nonNull));
  }

  private static int mostOf(RuleSet rules) {
    return rules == null
        ? 0
        : rules.promotions().stream()
            .filter(one -> one.perShopperCap() != null)
            .mapToInt(Promotion::perShopperCap)
            .max()
            .orElse(0);
  }

  /** What counts against a shopper's caps: what the archive has of it, and what went from here. */
  Caps caps(RuleSet rules, String shopperId, Offers archived) {
    if (!matters(rules)) {
      return Caps.NONE;
    }
    Map<String, Offer> ours = recent.getIfPresent(shopperId);
    return archived.caps(ours == null ? Map.of() : ours);
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
