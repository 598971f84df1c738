package io.promoflow.evaluation;

import java.io.Serializable;
import java.util.List;

/**
 * Which outcomes a metric is about; an empty list asks for nothing.
 *
 * @param products one of these
 * @param categories one of these
 * @param promotions one of these
 */
public record OutcomeFilter(List<String> products, List<String> categories, List<String> promotions)
    implements Serializable {
  public static final OutcomeFilter ALL = new OutcomeFilter(List.of(), List.of(), List.of());

  boolean matches(Outcome outcome) {
    return (products.isEmpty() || contains(products, outcome.productId()))
        && (categories.isEmpty() || contains(categories, outcome.category()))
        && (promotions.isEmpty() || contains(promotions, outcome.promotionId()));
  }

  private static boolean contains(List<String> wanted, String word) {
    return word != null && wanted.contains(word);
  }
}
