package io.promoflow.ingestion.replay;

/** Where replayed events go. */
public interface Sender extends AutoCloseable {
  /** Hands one event over; may throw for an earlier one that could not be delivered. */
  void send(ReplayEvent event);

  /** Waits until everything handed over is delivered; throws when something could not be. */
  void flush();

  /** Events delivered so far. */
  long delivered();

  @Override
  void close();
}
