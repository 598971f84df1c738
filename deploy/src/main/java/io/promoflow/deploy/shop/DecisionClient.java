package io.promoflow.deploy.shop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promoflow.deploy.shop.ledger.Answer;
import io.promoflow.deploy.shop.ledger.Question;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Asks the decision server, many questions at a time; a busy server is asked again. */
final class DecisionClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int AT_ONCE = 32;
  private static final int ATTEMPTS = 40;
  private static final long PAUSE_MILLIS = 250;
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int OK = 200;
  private static final int BUSY = 503;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI decisions;
  private final Clock clock;

  DecisionClient(URI base, Clock clock) {
    this.decisions = base.resolve("/v1/decisions");
    this.clock = clock;
  }

  /** The answers, in the order of the questions. */
  List<Answer> ask(List<Question> questions) {
    var room = new Semaphore(AT_ONCE);
    var answers = new ArrayList<CompletableFuture<Answer>>();
    for (Question question : questions) {
      room.acquireUninterruptibly();
      answers.add(ask(question, ATTEMPTS).whenComplete((answer, failure) -> room.release()));
    }
    return answers.stream().map(CompletableFuture::join).toList();
  }

  private CompletableFuture<Answer> ask(Question question, int attempts) {
    return client
        .sendAsync(request(question), BodyHandlers.ofString())
        .thenCompose(response -> answerOrAgain(question, response, attempts));
  }

  private CompletableFuture<Answer> answerOrAgain(
      Question question, HttpResponse<String> response, int attempts) {
    if (response.statusCode() == OK) {
      return CompletableFuture.completedFuture(answer(question, response.body()));
    }
    if (response.statusCode() == BUSY && attempts > 1) {
      Executor later = CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      return CompletableFuture.supplyAsync(() -> attempts - 1, later)
          .thenCompose(left -> ask(question, left));
    }
    return CompletableFuture.failedFuture(
        new IllegalStateException(
            decisions + " answered " + response.statusCode() + ": " + response.body()));
  }

  private HttpRequest request(Question question) {
    var body = new LinkedHashMap<String, Object>();
    body.put("requestId", question.requestId());
    body.put("trigger", question.trigger());
    body.put("shopperId", question.shopper());
    body.put("at", question.at().toString());
    body.put("cartCents", question.cartCents());
    try {
      return HttpRequest.newBuilder(decisions)
          .timeout(TIMEOUT)
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
          .build();
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Answer answer(Question question, String body) {
    try {
      JsonNode decision = JSON.readTree(body);
      return new Answer(
          question.requestId(),
          decision.path("decisionId").textValue(),
          question.trigger(),
          decision.path("segment").textValue(),
          decision.path("experimentId").textValue(),
          decision.path("variant").textValue(),
          decision.path("promotionId").textValue(),
          decision.path("ruleVersion").longValue(),
          clock.instant());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
