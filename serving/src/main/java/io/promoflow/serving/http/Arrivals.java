package io.promoflow.serving.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Requests that have not come whole. When one is answered before it has, what still comes of it is
 * thrown away for a moment, in which its caller gets to read the answer; then its connection is
 * closed, over HTTP/2 its stream: a byte now and then would hold it for ever. Of the event loop
 * alone.
 */
final class Arrivals {
  private static final long SWEEP_MILLIS = 200;

  /** For the rest of a request that is answered. */
  private static final long REST_NANOS = Duration.ofSeconds(2).toNanos();

  /** HTTP/2: nothing was wrong, no more is needed. */
  private static final long NO_ERROR = 0;

  private final Vertx vertx;
  private final long patienceNanos;
  private final Set<Arrival> open = new LinkedHashSet<>();
  private boolean sweeping;

  Arrivals(Vertx vertx, Duration patience) {
    this.vertx = vertx;
    this.patienceNanos = patience.toNanos();
  }

  /** One request. */
  static class Arrival {
    final HttpServerRequest request;
    final long began = System.nanoTime();

    /** When it was first seen to be answered; 0 before. */
    private long answered;

    Arrival(HttpServerRequest request) {
      this.request = request;
    }

    private boolean hasRested(long now) {
      answered = answered == 0 ? now : answered;
      return now - answered > REST_NANOS;
    }

    /** It is not whole in time. Of others than questions the router takes care itself. */
    void tooSlow() {}
  }

  void add(Arrival arrival) {
    if (!sweeping) {
      sweeping = true;
      vertx.setPeriodic(SWEEP_MILLIS, id -> sweep());
    }
    open.add(arrival);
  }

  /** It has come whole. */
  void remove(Arrival arrival) {
    open.remove(arrival);
  }

  private void sweep() {
    long now = System.nanoTime();
    List.copyOf(open).forEach(one -> look(one, now));
  }

  private void look(Arrival one, long now) {
    HttpServerResponse response = one.request.response();
    boolean isWhole = one.request.isEnded();
    if (!response.ended()) {
      if (isWhole || response.closed()) {
        open.remove(one);
      } else if (now - one.began > patienceNanos) {
        one.tooSlow();
      }
    } else if (isWhole && !Answers.isCut(response)) {
      open.remove(one);
    } else if (isWhole || one.hasRested(now)) {
      open.remove(one);
      close(one.request);
    }
  }

  private static void close(HttpServerRequest request) {
    if (request.version() != HttpVersion.HTTP_2) {
      Future<Void> unused = request.connection().close(); // nobody asks any more
    } else if (!request.response().closed()) {
      Future<Void> unused = request.response().reset(NO_ERROR);
    }
  }
}
