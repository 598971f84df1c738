package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.promoflow.ingestion.wire.Wire;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Mutated requests over plain sockets, so that also what no client would send gets there. As many
 * as {@code -Dpromoflow.fuzz} says.
 */
class FuzzTest {
  private static final int REQUESTS = Integer.getInteger("promoflow.fuzz", 20_000);
  private static final int MOST_BODY = 4096;
  private static final List<String> METHODS =
      List.of("POST", "GET", "PUT", "DELETE", "HEAD", "OPTIONS", "FOO");

  /** What is usually asked, and with which of the bodies. */
  private record Target(String method, String path, int... bodies) {}

  /** A request; one that is not whole would keep the server waiting for its end. */
  private record Request(byte[] bytes, boolean isWhole) {}

  private static final List<Target> TARGETS =
      List.of(
          new Target("POST", "/v1/decisions", 0, 1),
          new Target("POST", "/v1/decisions?dryRun=true", 0, 1),
          new Target("GET", "/v1/decisions/d-0123456789abcdef01234567", 6),
          new Target("POST", "/v1/redemptions", 2, 9, 10, 11),
          new Target("POST", "/v1/redemptions?dryRun=true", 2, 9, 10, 11),
          new Target("POST", "/v1/quotes", 8, 12),
          new Target("POST", "/v1/events", 3),
          new Target("GET", "/v1/rules", 6),
          new Target("POST", "/v1/rules", 5, 7),
          new Target("POST", "/v1/rules?dryRun=true", 5),
          new Target("POST", "/v1/rules?note=why", 5),
          new Target("POST", "/v1/rules?dryRun=true&note=why&dryRun=true", 5),
          new Target("POST", "/v1/rules?note=%00", 5),
          new Target("GET", "/v1/decisions/d-%00", 6),
          new Target("POST", "/ofrep/v1/evaluate/flags", 4),
          new Target("POST", "/ofrep/v1/evaluate/flags/promotion", 4),
          new Target("GET", "/health/ready", 6),
          new Target("GET", "/metrics", 6),
          new Target("GET", "/docs/docs.js", 6),
          new Target("GET", "/openapi.yaml", 6));

  private static final List<String> BODIES =
      List.of(
          "{\"requestId\": \"r1\", \"trigger\": \"VISIT\", \"shopperId\": \"ada\", \"cartCents\": 10000}",
          "{\"requestId\": \"r2\", \"trigger\": \"CART_ADD\", \"shopperId\": \"bob\", \"cart\":"
              + " [{\"productId\": \"p\", \"cents\": 5, \"quantity\": 2}], \"at\":"
              + " \"2026-01-05T11:00:00Z\", \"channel\": \"app\"}",
          "{\"key\": \"k\", \"decisionId\": \"d-1\", \"action\": \"COMMIT\", \"costCents\": 5,"
              + " \"at\": \"2026-01-05T11:00:00Z\"}",
          "[{\"eventId\": \"e1\", \"type\": \"PRODUCT_VIEWED\", \"shopperId\": \"ada\","
              + " \"at\": \"2026-01-05T11:00:00Z\", \"productId\": \"p\"}]",
          "{\"context\": {\"targetingKey\": \"ada\", \"cartCents\": 5}}",
          "promotions:\n  - {id: a, kind: percent-off, terms: {percent: 5}, budgetCents: 5000000,"
              + " from: 2026-01-01T00:00:00Z, until: 2026-02-01T00:00:00Z}\n",
          "",
          "promotions:\n  - {id: \"a\\0\", kind: percent-off, terms: {percent: 5}, products: [\"\\ud83d\"]}\n",
          "{\"shopperId\": \"ada\", \"decisionIds\": [\"d-1\"], \"couponCodes\": [\"TEA\"],"
              + " \"cart\": [{\"productId\": \"p\", \"cents\": 5, \"quantity\": 2}],"
              + " \"at\": \"2026-01-05T11:00:00Z\"}");
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

  /** Of moments, for the year that stands there. */
  private static final List<String> YEARS =
      List.of(
          "-999999999",
          "-9999",
          "-4714",
          "-0001",
          "0000",
          "0001",
          "1066",
          "1989",
          "1990",
          "2025",
          "2027",
          "9999",
          "+10000",
          "+294277",
          "+999999999",
          "99999");

  /** Of a question, a redemption and an event. */
  private static final Pattern ID =
      Pattern.compile("(?<=\"(requestId|key|eventId)\": \")\\w+(?=\")");

  private static final Pattern YEAR = Pattern.compile("\\d{4}(?=-\\d\\d-\\d\\dT)");

  private static final String RULES =
      """
      promotions:
        - {id: five, kind: percent-off, terms: {percent: 5}, budgetCents: 100000000}
        - {id: mug, kind: gift, terms: {amountCents: 300, giftProductId: mug-1}, stock: 1000000}
      """;
  private static final List<Charset> ENCODINGS =
      List.of(
          StandardCharsets.UTF_16,
          StandardCharsets.UTF_16LE,
          StandardCharsets.UTF_16BE,
          Charset.forName("UTF-32LE"),
          Charset.forName("UTF-32BE"));
  private static final List<String> TYPES =
      List.of(
          "application/x-www-form-urlencoded",
          "multipart/form-data; boundary=x",
          "multipart/form-data",
          "application/json",
          "text/plain");
  private static final List<String> VERSIONS = List.of("HTTP/1.0", "HTTP/2.0", "HTTP/9.9", "HTP");
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");
  private static final Path STATUSES = Path.of("target", "fuzz-statuses.txt");

  private final SplittableRandom random = new SplittableRandom(20_260_105L);
  private final List<String> bodies = new ArrayList<>(BODIES);
  private String token;

