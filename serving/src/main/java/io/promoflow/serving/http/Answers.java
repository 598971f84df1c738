package io.promoflow.serving.http;

import io.promoflow.ingestion.wire.Wire;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/** Writes answers; every one of them may be neither guessed at nor kept by a browser. */
final class Answers {
  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence PROBLEM = HttpHeaders.createOptimized(Problem.MEDIA_TYPE);
  private static final CharSequence TYPE_OPTIONS =
      HttpHeaders.createOptimized("X-Content-Type-Options");
  private static final CharSequence NO_SNIFFING = HttpHeaders.createOptimized("nosniff");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

  private Answers() {}

  static void json(HttpServerResponse response, Object body) {
    json(response, 200, Wire.bytes(body));
  }

  static void json(HttpServerResponse response, int status, byte[] body) {
    send(response, status, JSON, body);
  }

  /**
   * A problem with a request that may not have come whole: over HTTP/1 what takes too long or is
   * too large is not read to its end, as {@link Arrivals} sees to. HTTP/2 has no such header.
   */
  static void problem(HttpServerRequest request, Problem problem) {
    boolean isCut = isCut(problem.status()) && !request.isEnded();
    if (isCut && request.version() != HttpVersion.HTTP_2 && !request.response().ended()) {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    problem(request.response(), problem);
  }

  private static boolean isCut(int status) {
    return status == 408 || status == 413;
  }

  /** Whether it told over HTTP/1 that the connection is at its end; the header alone ends none. */
  static boolean isCut(HttpServerResponse response) {
    return isCut(response.getStatusCode())
        && response.headers().contains(HttpHeaders.CONNECTION, HttpHeaders.CLOSE, true);
  }

  static void problem(HttpServerResponse response, Problem problem) {
    problem(response, problem.status(), problem);
  }

  /** A problem with members of its own. */
  static void problem(HttpServerResponse response, int status, Object problem) {
    if (status == 503) {
      retrySoon(response);
    }
    send(response, status, PROBLEM, Wire.bytes(problem));
  }

  /** Whoever asks again in a second may get another answer. */
  static void retrySoon(HttpServerResponse response) {
    if (!response.ended()) {
      response.putHeader(HttpHeaders.RETRY_AFTER, "1");
    }
  }

  static void send(HttpServerResponse response, int status, CharSequence type, byte[] body) {
    if (!response.ended() && !response.closed()) {
      response
          .setStatusCode(status)
          .putHeader(HttpHeaders.CONTENT_TYPE, type)
          .putHeader(TYPE_OPTIONS, NO_SNIFFING)
          .putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE)
          .end(Buffer.buffer(body));
    }
  }
}
