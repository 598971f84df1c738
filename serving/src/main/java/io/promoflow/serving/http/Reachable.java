package io.promoflow.serving.http;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether something that the server needs answers; tells the log when that changes. */
final class Reachable {
  private static final Logger LOG = LoggerFactory.getLogger(Reachable.class);

  private final String what;
  private volatile boolean away;

  Reachable(String what) {
    this.what = what;
  }

  boolean isAway() {
    return away;
  }

  void failed(String why) {
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
