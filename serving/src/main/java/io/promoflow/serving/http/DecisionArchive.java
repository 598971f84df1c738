package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.Decision;
import java.util.Map;
import java.util.Optional;

/** Decisions that were made before, by anybody. */
public interface DecisionArchive extends AutoCloseable {
  Optional<Decision> find(String decisionId);

  /** What a shopper was offered so far: decision id to promotion id. */
  Map<String, String> offers(String shopperId);

  @Override
  void close();
}
