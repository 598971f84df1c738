package io.promoflow.serving;

import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.serving.pricing.Stacking;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/**
 * Of the promotions of one stacking group that a shopper could get, the one that goes first by
 * {@link Stacking#PRECEDENCE} stays in question. What has no group stays, too.
 */
final class ExclusiveGroups {
  private ExclusiveGroups() {}

  /** Those that another of their group excludes. */
  static List<Candidate> losses(Collection<Promotion> open) {
    Map<String, Promotion> first =
        open.stream()
            .filter(promotion -> promotion.stackingGroup() != null)
            .collect(
                Collectors.toMap(
                    Promotion::stackingGroup,
                    promotion -> promotion,
                    BinaryOperator.minBy(Stacking.PRECEDENCE)));
    return open.stream()
        .filter(promotion -> promotion.stackingGroup() != null)
        .filter(promotion -> !first.get(promotion.stackingGroup()).equals(promotion))
        .map(promotion -> excluded(promotion, first.get(promotion.stackingGroup())))
        .toList();
  }

  private static Candidate excluded(Promotion promotion, Promotion by) {
    String detail = by.id() + " goes first in group " + promotion.stackingGroup();
    return new Candidate(promotion.id(), null, Loss.EXCLUDED_IN_GROUP, detail);
  }
}
