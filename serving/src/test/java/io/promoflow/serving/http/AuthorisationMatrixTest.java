package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.Cast;
import io.promoflow.serving.access.ApiKey;
import io.promoflow.serving.access.Role;
import io.promoflow.serving.http.OpenApi.Operation;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation of the OpenAPI document by everybody, against a live server. */
class AuthorisationMatrixTest {
  private static final String SECRET = "0123456789012345678901234567890123456789012";

  private static final List<Role> ROLES = List.of(Role.values());

  /** What each operation takes; a new one fails until somebody decides it here too. */
  private static final Map<String, Set<Role>> DECIDED =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("decide", Set.of(Role.SHOP)),
              Map.entry("findDecision", Set.of(Role.SHOP, Role.READER)),
              Map.entry("quote", Set.of(Role.SHOP)),
              Map.entry("redeem", Set.of(Role.SHOP)),
              Map.entry("collect", Set.of(Role.SHOP)),
              Map.entry("rules", Set.of(Role.RULE_AUTHOR, Role.READER)),
              Map.entry("applyRules", Set.of(Role.RULE_AUTHOR)),
              Map.entry("evaluateFlag", Set.of(Role.SHOP)),
              Map.entry("evaluateFlags", Set.of(Role.SHOP)),
              Map.entry("metrics", Set.of(Role.READER)),
              Map.entry("isLive", Set.of()),
              Map.entry("isReady", Set.of()),
              Map.entry("openApi", Set.of()),
              Map.entry("docs", Set.of()),
              Map.entry("docsFile", Set.of())));

  /** Who asks: name, the header that is sent, the roles held; null when the key is not good. */
  private record Caller(String name, String header, Set<Role> roles) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static LiveServer server;

  @BeforeAll
  static void start() throws Exception {
    var keys = new ArrayList<ApiKey>();
    for (Role role : ROLES) {
      keys.add(key(ROLES.indexOf(role), Set.of(role), null));
    }
    keys.add(key(3, Set.of(Role.values()), Cast.NOON));
    server = new LiveServer(Map.of("serving.http.api-keys", "true"), keys);
    server.feed.write("serving-rules", Cast.rules(1, List.of(), List.of()));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static ApiKey key(int number, Set<Role> roles, Instant revoked) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(SECRET.getBytes(StandardCharsets.UTF_8));
    return new ApiKey(id(number), "k" + number, roles, hash, null, Cast.NOON, revoked);
  }

  private static String id(int number) {
    return "00000000000" + number;
  }

  private static List<Caller> callers() {
    var callers = new ArrayList<Caller>();
    callers.add(new Caller("nobody", null, null));
    callers.add(new Caller("another scheme", "Basic cGY6cGY=", null));
    callers.add(new Caller("an unknown key", "Bearer pf_ffffffffffff_" + SECRET, null));
    callers.add(new Caller("a wrong secret", "Bearer pf_" + id(0) + "_" + SECRET + "1", null));
    callers.add(new Caller("a revoked key", "Bearer pf_" + id(3) + "_" + SECRET, null));
    for (Role role : ROLES) {
      callers.add(
          new Caller(
              role.name(), "Bearer pf_" + id(ROLES.indexOf(role)) + "_" + SECRET, Set.of(role)));
    }
    return callers;
  }

  static Stream<Arguments> cells() {
    return OpenApi.read().operations().stream()
        .flatMap(
            operation -> callers().stream().map(caller -> Arguments.of(operation.id(), caller)));
  }

  @Test
  void everyOperationIsDecided() {
    var documented = new TreeMap<String, Set<Role>>();
    OpenApi.read().operations().forEach(one -> documented.put(one.id(), one.roles()));
    assertThat(documented).isEqualTo(DECIDED);
  }

  @ParameterizedTest(name = "{0} by {1}")
  @MethodSource("cells")
  void everyCell(String id, Caller caller) throws Exception {
    Operation operation =
        OpenApi.read().operations().stream().filter(one -> one.id().equals(id)).findFirst().get();
    Set<Role> roles = DECIDED.get(id);
    HttpResponse<String> answer = send(operation, caller);
    if (roles.isEmpty()) {
      assertThat(answer.statusCode()).isNotIn(401, 403);
    } else if (caller.roles() == null) {
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.headers().firstValue("WWW-Authenticate")).isPresent();
    } else if (Collections.disjoint(roles, caller.roles())) {
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(Wire.JSON.readTree(answer.body()).get("detail").asText()).contains(caller.name());
    } else {
      assertThat(answer.statusCode()).isNotIn(401, 403);
    }
  }

  private static HttpResponse<String> send(Operation operation, Caller caller) throws Exception {
    var body =
        operation.takesBody()
            ? HttpRequest.BodyPublishers.ofString("{}")
            : HttpRequest.BodyPublishers.noBody();
    HttpRequest.Builder request =
        server.to(operation.path().replaceAll("\\{\\w+}", "x")).method(operation.method(), body);
    if (caller.header() != null) {
      request.header("Authorization", caller.header());
    }
    return server.send(request.build());
  }

  @Test
  void whoDecidesTooOftenIsToldWhenToComeBackToo() throws Exception {
    try (var slow =
        new LiveServer(
            Map.of(
                "serving.http.api-keys", "true",
                "serving.http.rate-per-second", "1",
                "serving.http.burst-seconds", "3"),
            List.of(key(0, Set.of(Role.SHOP), null)))) {
      slow.feed.write("serving-rules", Cast.rules(1, List.of(), List.of()));
      HttpResponse<String> last = null;
      int asked = 0;
      for (int i = 0; i < 50 && (last == null || last.statusCode() == 200); i++) {
        asked++;
        last =
            slow.send(
                slow.to("/v1/decisions")
                    .header("Authorization", "Bearer pf_" + id(0) + "_" + SECRET)
                    .POST(HttpRequest.BodyPublishers.ofString(question(i)))
                    .build());
      }
      assertThat(last.statusCode()).as("after %d", asked).isEqualTo(429);
      assertThat(asked).as("three at once, and one per second").isGreaterThan(3);
      assertThat(last.headers().firstValue("Retry-After")).contains("1");
      assertThat(last.headers().firstValue("RateLimit-Policy")).contains("\"key\";q=1;w=1");
      assertThat(last.headers().firstValue("Content-Type")).contains(Problem.MEDIA_TYPE);
      assertThat(slow.log.appended).as("decided").hasSize(asked - 1);
    }
  }

  private static String question(int number) {
    return """
        {"requestId": "r%d", "trigger": "VISIT", "shopperId": "ada", "cartCents": 10000}
        """
        .formatted(number);
  }

  @Test
  void whoAsksTooOftenIsToldWhenToComeBack() throws Exception {
    try (var slow =
        new LiveServer(
            Map.of(
                "serving.http.api-keys", "true",
                "serving.http.rate-per-second", "1",
                "serving.http.burst-seconds", "3"),
            List.of(key(0, Set.of(Role.SHOP), null)))) {
      HttpResponse<String> last = null;
      for (int i = 0; i < 4; i++) {
        last =
            slow.send(
                slow.to("/v1/decisions/d-1")
                    .header("Authorization", "Bearer pf_" + id(0) + "_" + SECRET)
                    .build());
        assertThat(last.statusCode()).as("request %d", i).isEqualTo(i < 3 ? 404 : 429);
      }
      assertThat(last.headers().firstValue("Retry-After")).contains("1");
      assertThat(last.headers().firstValue("RateLimit-Policy")).contains("\"key\";q=1;w=1");
      assertThat(last.headers().firstValue("Content-Type")).contains(Problem.MEDIA_TYPE);
    }
  }
}
