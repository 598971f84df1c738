package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many that send much at once are told to come again, before they fill the memory. */
class LargeBodiesTest {
  private static final String EVENT =
      """
      {"eventId": "e1", "type": "PRODUCT_VIEWED", "shopperId": "ada",\
       "at": "2026-01-05T11:00:00Z", "productId": "p1"}""";
  private static final String MANY =
      "[" + EVENT + (",\n" + EVENT).repeat(999) + " ".repeat(65_536) + "]";

  private LiveServer server;
  private final List<Socket> slow = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    server = new LiveServer(Map.of(), null);
  }

  @AfterEach
  void stop() throws Exception {
    hangUp();
    server.close();
  }

  private void hangUp() throws Exception {
    for (Socket one : slow) {
      one.close();
    }
  }

  /** Tells how much comes, or that nobody knows how much, and sends nothing of it. */
  private void promise(String length) throws Exception {
    var socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port());
    slow.add(socket);
    String head = "POST /v1/events HTTP/1.1\r\nHost: localhost\r\n" + length + "\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  @Test
  void theyTakeNoMoreTogetherThanIsSetApart() throws Exception {
    for (int i = 0; i < 32; i++) {
      promise("Content-Length: 1048576");
      promise("Transfer-Encoding: chunked"); // takes no room
    }
    await().until(() -> server.post("/v1/events", MANY).statusCode() == 503);
    HttpResponse<String> refused = server.post("/v1/events", MANY);
    assertThat(refused.body()).contains("too many large requests are under way");
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    int before = server.collector.collected.size();
    assertThat(server.post("/v1/events", EVENT).statusCode()).as("small ones").isEqualTo(202);
    assertThat(chunked(EVENT).statusCode()).as("in chunks").isEqualTo(202);
    assertThat(server.collector.collected).hasSize(before + 2);

    hangUp();
    await().until(() -> server.post("/v1/events", MANY).statusCode() == 202);
    for (int i = 0; i < 100; i++) { // each gives back what it held
      assertThat(server.post("/v1/events", MANY).statusCode()).isEqualTo(202);
    }
  }

  @Test
  void whatTellsNoLengthMayBeAsLargeAsOthers() throws Exception {
    HttpResponse<String> refused = chunked(MANY);
    assertThat(refused.statusCode()).isEqualTo(413);
    assertThat(refused.body()).contains("at most 65536 bytes are taken");
    assertThat(chunked(EVENT).statusCode()).isEqualTo(202);
  }

  private HttpResponse<String> chunked(String body) throws Exception {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    var request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.server.port() + "/v1/events"))
            .version(HttpClient.Version.HTTP_1_1)
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }
}
