package io.promoflow.serving.http;

import static io.promoflow.serving.Cast.percentOff;
import static io.promoflow.serving.Cast.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What becomes of the connections of requests that do not come whole, or by drops. */
class UnfinishedRequestsTest {
  private static final Map<String, String> HASTY = Map.of("serving.http.request-timeout", "PT0.3S");
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String HEALTH = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String QUESTION =
      "{\"requestId\":\"r1\",\"trigger\":\"VISIT\",\"shopperId\":\"ada\"}";

  private static Socket connected(LiveServer live) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), live.server.port());
    socket.setSoTimeout(100);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends a byte now and then; what was answered until the connection was closed. */
  private static String closedAlthoughItDrips(Socket socket, boolean inChunks) throws IOException {
    var answer = new ByteArrayOutputStream();
    long began = System.nanoTime();
    while (System.nanoTime() - began < SOON.toNanos()) {
      try {
        int next = socket.getInputStream().read();
        if (next < 0) {
          return answer.toString(StandardCharsets.ISO_8859_1);
        }
        answer.write(next);
      } catch (SocketTimeoutException e) {
        try {
          send(socket, inChunks ? "1\r\nx\r\n" : "x");
        } catch (SocketException closed) {
          return answer.toString(StandardCharsets.ISO_8859_1);
        }
      } catch (SocketException e) {
        return answer.toString(StandardCharsets.ISO_8859_1);
      }
    }
    throw new AssertionError("still open after " + answer);
  }

  /** What a caller does and sees. */
  private interface Call {
    void make() throws Exception;
  }

  /** Each takes seconds, and needs not wait for the others. */
  private static void atOnce(List<Call> calls) throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(calls.size());
    try {
      List<Future<?>> made = new ArrayList<>();
      for (Call call : calls) {
        made.add(
            callers.submit(
                () -> {
                  call.make();
                  return null;
                }));
      }
      for (Future<?> one : made) {
        one.get();
      }
    } finally {
      callers.shutdownNow();
    }
  }

  private static String post(String path, int length) {
    return "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
        .formatted(path, length);
  }

  private static String assertClosed(LiveServer live, String start, boolean inChunks, int status)
      throws IOException {
    try (var socket = connected(live)) {
      send(socket, start);
      String answer = closedAlthoughItDrips(socket, inChunks);
      assertThat(answer)
          .as(start.lines().findFirst().orElseThrow())
          .startsWith("HTTP/1.1 " + status + " ");
      return answer;
    }
  }

  @Test
  void isClosedWhenItsRestComesByDrops() throws Exception {
    var statuses =
        Map.of(
            "POST /v1/decisions", 408, // the quick way
            "POST /v1/decisions?dryRun=true", 408, // the router
            "POST /v1/events", 408,
            "POST /nowhere", 404,
            "PUT /v1/events", 405,
            "GET /health/live", 200);
    try (var live = new LiveServer(HASTY, null)) {
      var calls = new ArrayList<Call>();
      statuses.forEach(
          (asked, status) -> {
            calls.add(() -> assertClosedByDrops(live, asked, false, status));
            calls.add(() -> assertClosedByDrops(live, asked, true, status));
          });
      // HTTP itself closes it only when the request has come whole
      String wish =
          " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 60000\r\n\r\n";
      calls.add(() -> assertClosed(live, "GET /health/live" + wish, false, 200));
      atOnce(calls);
    }
  }

  private static void assertClosedByDrops(
      LiveServer live, String asked, boolean inChunks, int status) throws IOException {
    String length = inChunks ? "Transfer-Encoding: chunked" : "Content-Length: 60000";
    String start = asked + " HTTP/1.1\r\nHost: localhost\r\n" + length + "\r\n\r\n";
    String answer = assertClosed(live, start, inChunks, status);
    assertThat(answer.toLowerCase(Locale.ROOT).contains("connection: close"))
        .as("whether %s is told: %s", asked, answer)
        .isEqualTo(status == 408);
  }

  @Test
  void isClosedWhenItIsNotLetIn() throws Exception {
    try (var live = new LiveServer(HASTY, List.of())) {
      atOnce(
          List.of(
              () -> assertClosed(live, post("/v1/decisions", 60_000), false, 401),
              () -> assertClosed(live, post("/v1/events", 60_000), false, 401)));
    }
  }

  @Test
  void isClosedWhenItIsTooLarge() throws Exception {
    String some = "x".repeat(70_000);
    try (var live = new LiveServer(Map.of(), null)) {
      atOnce(
          List.of(
              () -> assertClosed(live, post("/v1/decisions", 100_000) + some, false, 413),
              () -> assertClosed(live, post("/v1/events", 2_000_000) + some, false, 413),
              () -> assertClosedThoughItComesWhole(live)));
    }
  }

  private static void assertClosedThoughItComesWhole(LiveServer live) throws IOException {
    try (var socket = connected(live)) {
      socket.setSoTimeout((int) SOON.toMillis());
      send(socket, post("/v1/decisions", 70_000));
      send(socket, "x".repeat(70_000));
      byte[] all = socket.getInputStream().readAllBytes(); // until it is closed
      assertThat(new String(all, StandardCharsets.ISO_8859_1)).startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void aRequestThatIsWholeKeepsItsConnectionWhateverItsAnswer() throws Exception {
    try (var live = new LiveServer(Map.of(), null);
        var socket = connected(live)) {
      socket.setSoTimeout(10_000);
      send(socket, "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(head(socket)).startsWith("HTTP/1.1 404 ");
      send(socket, "POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\n");
      send(socket, "abc");
      assertThat(head(socket)).startsWith("HTTP/1.1 404 ");
      Thread.sleep(3_000); // longer than the rest of one that is not whole is waited for
      send(socket, HEALTH);
      assertThat(head(socket)).startsWith("HTTP/1.1 200 ");
    }
  }

  /** Of an answer; its body is read too. */
  private static String head(Socket socket) throws IOException {
    var head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = socket.getInputStream().read();
      assertThat(next).as(head.toString(StandardCharsets.ISO_8859_1)).isNotNegative();
      head.write(next);
    }
    String text = head.toString(StandardCharsets.ISO_8859_1);
    String length = text.replaceFirst("(?is).*content-length: *(\\d+).*", "$1");
    socket.getInputStream().readNBytes(Integer.parseInt(length));
    return text;
  }

  /** Copied anew for each of them, a body costs its square on the thread that answers everybody. */
  @Test
  void aQuestionInVerySmallChunksCostsLittleMore() throws Exception {
    try (var live = new LiveServer(Map.of(), null);
        var socket = connected(live)) {
      live.feed.write("serving-rules", rules(3, List.of(percentOff("five", 5)), List.of()));
      socket.setSoTimeout(20_000);
      var chunks =
          new StringBuilder(
              "POST /v1/decisions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
      String body = QUESTION + " ".repeat(60_000);
      for (int i = 0; i < body.length(); i++) {
        chunks.append("1\r\n").append(body.charAt(i)).append("\r\n");
      }
      long before = allocated();
      send(socket, chunks.append("0\r\n\r\n").toString());
      assertThat(head(socket)).startsWith("HTTP/1.1 200 ");
      assertThat(allocated() - before)
          .as("bytes, of which a body of half the size at each chunk would be %d", 1_800_000_000)
          .isLessThan(400_000_000);
    }
  }

  @Test
  void aSlowRequestKeepsNoOthersBodyInMemory() throws Exception {
    try (var live = new LiveServer(Map.of("serving.http.request-timeout", "PT1M"), null);
        var slow = connected(live);
        var socket = connected(live)) {
      live.feed.write("serving-rules", rules(3, List.of(percentOff("five", 5)), List.of()));
      socket.setSoTimeout(20_000);
      send(
          slow, "POST /v1/decisions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n{");
      ask(socket, "first");
      long before = used();
      for (int i = 0; i < 300; i++) {
        ask(socket, "r" + i);
      }
      assertThat(used() - before)
          .as("bytes, of which the bodies are %d", 18_000_000)
          .isLessThan(9_000_000);
      slow.setSoTimeout(50);
      assertThatThrownBy(() -> slow.getInputStream().read())
          .as("is waited for all the time")
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  /** In two chunks of 30,000 bytes. */
  private static void ask(Socket socket, String requestId) throws IOException {
    String body = QUESTION.replace("r1", requestId);
    body += " ".repeat(60_000 - body.length());
    var request =
        new StringBuilder(
            "POST /v1/decisions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int from = 0; from < body.length(); from += 30_000) {
      request.append("7530\r\n").append(body, from, from + 30_000).append("\r\n");
    }
    send(socket, request.append("0\r\n\r\n").toString());
    assertThat(head(socket)).startsWith("HTTP/1.1 200 ");
  }

  /** Bytes that somebody holds. */
  private static long used() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** By the event loops. */
  private static long allocated() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(one -> one != null && one.getThreadName().startsWith("vert.x-eventloop"))
        .mapToLong(one -> threads.getThreadAllocatedBytes(one.getThreadId()))
        .sum();
  }
}
