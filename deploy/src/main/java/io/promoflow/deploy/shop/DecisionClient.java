package io.promoflow.deploy.shop;

import io.promoflow.ingestion.wire.Wire;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/** Asks for decisions over HTTP, some at a time. */
final class DecisionClient {
  private static final int AT_ONCE = 64;
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI decisions;

  DecisionClient(URI base) {
    this.decisions = base.resolve("/v1/decisions");
  }

  /** Asks for every visit; fails on the first answer that is no decision. */
  void ask(List<Script.Visit> visits) throws InterruptedException {
    var room = new Semaphore(AT_ONCE);
    List<CompletableFuture<?>> answers = new ArrayList<>();
    for (Script.Visit visit : visits) {
      room.acquire();
      answers.add(
          http.sendAsync(request(visit), HttpResponse.BodyHandlers.ofString())
              .whenComplete((answer, failure) -> room.release())
              .thenAccept(
                  answer -> {
                    if (answer.statusCode() >= 300) {
                      throw new IllegalStateException(
                          "POST "
                              + decisions
                              + " answered "
                              + answer.statusCode()
                              + ": "
                              + answer.body());
                    }
                  }));
    }
    CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new)).join();
  }

  private HttpRequest request(Script.Visit visit) {
    String body =
        Wire.text(
            Map.of(
                "requestId", visit.requestId(),
                "trigger", "VISIT",
                "shopperId", SentEvent.shopperId(visit.shopper()),
                "at", visit.at().toString()));
    return HttpRequest.newBuilder(decisions)
        .timeout(TIMEOUT)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }
}
