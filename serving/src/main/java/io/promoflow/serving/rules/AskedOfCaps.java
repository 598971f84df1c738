package io.promoflow.serving.rules;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.RuleSet.ContactCap;
import java.util.HashSet;
import java.util.Set;

/** What caps of rules ask about earlier offers: of which promotions, and how far back. */
final class AskedOfCaps {
  private final Set<String> counted = new HashSet<>();
  private final Set<String> timed = new HashSet<>();
  private boolean any;
  private long longestMillis;

  /** Asks for what these rules ask, too. */
  AskedOfCaps add(RuleSet rules) {
    for (Promotion one : rules.promotions()) {
      if (one.perShopperCap() != null && one.capPeriodMillis() == null) {
        counted.add(one.id());
      } else if (one.perShopperCap() != null) {
        timed.add(one.id());
        longestMillis = Math.max(longestMillis, one.capPeriodMillis());
      }
    }
    for (ContactCap cap : rules.contactCaps()) {
      longestMillis = Math.max(longestMillis, cap.periodMillis());
      any |= cap.campaign() == null;
      rules.promotions().stream()
          .filter(one -> cap.campaign() != null && cap.campaign().equals(one.campaign()))
          .forEach(one -> timed.add(one.id()));
    }
    return this;
  }

  /** Promotions whose offers count for ever. */
  Set<String> counted() {
    return counted;
  }

  /** Promotions of whose offers the moments count; there may be more, see {@link #any}. */
  Set<String> timed() {
    return timed;
  }

  /** Whether the moments of all offers count. */
  boolean any() {
    return any;
  }

  boolean isTimed(String promotion) {
    return any || timed.contains(promotion);
  }

  /** How long a moment counts at most. */
  long longestMillis() {
    return longestMillis;
  }
}
