package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.Decision;
import java.util.concurrent.CompletionStage;

/** Where decisions are written before they are answered. */
public interface DecisionLog extends AutoCloseable {
  /** Completes when the decision can no longer be lost. */
  CompletionStage<Void> append(Decision decision);

  /** The same for a decision that was written for the wire already. */
  default CompletionStage<Void> append(Decision decision, byte[] written) {
    return append(decision);
  }

  @Override
  void close();
}
