package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.Cast;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A server that is told to stop: who asked before gets an answer, nobody else gets half of one. */
class ShutdownTest {
  private static final Duration LEAVE = Duration.ofSeconds(2);
  private static final Duration DRAIN = Duration.ofSeconds(20);

  private static LiveServer server(Duration drain) throws InterruptedException {
    var server =
        new LiveServer(
            Map.of(
                "serving.http.leave", LEAVE.toString(),
                "serving.http.drain", drain.toString(),
                "serving.http.log-patience", "PT60S"),
            null);
    server.feed.write(
        "serving-rules", Cast.rules(1, List.of(Cast.percentOff("five", 5)), List.of()));
    return server;
  }

  private static byte[] question(String request) {
    return """
        {"requestId": "%s", "trigger": "VISIT", "shopperId": "ada", "cartCents": 10000}
        """
        .formatted(request)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static CompletableFuture<HttpResponse<String>> ask(LiveServer server, byte[] body) {
    HttpRequest plain = server.to("/v1/decisions").POST(BodyPublishers.ofByteArray(body)).build();
    return server.client.sendAsync(plain, BodyHandlers.ofString());
  }

  /** In chunks, which the quick way leaves to the router. */
  private static CompletableFuture<HttpResponse<String>> askInChunks(
      LiveServer server, byte[] body) {
    HttpRequest chunked =
        server
            .to("/v1/decisions")
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
            .build();
    return server.client.sendAsync(chunked, BodyHandlers.ofString());
  }

  private static boolean isPortOpen(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (java.io.IOException e) {
      return false;
    }
  }

  @Test
  void readinessTurnsFirstWhatRunsIsAnsweredAndNothingNewIsTaken() throws Exception {
    LiveServer server = server(DRAIN);
    int port = server.server.port();
    var back = new CompletableFuture<Void>();
    server.log.back = back;
    var plain = ask(server, question("plain"));
    var chunked = askInChunks(server, question("chunked"));
    await().until(() -> server.log.waiting.get() == 2);
    assertThat(server.get("/health/ready").statusCode()).isEqualTo(200);

    var closing = CompletableFuture.runAsync(server::close);
    await().until(() -> server.get("/health/ready").statusCode() == 503);
    HttpResponse<String> notReady = server.get("/health/ready");
    assertThat(notReady.body()).contains("nothing more: the server stops");
    assertThat(
            server
                .post(
                    "/v1/decisions?dryRun=true",
                    new String(question("new"), StandardCharsets.UTF_8))
                .statusCode())
        .as("who has not noticed yet is answered")
        .isEqualTo(200);

    await().atMost(LEAVE.multipliedBy(5)).until(() -> !isPortOpen(port));
    assertThat(closing).as("waits for what runs").isNotDone();
    assertThat(plain).isNotDone();
    back.complete(null);
    for (HttpResponse<String> answer : List.of(plain.get(), chunked.get())) {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(Wire.JSON.readTree(answer.body()).get("promotionId").asText()).isEqualTo("five");
    }
    assertThat(closing).succeedsWithin(DRAIN);
    assertThat(server.log.appended).extracting("requestId").contains("plain", "chunked");
  }

  @Test
  void whatTakesLongerThanTheDrainDoesNotKeepTheServer() throws Exception {
    LiveServer server = server(Duration.ofSeconds(1));
    server.log.back = new CompletableFuture<>();
    var never = askInChunks(server, question("never"));
    await().until(() -> server.log.waiting.get() == 1);
    long began = System.nanoTime();
    server.close();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
    assertThat(never).failsWithin(Duration.ofSeconds(5));
  }
}
