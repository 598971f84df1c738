package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.wire.Wire;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Mutated requests over plain sockets, so that also what no client would send gets there. As many
 * as {@code -Dpromoflow.fuzz} says.
 */
class FuzzTest {
  private static final int REQUESTS = Integer.getInteger("promoflow.fuzz", 20_000);
  private static final List<String> METHODS =
      List.of("POST", "POST", "POST", "GET", "GET", "PUT", "DELETE", "HEAD", "OPTIONS", "FOO");
  private static final List<String> PATHS =
      List.of(
          "/v1/decisions",
          "/v1/decisions?dryRun=true",
          "/v1/decisions/d-0123456789abcdef01234567",
          "/v1/redemptions",
          "/v1/redemptions?dryRun=true",
          "/v1/events",
          "/v1/rules",
          "/v1/rules?dryRun=true",
          "/ofrep/v1/evaluate/flags",
          "/ofrep/v1/evaluate/flags/promotion",
          "/health/ready",
          "/metrics",
          "/docs/docs.js",
          "/openapi.yaml");
  private static final List<String> BODIES =
      List.of(
          "{\"requestId\": \"r1\", \"trigger\": \"VISIT\", \"shopperId\": \"ada\", \"cartCents\": 10000}",
          "{\"requestId\": \"r2\", \"trigger\": \"CART_ADD\", \"shopperId\": \"bob\", \"cart\":"
              + " [{\"productId\": \"p\", \"cents\": 5, \"quantity\": 2}], \"at\":"
              + " \"2026-01-05T11:00:00Z\", \"channel\": \"app\"}",
          "{\"key\": \"k\", \"decisionId\": \"d-1\", \"action\": \"COMMIT\", \"costCents\": 5}",
          "[{\"eventId\": \"e1\", \"type\": \"PRODUCT_VIEWED\", \"shopperId\": \"ada\"}]",
          "{\"context\": {\"targetingKey\": \"ada\", \"cartCents\": 5}}",
          "promotions:\n  - {id: a, kind: percent-off, terms: {percent: 5}}\n",
          "");
  private static final List<String> BITS =
      List.of(
          "null",
          "-1",
          "1e400",
          "\"",
          "{",
          "}",
          "[",
          "]",
          "\\u0000",
          "\u00e9",
          "9".repeat(30),
          "NaN",
          ",",
          ":",
          "true",
          "a".repeat(300),
          "\r\n",
          "%00",
          "../",
          "\ud83d\ude00",
          "&*a: b");

  private static final String RULES =
      """
      promotions:
        - {id: five, kind: percent-off, terms: {percent: 5}, budgetCents: 100000000}
        - {id: mug, kind: gift, terms: {amountCents: 300, giftProductId: mug-1}, stock: 1000000}
      """;
  private static final List<String> VERSIONS = List.of("HTTP/1.0", "HTTP/2.0", "HTTP/9.9", "HTP");
  private static final Path STATUSES = Path.of("target", "fuzz-statuses.txt");

  private final SplittableRandom random = new SplittableRandom(20_260_105L);
  private final List<String> bodies = new ArrayList<>(BODIES);
  private String token;

