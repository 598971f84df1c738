package io.promoflow.serving.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.access.Role;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.function.BiConsumer;

/** What the {@link PlainWay}s of all connections share; of the one event loop of the server. */
final class PlainDesk {
  private static final String NEVER_KEPT =
      "\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nContent-Length: ";
  private static final byte[] GOOD =
      ("HTTP/1.1 200 OK\r\nContent-Type: application/json" + NEVER_KEPT)
          .getBytes(StandardCharsets.US_ASCII);
  private static final int REST_SHARE = 4;
  private static final int END_OF_HEAD = 14; // the longest length, and two line ends

  private final Gate gate;
  private final Set<Role> roles;
  private final QuestionReader questions;
  private final DecisionService service;
  private final TopicFeed feed;
  private final Failures failures;
  private final Meters meters;
  private final int mostBodyBytes;
  private final long patienceMillis;
  private final byte[] bytes = new byte[PlainRequest.MOST_BYTES];
  private final PlainRequest request = new PlainRequest();

  PlainDesk(
      Gate gate,
      Set<Role> roles,
      QuestionReader questions,
      DecisionService service,
      TopicFeed feed,
      Failures failures,
      Meters meters,
      int mostBodyBytes,
      Duration patience) {
    this.gate = gate;
    this.roles = roles;
    this.questions = questions;
    this.service = service;
    this.feed = feed;
    this.failures = failures;
    this.meters = meters;
    this.mostBodyBytes = mostBodyBytes;
    this.patienceMillis = patience.toMillis();
  }

  /** Room to read a request in. */
  byte[] bytes() {
    return bytes;
  }

  PlainRequest request() {
    return request;
  }

  /** How long the rest of a request is waited for here; then the server behind waits anew. */
  long restMillis() {
    return patienceMillis / REST_SHARE;
  }

  /** How long an answer may take that is waited for. */
  long patienceMillis() {
    return patienceMillis;
  }

  /** Whether a request may be answered here; what may not is refused by the server behind. */
  boolean admits(PlainRequest whole, Gate.Pass pass) {
    return feed.isAtEnd() && whole.bodyBytes() <= mostBodyBytes && gate.admits(whole, pass, roles);
  }

  void ask(byte[] body, BiConsumer<Answered, Throwable> whoever) {
    try {
      var unused = service.ask(questions.read(body)).whenComplete(whoever);
    } catch (RuntimeException | Error e) {
      whoever.accept(null, e);
    }
  }

  /** The answer as it goes out: head and body in one piece. */
  ByteBuf written(ByteBufAllocator alloc, Answered answered, Throwable failure, long began) {
    Problem problem = failure == null ? null : failures.of(failure, "POST", "/v1/decisions");
    note(failure, began);
    return problem == null ? written(alloc, GOOD, answered.written()) : written(alloc, problem);
  }

  /** Counts an answer, whether or not there is anybody any more to hear it. */
  void note(Throwable failure, long began) {
    int status = failure == null ? 200 : Failures.status(failure);
    meters.decisions(status).note(System.nanoTime() - began);
  }

  private static ByteBuf written(ByteBufAllocator alloc, Problem problem) {
    String head =
        "HTTP/1.1 "
            + HttpResponseStatus.valueOf(problem.status())
            + "\r\nContent-Type: "
            + Problem.MEDIA_TYPE
            + (problem.status() == 503 ? "\r\nRetry-After: 1" : "")
            + NEVER_KEPT;
    return written(alloc, head.getBytes(StandardCharsets.US_ASCII), Wire.bytes(problem));
  }

  private static ByteBuf written(ByteBufAllocator alloc, byte[] head, byte[] body) {
    ByteBuf out = alloc.directBuffer(head.length + END_OF_HEAD + body.length);
    out.writeBytes(head);
    out.writeCharSequence(Integer.toString(body.length), StandardCharsets.US_ASCII);
    out.writeInt('\r' << 24 | '\n' << 16 | '\r' << 8 | '\n');
    return out.writeBytes(body);
  }
}
