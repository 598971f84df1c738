package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelVersion;

/** Where published models go. */
public interface Publisher extends AutoCloseable {
  /** Returns when the model is safely out; throws when it may not be. */
  void publish(ModelVersion model) throws Exception;

  @Override
  void close();
}
