package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelVersion;
import java.util.Optional;

/** Where published models go. */
public interface Publisher extends AutoCloseable {
  /** Why a model can't go out, however often it is tried; empty when it can. */
  default Optional<String> refusal(ModelVersion model) {
    return Optional.empty();
  }

  /** Returns when the model is safely out; throws when it may not be. */
  void publish(ModelVersion model) throws Exception;

  @Override
  void close();
}
