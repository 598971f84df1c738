package io.promoflow.serving.http;

import static io.promoflow.serving.Cast.percentOff;
import static io.promoflow.serving.Cast.rules;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
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

  private final SplittableRandom random = new SplittableRandom(20_260_105L);

  @Test
  void noRequestBreaksTheServer() throws Exception {
    var statuses = new TreeMap<Integer, Integer>();
    try (var server = new LiveServer(Map.of("serving.http.max-body-bytes", "4096"), null)) {
      server.feed.write("serving-rules", rules(3, List.of(percentOff("five", 5)), List.of()));
      for (int i = 0; i < REQUESTS; i++) {
        byte[] request = request();
        String answer = answer(server.server.port(), request);
        if (!answer.isEmpty()) {
          int status = Integer.parseInt(answer.substring(9, 12));
          statuses.merge(status, 1, Integer::sum);
          String what = new String(request, StandardCharsets.ISO_8859_1) + "\n->\n" + answer;
          assertThat(isOurFault(status, request)).as(what).isFalse();
          assertThat(answer).as(what).doesNotContain("Exception", "\tat ", "io.promoflow", "java.");
        }
      }
      assertThat(server.get("/health/ready").statusCode()).isEqualTo(200);
    }
    assertThat(statuses).as("what was tried").containsKeys(200, 400, 404, 405);
  }

  /** Rules need the store, which this server has not got: that one is told. */
  private static boolean isOurFault(int status, byte[] request) {
    boolean needsStore =
        status == 503 && new String(request, StandardCharsets.ISO_8859_1).contains("/v1/rules");
    return status >= 500 && status != 501 && status != 505 && !needsStore;
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private byte[] request() {
    byte[] body = mutated(any(BODIES), 0.7).getBytes(StandardCharsets.UTF_8);
    String path = random.nextInt(10) == 0 ? mutated(any(PATHS), 1) : any(PATHS);
    var head =
        new StringBuilder(any(METHODS)).append(' ').append(path.replaceAll("[\\s\\x00]", "+"));
    head.append(" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    if (random.nextInt(8) == 0) {
      head.append(mutated("X-Any: value", 1).replaceAll("[\\r\\n]", "")).append("\r\n");
    }
    if (random.nextInt(8) == 0) {
      head.append("Authorization: ")
          .append(any(List.of("Bearer ", "Bearer pf_0_0", "x")))
          .append("\r\n");
    }
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
