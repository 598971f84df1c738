package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * An answer.
 *
 * @param decision as it was made
 * @param written as it is sent
 */
record Answered(Decision decision, byte[] written) {
  static Answered of(Decision decision) {
    return new Answered(decision, Wire.bytes(decision));
  }

  static Answered read(byte[] written) {
    try {
      return new Answered(Wire.read(written, Decision.class), written);
    } catch (IOException e) {
      throw new UncheckedIOException("an answer of ours cannot be read", e);
    }
  }

  Answered asStale() {
    return decision.stale() ? this : of(decision.asStale());
  }
}
