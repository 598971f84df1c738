package io.promoflow.serving.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bodies that may be larger than others: batches of events and rule files. All of them together,
 * from before they are read until they are answered, take no more than is set apart for them. One
 * that does not tell its length beforehand may be no larger than others.
 */
final class LargeBodies {
  private static final int TIMES = 16;
  private static final int MOST = 16 << 20;
  private static final long AT_ONCE = 32L << 20;

  private final int usualBytes;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param usualBytes largest body of other requests
   */
  LargeBodies(int usualBytes) {
    this.usualBytes = usualBytes;
  }

  /** Largest body: sixteen times what others may have, and 16 MB at most. */
  private int mostBytes() {
    return (int) Math.min(MOST, (long) TIMES * usualBytes);
  }

  /** Largest body of this request. */
  int mostBytes(HttpServerRequest request) {
    return request.getHeader(HttpHeaders.CONTENT_LENGTH) == null ? usualBytes : mostBytes();
  }

  /**
   * Sets room apart for the body of a request until it is answered or its connection is gone. What
   * is no larger than other bodies needs none.
   *
   * @throws ProblemException when there is none: 503
   */
  void makeRoom(RoutingContext ctx) {
    long bytes = bytes(ctx);
    if (bytes <= usualBytes) {
      return;
    }
    if (held.addAndGet(bytes) > AT_ONCE) {
      held.addAndGet(-bytes);
      throw new ProblemException(Problem.unavailable("too many large requests are under way"));
    }
    var ended = new AtomicBoolean();
    ctx.addEndHandler(
        done -> {
          if (ended.compareAndSet(false, true)) {
            held.addAndGet(-bytes);
          }
        });
  }

  /** What the request says, and all that it may have when that is no number. */
  private long bytes(RoutingContext ctx) {
    String length = ctx.request().getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length == null) {
      return usualBytes;
    }
    try {
      return Math.min(mostBytes(), Long.parseLong(length.strip()));
    } catch (NumberFormatException e) {
      return mostBytes();
    }
  }
}
