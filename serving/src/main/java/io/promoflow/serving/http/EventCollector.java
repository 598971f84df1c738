package io.promoflow.serving.http;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Where behaviour events go as shops send them. */
public interface EventCollector extends AutoCloseable {
  /**
   * One event.
   *
   * @param shopperId the shop's own id, by which events of a shopper stay in order; null when it
   *     cannot be read
   * @param bytes as they came
   */
  record Raw(String shopperId, byte[] bytes) {}

  /** Completes when none of them can be lost any more; keeps nobody waiting until then. */
  CompletionStage<Void> append(List<Raw> events);

  @Override
  void close();
}
