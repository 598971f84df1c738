package io.promoflow.serving.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Caps;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;

/** What shoppers were offered from here and is on its way to the archive; for caps. */
final class Offered {
  /** Longer than a decision takes from the log into the archive. */
  private static final Duration ON_ITS_WAY = Duration.ofMinutes(10);

  /** Of one shopper; more have only ids that stand for many people, and the archive has theirs. */
  static final int MOST_OF_ONE = 2_000;

  /** By shopper, the oldest first; each offer lasts for its own ten minutes. */
  private final Cache<String, ConcurrentLinkedDeque<Noted>> recent;

  private final int mostOfOne;
  private final Ticker clock;
  private volatile Capped capped = new Capped(null, false, 0);

  private record Capped(RuleSet rules, boolean matters, int most) {}

  /** An offer, and when it went from here by the clock of the machine. */
  private record Noted(String decisionId, Offer offer, long nanos) {}

  /**
   * Remembers the latest offers.
   *
   * @param most offers of all shoppers together
   */
  Offered(int most) {
    this(most, Ticker.systemTicker());
  }

  Offered(int most, Ticker clock) {
    this.clock = clock;
    this.mostOfOne = Math.min(MOST_OF_ONE, most / 2); // whoever weighs more than all is forgotten
    this.recent =
        Caffeine.newBuilder()
            .maximumWeight(most)
            .<String, ConcurrentLinkedDeque<Noted>>weigher((shopper, ours) -> ours.size())
            .expireAfterWrite(ON_ITS_WAY)
            .ticker(clock)
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
    ConcurrentLinkedDeque<Noted> ours = recent.getIfPresent(shopperId);
    if (ours == null) {
      return archived.caps(Map.of());
    }
    var offers = new HashMap<String, Offer>();
    ours.forEach(one -> offers.put(one.decisionId(), one.offer()));
    return archived.caps(offers);
  }

  void note(Decision decision) {
    if (decision.promotionId() != null && matters(capped.rules())) {
      var offer = new Offer(decision.promotionId(), decision.at());
      var now = new Noted(decision.decisionId(), offer, clock.read());
      recent.asMap().compute(decision.shopperId(), (shopper, ours) -> with(now, ours));
    }
  }

  void forget(Decision decision) {
    recent
        .asMap()
        .computeIfPresent(
            decision.shopperId(),
            (shopper, ours) -> {
              ours.removeIf(one -> one.decisionId().equals(decision.decisionId()));
              return ours.isEmpty() ? null : ours;
            });
  }

  /** One more, without those that the archive has by now, and the oldest of too many. */
  private ConcurrentLinkedDeque<Noted> with(Noted now, ConcurrentLinkedDeque<Noted> ours) {
    ConcurrentLinkedDeque<Noted> all = ours == null ? new ConcurrentLinkedDeque<>() : ours;
    for (Noted first = all.peekFirst(); isOver(first, now); first = all.peekFirst()) {
      all.pollFirst();
    }
    if (all.size() >= mostOfOne) {
      all.pollFirst();
    }
    all.addLast(now);
    return all;
  }

  private static boolean isOver(Noted earlier, Noted now) {
    return earlier != null && now.nanos() - earlier.nanos() >= ON_ITS_WAY.toNanos();
  }
}