  @Test
  void noRequestBreaksTheServer() throws Exception {
    var statuses = new TreeMap<Integer, Integer>();
    int silent = 0;
    try (var server = new StoredServer(RULES, Map.of("serving.http.max-body-bytes", "4096"))) {
      token = server.token;
      String decision =
          Wire.JSON
              .readTree(server.post("/v1/decisions", bodies.get(0)).body())
              .get("decisionId")
              .asText();
      for (String action : List.of("COMMIT", "CANCEL", "REFUND")) {
        bodies.add(BODIES.get(2).replace("d-1", decision).replace("COMMIT", action));
      }
      for (int i = 0; i < REQUESTS; i++) {
        byte[] request = request();
        String answer = answer(server.server.port(), request);
        if (answer.isEmpty()) {
          silent++;
        } else {
          int status = Integer.parseInt(answer.substring(9, 12));
          statuses.merge(status, 1, Integer::sum);
          String what = new String(request, StandardCharsets.ISO_8859_1) + "\n->\n" + answer;
          assertThat(isOurFault(status, request)).as(what).isFalse();
          assertThat(answer).as(what).doesNotContain("Exception", "\tat ", "io.promoflow", "java.");
        }
      }
      assertThat(server.send(server.to("/health/ready").build()).statusCode()).isEqualTo(200);
      assertThat(server.post("/v1/decisions", bodies.get(0).replace("r1", "last")).statusCode())
          .isEqualTo(200);
    }
    Files.writeString(
        STATUSES, REQUESTS + " requests: " + statuses + ", unanswered " + silent + "\n");
    assertThat(statuses).as("what was tried").containsKeys(200, 202, 400, 401, 404, 405, 409, 422);
  }

  /** HTTP itself asks for two of them: what the client speaks is not known here. */
  private static boolean isOurFault(int status, byte[] request) {
    String[] words = new String(request, StandardCharsets.ISO_8859_1).split("\\s", 4);
    return switch (status) {
      case 501 ->
          METHODS.contains(words[0])
              && !words[0].equals("FOO")
              && !words[3].contains("Transfer-Encoding");
      case 505 -> words[2].startsWith("HTTP/1.");
      default -> status >= 500;
    };
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private byte[] request() {
    byte[] body = mutated(any(bodies), 0.7).getBytes(StandardCharsets.UTF_8);
    String path = random.nextInt(10) == 0 ? mutated(any(PATHS), 1) : any(PATHS);
    var head =
        new StringBuilder(any(METHODS)).append(' ').append(path.replaceAll("[\\s\\x00]", "+"));
    String version = random.nextInt(100) == 0 ? any(VERSIONS) : "HTTP/1.1";
    head.append(' ').append(version).append("\r\nHost: localhost\r\nConnection: close\r\n");
    if (random.nextInt(100) == 0) {
      head.append("Transfer-Encoding: ")
          .append(any(List.of("chunked", "gzip", "x")))
          .append("\r\n");
    }
    if (random.nextInt(8) == 0) {
      head.append(mutated("X-Any: value", 1).replaceAll("[\\r\\n]", "")).append("\r\n");
    }
    head.append("Authorization: ")
        .append(
            random.nextInt(8) > 0
                ? "Bearer " + token
                : any(
                    List.of(
                        "Bearer ",
                        "Bearer pf_0_0",
                        "x",
                        mutated("Bearer " + token, 1).replaceAll("[\\r\\n]", ""))))
        .append("\r\n");
    if (random.nextInt(8) == 0) {
      head.append("If-None-Match: ").append(any(List.of("*", "\"\"", "W/\"a\""))).append("\r\n");
    }
    int told = random.nextInt(20) == 0 ? random.nextInt(20_000) : body.length;
    head.append("Content-Length: ").append(told).append("\r\n\r\n");
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(body);
    return bytes.toByteArray();
  }

  private String mutated(String text, double share) {
    var changed = new StringBuilder(text);
    if (random.nextDouble() < share) {
      for (int times = 1 + random.nextInt(3); times > 0; times--) {
        int at = random.nextInt(changed.length() + 1);
        switch (random.nextInt(4)) {
          case 0 -> changed.insert(at, any(BITS));
          case 1 -> changed.delete(at, Math.min(changed.length(), at + random.nextInt(9)));
          case 2 -> changed.insert(at, (char) random.nextInt(256));
          default -> changed.append(changed.substring(0, at));
        }
      }
    }
    return changed.toString();
  }

  private static String answer(int port, byte[] request) throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(5_000);
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      try {
        out.write(request);
        socket.shutdownOutput(); // a body that is shorter than told never ends otherwise
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      } catch (SocketException e) {
        return "";
      }
    }
  }
}
