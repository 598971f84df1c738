package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.apache.datasketches.filters.bloomfilter.BloomFilter;
import org.apache.datasketches.filters.bloomfilter.BloomFilterBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ids of the decisions that the log has got lately, whoever made them, in two Bloom filters that
 * take turns: a new id is known to be new, an old one may be looked for in vain. 2 × 8 MB: with
 * more bits, four hashes do what ten would, and each one is a place in memory to fetch.
 */
public final class LoggedIds implements Repeats {
  private static final Logger LOG = LoggerFactory.getLogger(LoggedIds.class);
  private static final byte[] START = "{\"decisionId\":\"d-".getBytes(StandardCharsets.US_ASCII);

  /** Ids of a filter. */
  static final int MOST = 3_000_000;

  private static final int NEEDED = START.length + DecisionKey.DIGITS + 1;
  private static final int HASHES = 4;

  /** With four hashes one false alarm in a thousand: (1 - exp(-4 / 20.4))^4 (Bloom 1970). */
  private static final double BITS_PER_ID = 20.4;

  private final TopicFeed feed;
  private final long turnNanos;
  private final LongSupplier nanos;
  private BloomFilter young = filter();
  private BloomFilter old = filter();
  private int inYoung;
  private long turnedAt;

  /**
   * Follows the topic of decisions.
   *
   * @param feed of decisions; those that it leaves out are told to {@link #note}
   * @param window how long an id is remembered at least, unless three million come in half of it
   */
  public LoggedIds(TopicFeed feed, Duration window, LongSupplier nanos) {
    this.feed = feed;
    this.turnNanos = window.toNanos();
    this.nanos = nanos;
    this.turnedAt = nanos.getAsLong();
    feed.start((topic, value) -> note(value));
  }

  private static BloomFilter filter() {
    return BloomFilterBuilder.createBySize((long) (BITS_PER_ID * MOST), HASHES);
  }

  /** Takes in a decision as it was written. */
  void note(byte[] value) {
    try {
      note(digits(value));
    } catch (IOException | RuntimeException e) {
      LOG.warn("a logged decision has no id that can be read: {}", e.getMessage());
    }
  }

  @Override
  public void note(String decisionId) {
    note(DecisionKey.of(decisionId));
  }

  private synchronized void note(long digits) {
    if (inYoung >= MOST || nanos.getAsLong() - turnedAt >= turnNanos) {
      old = young;
      young = filter();
      inYoung = 0;
      turnedAt = nanos.getAsLong();
    }
    young.update(digits);
    inYoung++;
  }

  /** As much of a decision as {@link #note(byte[])} needs: the start with the id, or all. */
  static ByteBuffer start(ByteBuffer value) {
    int from = value.position();
    boolean isOurs = value.remaining() > NEEDED;
    for (int i = 0; isOurs && i < START.length; i++) {
      isOurs = value.get(from + i) == START[i];
    }
    return isOurs ? value.slice(from, NEEDED) : value;
  }

  /** The first sixteen digits of the id, which stands first in what we write. */
  private static long digits(byte[] value) throws IOException {
    int end = START.length + DecisionKey.DIGITS;
    boolean isOurs =
        value.length > end && Arrays.equals(value, 0, START.length, START, 0, START.length);
    if (!isOurs) {
      return DecisionKey.of(Wire.read(value, Decision.class).decisionId());
    }
    return DecisionKey.of(value, START.length);
  }

  @Override
  public boolean mayKnow(String decisionId) {
    if (!feed.isAtEnd()) {
      return true;
    }
    long digits = DecisionKey.of(decisionId);
    synchronized (this) {
      return young.query(digits) || old.query(digits);
    }
  }

  @Override
  public void close() {
    feed.close();
  }
}
