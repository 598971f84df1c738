package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.Decision;
import java.util.concurrent.CompletionStage;

/** Where decisions are written before they are answered. */
public interface DecisionLog extends AutoCloseable {
  /** Hears once what became of a decision. */
  interface Listener {
    /** Null when the decision can no longer be lost, else why it will never be there. */
    void logged(Throwable failure);
  }

  /** Completes when the decision can no longer be lost. */
  CompletionStage<Void> append(Decision decision);

  /** The same for a decision that was written for the wire already. */
  default void append(Decision decision, byte[] written, Listener listener) {
    append(decision).whenComplete((done, failure) -> listener.logged(failure));
  }

  @Override
  void close();
}
