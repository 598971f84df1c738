package io.promoflow.serving.http;

import io.promoflow.ingestion.wire.Wire;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

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

  static void problem(HttpServerResponse response, Problem problem) {
    problem(response, problem.status(), problem);
  }

  /** A problem with members of its own. */
  static void problem(HttpServerResponse response, int status, Object problem) {
    if (status == 503 && !response.ended()) {
      response.putHeader(HttpHeaders.RETRY_AFTER, "1");
    }
    send(response, status, PROBLEM, Wire.bytes(problem));
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
