package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import java.util.Map;
import java.util.Optional;

/** Decisions that were made before, by anybody. */
public interface DecisionArchive extends AutoCloseable {
  Optional<Decision> find(String decisionId);

  /** What a shopper was offered so far, by decision id. */
  Map<String, Offer> offers(String shopperId);

  /** The rules of a version; empty when there is none. */
  Optional<RuleSet> rules(long version);

  @Override
  void close();
}
