package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.serving.Cast;
import io.promoflow.serving.http.OpenApi.Operation;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a browser on the machine of a server without keys may do there. */
class OwnPagesTest {
  private static final String QUESTION =
      "{\"requestId\": \"r1\", \"trigger\": \"VISIT\", \"shopperId\": \"ada\"}";

  private static LiveServer open;

  @BeforeAll
  static void start() throws Exception {
    open = new LiveServer(Map.of(), null);
    open.feed.write("serving-rules", Cast.rules(1, List.of(), List.of()));
  }

  @AfterAll
  static void stop() {
    open.close();
  }

  static Stream<Operation> operations() {
    return OpenApi.read().operations().stream();
  }

  /** The status of the answer. */
  private static int ask(LiveServer server, Operation operation, String headers) throws Exception {
    String body = operation.takesBody() ? QUESTION : "";
    String path = operation.path().replaceAll("\\{\\w+}", "x");
    return ask(
        server, operation.method() + " " + path + " HTTP/1.1\r\n" + headers + length(body) + body);
  }

  private static String length(String body) {
    return "Connection: close\r\nContent-Length: " + body.length() + "\r\n\r\n";
  }

  private static int ask(LiveServer server, String request) throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
      socket.setSoTimeout(20_000);
      String own = "127.0.0.1:" + server.server.port();
      socket
          .getOutputStream()
          .write(request.replace("OWN", own).getBytes(StandardCharsets.ISO_8859_1));
      String answer =
          new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
      assertThat(answer).as(request).startsWith("HTTP/1.");
      return Integer.parseInt(answer.substring(9));
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void pagesOfOthersReachOnlyWhatIsOpenToEverybody(Operation operation) throws Exception {
    for (String headers :
        List.of(
            "Host: OWN\r\nOrigin: https://evil.example\r\n",
            "Host: OWN\r\nOrigin: null\r\n",
            "Host: OWN\r\nOrigin: http://127.0.0.1:1\r\n",
            "Host: OWN\r\nOrigin: https://OWN\r\n",
            "Host: OWN\r\nSec-Fetch-Site: cross-site\r\n",
            "Host: OWN\r\nSec-Fetch-Site: same-site\r\n",
            "Host: evil.example\r\n",
            "Host: evil.example:8080\r\n",
            "Host: evil.example\r\nOrigin: http://evil.example\r\nSec-Fetch-Site: same-origin\r\n",
            "Host: 127.0.0.1.evil.example\r\n",
            "Host: localhost.evil.example\r\n")) {
      if (operation.roles().isEmpty()) {
        assertThat(ask(open, operation, headers)).as(headers).isNotEqualTo(403);
      } else {
        assertThat(ask(open, operation, headers)).as(headers).isEqualTo(403);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void programsAndOwnPagesReachEverything(Operation operation) throws Exception {
    for (String headers :
        List.of(
            "Host: OWN\r\n",
            "Host: localhost\r\n",
            "Host: LocalHost:8080\r\n",
            "Host: [::1]:8080\r\n",
            "Host: OWN\r\nOrigin: http://OWN\r\nSec-Fetch-Site: same-origin\r\n",
            "Host: localhost\r\nOrigin: http://localhost\r\n",
            "Host: [::1]:8080\r\nOrigin: http://[::1]:8080\r\n",
            "Host: OWN\r\nSec-Fetch-Site: none\r\n")) {
      assertThat(ask(open, operation, headers)).as(headers).isNotEqualTo(403);
    }
  }

  @Test
  void theQuickestWayLetsNobodyIn() throws Exception {
    int before = open.log.appended.size();
    String request = "POST /v1/decisions HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n%s";
    for (String headers :
        List.of(
            "Host: evil.example\r\n",
            "Host: OWN\r\nOrigin: https://evil.example\r\n",
            "Host: OWN\r\nSec-Fetch-Site: cross-site\r\n")) {
      String asked = request.formatted(headers, QUESTION.length(), QUESTION);
      assertThat(ask(open, asked)).as(headers).isEqualTo(403);
    }
    assertThat(open.log.appended).hasSize(before);
    String asked = request.formatted("Host: OWN\r\n", QUESTION.length(), QUESTION);
    assertThat(ask(open, asked)).isEqualTo(200);
  }

  /** HTTP of before names no host; browsers do not speak it. */
  @Test
  void whoNamesNoHostIsAProgram() throws Exception {
    assertThat(ask(open, "GET /v1/rules HTTP/1.0\r\n\r\n")).isEqualTo(200);
    assertThat(ask(open, "GET /v1/rules HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n"))
        .isIn(400, 403);
  }

  @Test
  void theNameThatItListensOnIsItsOwn() {
    assertThat(new OwnPages("Shop-Laptop").isHere("shop-laptop")).isTrue();
    assertThat(new OwnPages("127.0.0.1").isHere("shop-laptop")).isFalse();
  }

  /** No browser sends a key by itself, so whoever sends one may be anywhere. */
  @Test
  void aKeyIsAllThatIsAskedForWhereOneIs() throws Exception {
    try (var keyed = new LiveServer(Map.of("serving.http.api-keys", "true"), List.of())) {
      for (Operation operation : operations().filter(one -> !one.roles().isEmpty()).toList()) {
        String headers = "Host: shop.example\r\nOrigin: https://back-office.example\r\n";
        assertThat(ask(keyed, operation, headers)).as(operation.id()).isEqualTo(401);
      }
    }
  }
}
