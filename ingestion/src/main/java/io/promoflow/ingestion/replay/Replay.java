package io.promoflow.ingestion.replay;

/** Sends all events of a reader at a pacer's speed. */
public final class Replay {
  private Replay() {}

  /** Looks at the reader after each event, for a progress bar. */
  public interface Progress {
    void sent(ReplayReader reader);
  }

  /**
   * What was replayed.
   *
   * @param rows data rows in the files
   * @param delivered events that the topic took; rows less skipped
   * @param skipped rows that a skip condition of the mapping left out
   * @param unmappable of the delivered ones: rows that could not be turned into an event
   */
  public record Summary(long rows, long delivered, long skipped, long unmappable) {}

  public static Summary run(
      ReplayReader reader, ReplayPacer pacer, Sender sender, Progress progress)
      throws InterruptedException {
    while (reader.hasNext()) {
      ReplayEvent event = reader.next();
      pacer.await(event);
      sender.send(event);
      progress.sent(reader);
    }
    sender.flush();
    return new Summary(reader.rows(), sender.delivered(), reader.skipped(), reader.unmappable());
  }
}
