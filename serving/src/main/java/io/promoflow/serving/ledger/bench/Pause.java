package io.promoflow.serving.ledger.bench;

import java.util.concurrent.TimeUnit;

/** Waiting between tries. */
final class Pause {
  private Pause() {}

  static void millis(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the stress was interrupted", e);
    }
  }
}
