package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decisions that were made before, by anybody.
 *
 * <p>Throws {@link SlowStatementException} where it could only not answer this in time.
 */
public interface DecisionArchive extends AutoCloseable {
  /** Decisions by their ids, in one statement; what was never decided is left out. */
  Map<String, Decision> find(Collection<String> decisionIds);

  /** One of them. */
  default Optional<Decision> find(String decisionId) {
    return Optional.ofNullable(find(List.of(decisionId)).get(decisionId));
  }

  /**
   * What each of some shoppers was offered so far, in one statement; who was offered nothing is
   * left out.
   *
   * @param most offers of one promotion to one shopper that anybody counts
   */
  Map<String, Offers> offers(Collection<String> shopperIds, int most);

  /** The rules of a version; empty when there is none. */
  Optional<RuleSet> rules(long version);

  @Override
  void close();
}
