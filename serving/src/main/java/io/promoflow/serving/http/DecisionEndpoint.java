package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.DecisionRequest;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * The way of a question that nobody asked before: read, decided, logged and answered without leaving
 * the event loop, past the router. Whatever is not that goes on to the router.
 */
final class DecisionEndpoint implements Handler<HttpServerRequest> {
  private static final String PATH = "/v1/decisions";
  private static final CharSequence CONTENT_TYPE =
      io.vertx.core.http.HttpHeaders.createOptimized("Content-Type");
  private static final CharSequence JSON =
      io.vertx.core.http.HttpHeaders.createOptimized("application/json");

  private final Vertx vertx;
  private final Handler<HttpServerRequest> router;
  private final DecisionService service;
  private final QuestionReader questions;
  private final TopicFeed feed;
  private final int maxBodyBytes;

  DecisionEndpoint(
      Vertx vertx,
      Handler<HttpServerRequest> router,
      DecisionService service,
      QuestionReader questions,
      TopicFeed feed,
      int maxBodyBytes) {
    this.vertx = vertx;
    this.router = router;
    this.service = service;
    this.questions = questions;
    this.feed = feed;
    this.maxBodyBytes = maxBodyBytes;
  }

  @Override
  public void handle(HttpServerRequest request) {
    if (request.method() != HttpMethod.POST || !PATH.equals(request.uri()) || !feed.isAtEnd()) {
      router.handle(request);
      return;
    }
    request.body().onSuccess(body -> decide(request, body));
  }

  private void decide(HttpServerRequest request, Buffer body) {
    DecisionRequest question = questions.read(body.getBytes());
    Decision decision = service.brief(question);
    byte[] written = Wire.bytes(decision);
    Context context = vertx.getOrCreateContext();
    service
        .log(decision, written)
        .whenComplete(
            (done, failure) ->
                context.runOnContext(unused -> answer(request.response(), written, failure)));
  }

  private static void answer(HttpServerResponse response, byte[] written, Throwable failure) {
    if (failure != null) {
      response.setStatusCode(503).end();
    } else {
      response.putHeader(CONTENT_TYPE, JSON).end(Buffer.buffer(written));
    }
  }
}
