package io.promoflow.serving.http;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether something that the server needs answers; tells the log when that changes. */
final class Reachable {
  private static final Logger LOG = LoggerFactory.getLogger(Reachable.class);

  private final String what;
  private final long restNanos;
  private final LongSupplier nanos;
  private volatile boolean away;
  private volatile long failedAt;

  /** After a failure it counts as away for so long before it is tried again. */
  Reachable(String what, long restNanos, LongSupplier nanos) {
    this.what = what;
    this.restNanos = restNanos;
    this.nanos = nanos;
  }

  boolean isAway() {
    return away;
  }

  /** Whether it is worth a try. */
  boolean mayBeTried() {
    return !away || nanos.getAsLong() - failedAt >= restNanos;
  }

  void failed(String why) {
    failedAt = nanos.getAsLong();
    if (!away) {
      away = true;
      LOG.warn("{} is away, decisions are made from memory: {}", what, why);
    }
  }

  void answered() {
    if (away) {
      away = false;
      LOG.info("{} is back", what);
    }
  }
}
