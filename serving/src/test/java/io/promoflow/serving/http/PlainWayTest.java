package io.promoflow.serving.http;

import static io.promoflow.serving.Cast.percentOff;
import static io.promoflow.serving.Cast.rules;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.serving.Cast;
import io.promoflow.serving.access.RateLimits;
import io.promoflow.serving.access.Role;
import io.promoflow.serving.ledger.OpenLedger;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainWayTest {
  private static final HttpOptions OPTIONS =
      HttpOptions.from(
          Settings.of(
              Map.of(
                  "kafka.bootstrap-servers", "none",
                  "postgres.url", "none",
                  "serving.assumed-lift", "0.5")));

  private final InMemory.Log log = new InMemory.Log();
  private DecisionService service;
  private PlainDesk desk;

  @BeforeEach
  void open() {
    var feed = new InMemory.Feed();
    var backends =
        new Backends(
            feed,
            log,
            new InMemory.Archive(),
            new NothingIsRepeated(),
            OpenLedger.INSTANCE,
            new InMemory.Collector(),
            () -> null,
            null,
            List.of());
    var knowledge = new Knowledge(OPTIONS.connections().topics());
    service = new DecisionService(OPTIONS, knowledge, backends);
    feed.start(knowledge::accept);
    feed.write(
        OPTIONS.connections().topics().servingRules(),
        rules(3, List.of(percentOff("five", 5)), List.of()));
    desk =
        new PlainDesk(
            new Gate(null, new RateLimits(1, 1), new OwnPages("127.0.0.1")),
            Set.of(Role.SHOP),
            new QuestionReader(
                id -> "k1." + id, Clock.fixed(Cast.NOON, ZoneOffset.UTC), Duration.ZERO),
            service,
            feed,
            new Failures(OPTIONS.maxBodyBytes()),
            new Meters(knowledge, service),
            OPTIONS.maxBodyBytes(),
            OPTIONS.requestTimeout());
  }

  @AfterEach
  void close() {
    service.close();
  }

  private record NothingIsRepeated() implements Repeats {
    @Override
    public boolean mayKnow(String decisionId) {
      return false;
    }

    @Override
    public void note(String decisionId) {
      // stays unknown
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  /** A connection with a server behind that only notes what comes to it. */
  private static final class Connection {
    private final ByteArrayOutputStream handedOn = new ByteArrayOutputStream();
    private final EmbeddedChannel channel;

    Connection(PlainDesk desk) {
      channel =
          new EmbeddedChannel(
              new PlainWay(desk),
              new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message)
                    throws IOException {
                  var bytes = (ByteBuf) message;
                  bytes.readBytes(handedOn, bytes.readableBytes());
                  bytes.release();
                }
              });
    }

    void send(String text) {
      channel.writeInbound(Unpooled.copiedBuffer(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    String answers() {
      var text = new StringBuilder();
      for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
        text.append(out.toString(StandardCharsets.ISO_8859_1));
        out.release();
      }
      return text.toString();
    }

    String handedOn() {
      return handedOn.toString(StandardCharsets.ISO_8859_1);
    }
  }

  private static String question(String requestId) {
    return request(
        "Host: localhost\r\n",
        "{\"requestId\":\"" + requestId + "\",\"trigger\":\"VISIT\",\"shopperId\":\"ada\"}");
  }

  private static String request(String headers, String body) {
    return "POST /v1/decisions HTTP/1.1\r\n"
        + headers
        + "Content-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static List<String> requestIds(String answers) {
    return Arrays.stream(answers.split("\"requestId\":\""))
        .skip(1)
        .map(rest -> rest.substring(0, rest.indexOf('"')))
        .toList();
  }

  @Test
  void aQuestionIsAnsweredWhereverItIsCutInTwo() {
    for (int cut = 0; cut <= question("r100").length(); cut++) {
      var connection = new Connection(desk);
      String whole = question("r" + (100 + cut));
      connection.send(whole.substring(0, cut));
      connection.send(whole.substring(cut));

      String answer = connection.answers();
      assertThat(answer).as("cut at %d", cut).startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(requestIds(answer)).containsExactly("r" + (100 + cut));
      assertThat(connection.handedOn()).isEmpty();
    }
  }

  @Test
  void questionsThatComeTogetherAreAnsweredInTheirOrder() {
    var connection = new Connection(desk);
    connection.send(question("r1") + question("r2") + question("r3").substring(0, 40));
    connection.send(question("r3").substring(40));

    assertThat(requestIds(connection.answers())).containsExactly("r1", "r2", "r3");
  }

  @Test
  void theNextQuestionWaitsForTheAnswerToTheFirst() {
    log.back = new CompletableFuture<>();
    var connection = new Connection(desk);
    connection.send(question("r1") + question("r2"));
    assertThat(connection.answers()).isEmpty();

    log.back.complete(null);

    assertThat(requestIds(connection.answers())).containsExactly("r1", "r2");
  }

  @Test
  void aConnectionIsClosedOnlyWhenItsQuestionIsAnswered() {
    log.back = new CompletableFuture<>();
    var connection = new Connection(desk);
    connection.send(question("r1"));
    var closed = connection.channel.close();
    assertThat(closed.isDone()).isFalse();

    log.back.complete(null);

    assertThat(requestIds(connection.answers())).containsExactly("r1");
    assertThat(closed.isDone()).isTrue();
    assertThat(connection.channel.isOpen()).isFalse();
  }

  @Test
  void whatIsWrongWithAQuestionIsToldAsAProblem() {
    var connection = new Connection(desk);
    connection.send(request("Host: localhost\r\n", "{\"requestId\":\"\"}"));

    assertThat(connection.answers())
        .startsWith("HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\n")
        .contains("urn:promoflow:problem:bad-request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/decisions HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /v1/decisions HTTP/1.0\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}",
        "POST /v1/decisions?dryRun=true HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /v1/decisions HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 2\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: a\r\nContent-Length: 2, 2\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: a\r\nContent-Length: 0x2\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: a\r\nContent-Length : 2\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: a\r\n Content-Length: 2\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: a\nContent-Length: 2\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: a\rX: y\r\nContent-Length: 2\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: a\u0000\r\nContent-Length: 2\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: \u00e4\r\nContent-Length: 2\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: a\r\ntransfer-ENCODING: x\r\n"
            + "Content-Length: 2\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
            + "Content-Length: 2\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            + "Content-Length: 2\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\n"
            + "Content-Length: 2\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: a\r\nAuthorization: b\r\nAuthorization: c\r\n"
            + "Content-Length: 2\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
            + "Content-Length: 2\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: none\r\n"
            + "Content-Length: 2\r\n\r\n{}",
        "POST /v1/decisions HTTP/1.1\r\n: a\r\nContent-Length: 2\r\n\r\n{}",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\u0016\u0003\u0001",
      })
  void whateverElseARequestIsGoesToTheServerBehindByteForByte(String other) {
    for (int cut = 0; cut <= other.length(); cut++) {
      var connection = new Connection(desk);
      connection.send(question("before-" + cut + "-" + other.hashCode()));
      assertThat(connection.answers()).startsWith("HTTP/1.1 200 OK\r\n");

      connection.send(other.substring(0, cut));
      connection.send(other.substring(cut));
      connection.send(question("after"));

      assertThat(connection.answers()).as("cut at %d", cut).isEmpty();
      assertThat(connection.handedOn()).isEqualTo(other + question("after"));
    }
  }

  /** Who asks for no keys refuses names that others may let point here. */
  @Test
  void aQuestionToAnotherHostGoesToTheServerBehindAlsoAfterOneToThisHost() {
    for (String host :
        List.of("shop.example", "localhost.example:80", "127.0.0.1.example", "[::1")) {
      var connection = new Connection(desk);
      connection.send(question("r1"));
      assertThat(requestIds(connection.answers())).containsExactly("r1");
      String other = question("r2").replace("localhost", host);
      connection.send(other);

      assertThat(connection.answers()).as(host).isEmpty();
      assertThat(connection.handedOn()).isEqualTo(other);
    }
  }

  @Test
  void aQuestionToAnAddressOfThisMachineIsAnswered() {
    for (String host :
        List.of("127.0.0.1:8080", "LOCALHOST:80", "[::1]:8080", "10.0.0.7", "localhost")) {
      var connection = new Connection(desk);
      connection.send(question("first").replace("localhost", host));
      connection.send(question("second"));

      assertThat(requestIds(connection.answers())).as(host).containsExactly("first", "second");
    }
  }

  @Test
  void aHeadThatNeverEndsGoesToTheServerBehind() {
    var connection = new Connection(desk);
    String endless = "POST /v1/decisions HTTP/1.1\r\nX: " + "y".repeat(20_000);
    connection.send(endless.substring(0, 9_000));
    connection.send(endless.substring(9_000));

    assertThat(connection.handedOn()).isEqualTo(endless);
  }

  @Test
  void thousandsOfSmallQuestionsThatCameTogetherAreAnswered() {
    log.back = new CompletableFuture<>();
    var connection = new Connection(desk);
    connection.send(question("first"));
    connection.send(request("Host:127.0.0.1\r\n", "").repeat(2_500));
    assertThat(connection.channel.config().isAutoRead()).isFalse();

    log.back.complete(null);

    assertThat(connection.answers().split("HTTP/1.1 400 Bad Request")).hasSize(2_501);
    assertThat(connection.channel.config().isAutoRead()).isTrue();
    connection.send(question("last"));
    assertThat(requestIds(connection.answers())).containsExactly("last");
  }

  @Test
  void whoDoesNotReadAnswersIsNotAskedForMore() {
    var connection = new Connection(desk);
    connection.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
    connection.send(question("r1") + question("r2"));
    assertThat(connection.answers()).isEmpty();

    connection.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
    connection.channel.runPendingTasks();

    assertThat(requestIds(connection.answers())).containsExactly("r1", "r2");
  }

  @Test
  void aConnectionWhoseAnswerNeverComesIsClosedAllTheSame() {
    log.back = new CompletableFuture<>();
    var connection = new Connection(desk);
    connection.send(question("r1"));
    var closed = connection.channel.pipeline().close();
    connection.channel.advanceTimeBy(1, TimeUnit.MINUTES);
    connection.channel.runScheduledPendingTasks();

    assertThat(closed.isDone()).isTrue();
  }

  @Test
  void overARealConnectionWholeAndHalfQuestionsAreAnswered() throws Exception {
    try (var live = new LiveServer(Map.of("serving.http.request-timeout", "PT0.3S"), null);
        var socket = new Socket(InetAddress.getLoopbackAddress(), live.server.port())) {
      live.feed.write(
          OPTIONS.connections().topics().servingRules(),
          rules(3, List.of(percentOff("five", 5)), List.of()));
      socket.setSoTimeout(20_000);
      send(socket, question("r1") + question("r2"));
      assertThat(List.of(answer(socket), answer(socket)))
          .allSatisfy(answer -> assertThat(answer).startsWith("HTTP/1.1 200 OK"));

      send(socket, "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(answer(socket)).startsWith("HTTP/1.1 200 OK");
      send(socket, question("r3"));
      assertThat(answer(socket)).startsWith("HTTP/1.1 200 OK").contains("\"r3\"");
    }
  }

  @Test
  void halfAQuestionIsRefusedWhenItsRestDoesNotCome() throws Exception {
    try (var live = new LiveServer(Map.of("serving.http.request-timeout", "PT0.3S"), null);
        var socket = new Socket(InetAddress.getLoopbackAddress(), live.server.port())) {
      socket.setSoTimeout(20_000);
      String half = question("r1");
      send(socket, half.substring(0, half.length() - 3));

      assertThat(answer(socket)).startsWith("HTTP/1.1 408 ");
    }
  }

  /** A byte now and then, from whoever wants to keep connections from others. */
  @ParameterizedTest
  @ValueSource(
      strings = {"", "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n"}) // before the slow one
  void aHeadThatComesByDropsIsGivenUp(String before) throws Exception {
    try (var live = new LiveServer(Map.of("serving.http.request-timeout", "PT0.5S"), null);
        var socket = new Socket(InetAddress.getLoopbackAddress(), live.server.port())) {
      socket.setSoTimeout(100);
      send(socket, before);
      int sent = 0;
      boolean closed = false;
      while (!closed && sent < 100) {
        try {
          send(socket, sent++ == 0 ? "GET /health/live HTTP/1.1\r\nX-Slow: " : "x");
          closed = socket.getInputStream().readNBytes(4_096).length < 4_096;
        } catch (SocketTimeoutException e) {
          closed = false;
        } catch (SocketException e) {
          closed = true;
        }
      }
      assertThat(closed).as("after %d drops, one each 0.1 s", sent).isTrue();
      assertThat(sent).as("not at once").isGreaterThan(3);
    }
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Head and body of one answer. */
  private static String answer(Socket socket) throws IOException {
    var head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = socket.getInputStream().read();
      assertThat(next).as(head.toString(StandardCharsets.ISO_8859_1)).isNotNegative();
      head.write(next);
    }
    String text = head.toString(StandardCharsets.ISO_8859_1);
    var lines = new ArrayList<>(List.of(text.split("\r\n")));
    int length =
        lines.stream()
            .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
            .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
            .findFirst()
            .orElse(0);
    return text
        + new String(socket.getInputStream().readNBytes(length), StandardCharsets.ISO_8859_1);
  }
}