  @Test
  void noRequestBreaksTheServer() throws Exception {
    var statuses = new TreeMap<Integer, Integer>();
    int silent = 0;
    try (var server =
        new StoredServer(RULES, Map.of("serving.http.max-body-bytes", "" + MOST_BODY))) {
      token = server.token;
      String decision =
          Wire.JSON
              .readTree(server.post("/v1/decisions", bodies.get(0)).body())
              .get("decisionId")
              .asText();
      for (String action : List.of("COMMIT", "CANCEL", "REFUND")) {
        bodies.add(BODIES.get(2).replace("d-1", decision).replace("COMMIT", action));
      }
      bodies.add(BODIES.get(8).replace("d-1", decision));
      for (int i = 0; i < REQUESTS; i++) {
        Request asked = request();
        byte[] request = asked.bytes();
        String answer = answer(server.server.port(), asked);
        if (answer.isEmpty()) {
          assertThat(asked.isWhole() && request.length < MOST_BODY)
              .as("left without an answer: " + new String(request, StandardCharsets.ISO_8859_1))
              .isFalse();
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
      lastPromiseIsKept(server);
    }
    Files.writeString(
        STATUSES, REQUESTS + " requests: " + statuses + ", unanswered " + silent + "\n");
    assertThat(statuses).as("what was tried").containsKeys(200, 202, 400, 401, 404, 405, 409, 422);
  }

  /** The ledger still writes down what is promised, else it could not be redeemed. */
  private void lastPromiseIsKept(StoredServer server) throws Exception {
    assertThat(server.post("/v1/rules", RULES).statusCode()).isEqualTo(200);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              String ask = bodies.get(0).replace("r1", "last-" + random.nextInt());
              HttpResponse<String> last = server.post("/v1/decisions", ask);
              assertThat(last.statusCode()).isEqualTo(200);
              JsonNode decided = Wire.JSON.readTree(last.body());
              assertThat(decided.hasNonNull("promotionId")).as(last.body()).isTrue();
              assertToBeRedeemed(server, decided.get("decisionId").asText());
            });
  }

  private void assertToBeRedeemed(StoredServer server, String decision) {
    String redeem = bodies.get(2).replace("d-1", decision).replace("\"k\"", "\"last\"");
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(
            () -> {
              HttpResponse<String> redeemed = server.post("/v1/redemptions", redeem);
              assertThat(redeemed.statusCode()).as(redeemed.body()).isEqualTo(200);
            });
  }

  /** HTTP itself asks for two of them where the client speaks what nobody here knows. */
  private static boolean isOurFault(int status, byte[] request) {
    String text = new String(request, StandardCharsets.ISO_8859_1);
    boolean isKnown =
        text.startsWith(" HTTP/1.", text.indexOf(' ', text.indexOf(' ') + 1))
            && !text.startsWith("FOO ")
            && !text.contains("Transfer-Encoding");
    return status >= 500 && (isKnown || (status != 501 && status != 505));
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private Request request() {
    Target target = any(TARGETS);
    int usual = target.bodies()[random.nextInt(target.bodies().length)];
    String good = random.nextInt(5) > 0 ? bodies.get(usual) : any(bodies);
    Charset encoding = random.nextInt(50) == 0 ? any(ENCODINGS) : StandardCharsets.UTF_8;
    byte[] body = mutated(ofAnyYear(asNew(good)), 0.7).getBytes(encoding);
    String path = random.nextInt(10) == 0 ? mutated(target.path(), 1) : target.path();
    String method = random.nextInt(7) > 0 ? target.method() : any(METHODS);
    var head = new StringBuilder(method).append(' ').append(path.replaceAll("[\\s\\x00]", "+"));
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
    if (random.nextBoolean()) {
      head.append("Content-Type: ").append(any(TYPES)).append("\r\n");
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
    boolean isWhole = told <= body.length && head.indexOf("Transfer-Encoding") < 0;
    return new Request(bytes.toByteArray(), isWhole);
  }

  /** What was asked before is answered from memory, whatever else stands there. */
  private String asNew(String good) {
    return random.nextBoolean()
        ? ID.matcher(good).replaceAll(id -> id.group() + random.nextInt(1_000_000))
        : good;
  }

  private String ofAnyYear(String good) {
    return random.nextInt(3) == 0 ? YEAR.matcher(good).replaceAll(year -> any(YEARS)) : good;
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

  private static String answer(int port, Request request) throws Exception {
    var answer = new ByteArrayOutputStream();
    boolean isHead = new String(request.bytes(), 0, 5, StandardCharsets.ISO_8859_1).equals("HEAD ");
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(15_000); // longer than any request may take
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      out.write(request.bytes());
      if (!request.isWhole()) {
        socket.shutdownOutput(); // whereupon the server closes, answered or not
      }
      var some = new byte[8_192];
      for (int n = in.read(some); n >= 0; n = in.read(some)) {
        answer.write(some, 0, n);
        if (isComplete(answer.toString(StandardCharsets.ISO_8859_1), isHead)) {
          break;
        }
      }
    } catch (SocketTimeoutException e) {
      fail(
          "no answer but '%s' to%n%s", answer, new String(request.bytes(), StandardCharsets.UTF_8));
    } catch (SocketException e) {
      return answer.toString(StandardCharsets.ISO_8859_1);
    }
    return answer.toString(StandardCharsets.ISO_8859_1);
  }

  private static boolean isComplete(String answer, boolean isHead) {
    int end = answer.indexOf("\r\n\r\n");
    Matcher length = LENGTH.matcher(end < 0 ? "" : answer.substring(0, end));
    return (isHead && end >= 0)
        || (length.find() && answer.length() >= end + 4 + Integer.parseInt(length.group(1)));
  }
}
