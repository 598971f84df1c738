package io.promoflow.serving.http;

import io.promoflow.serving.access.Role;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;

/**
 * {@code POST /v1/decisions} where {@link PlainWay} does not take it, such as over HTTP/2 or in
 * chunks: key, limit, question, decision and log on the event loop, past the router. Everything
 * else goes to the router.
 */
final class QuickWay implements Handler<HttpServerRequest> {
  private static final String PATH = "/v1/decisions";
  private static final long SWEEP_MILLIS = 200;

  private final Vertx vertx;
  private final Handler<HttpServerRequest> router;
  private final Gate gate;
  private final Set<Role> roles;
  private final QuestionReader questions;
  private final DecisionService service;
  private final TopicFeed feed;
  private final Failures failures;
  private final int maxBodyBytes;
  private final long patienceNanos;
  private final Meters meters;

  /** Of the event loop alone, as everything here. */
  private final Queue<Asked> arriving = new ArrayDeque<>();

  private boolean sweeping;

  QuickWay(
      Vertx vertx,
      Handler<HttpServerRequest> router,
      Gate gate,
      Set<Role> roles,
      QuestionReader questions,
      DecisionService service,
      TopicFeed feed,
      Failures failures,
      HttpOptions options,
      Meters meters) {
    this.vertx = vertx;
    this.router = router;
    this.gate = gate;
    this.roles = roles;
    this.questions = questions;
    this.service = service;
    this.feed = feed;
    this.failures = failures;
    this.maxBodyBytes = options.maxBodyBytes();
    this.patienceNanos = options.requestTimeout().toNanos();
    this.meters = meters;
  }

  @Override
  public void handle(HttpServerRequest request) {
    if (!sweeping) {
      sweeping = true;
      vertx.setPeriodic(SWEEP_MILLIS, id -> sweep());
    }
    if (HttpMethod.POST.equals(request.method()) && PATH.equals(request.uri())) {
      new Asked(request).start();
    } else if (isReadable(request.path())) {
      router.handle(request);
    } else {
      failures.answer(request, null, 400);
    }
  }

  /** Requests stand in the order in which they began. */
  private void sweep() {
    long now = System.nanoTime();
    for (Asked first = arriving.peek();
        first != null && (first.ended || now - first.began > patienceNanos);
        first = arriving.peek()) {
      arriving.remove();
      if (!first.ended) {
        first.refuse(Failures.tooSlow());
      }
    }
  }

  private static boolean isReadable(String path) {
    try {
      return path != null && URLDecoder.decode(path, StandardCharsets.UTF_8) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** One request. */
  private final class Asked {
    private final HttpServerRequest request;
    private final long began = System.nanoTime();
    private Buffer body;
    private boolean ended;

    Asked(HttpServerRequest request) {
      this.request = request;
    }

    void start() {
      try {
        if (!feed.isAtEnd()) {
          throw new ProblemException(
              Problem.notReady("the topics have not been read to their end yet"));
        }
        var unused = gate.letIn(request, roles);
        request.handler(this::more).endHandler(none -> whole()).exceptionHandler(this::broken);
        arriving.add(this);
      } catch (RuntimeException e) {
        fail(e);
      }
    }

    private void more(Buffer chunk) {
      if (ended) {
        return;
      }
      long length = (long) chunk.length() + (body == null ? 0 : body.length());
      if (length > maxBodyBytes) {
        refuse(failures.tooLarge());
      } else {
        body = body == null ? chunk : body.copy().appendBuffer(chunk);
      }
    }

    private void whole() {
      if (ended) {
        return;
      }
      end();
      try {
        byte[] bytes = body == null ? new byte[0] : body.getBytes();
        var answer = service.ask(questions.read(bytes));
        Context context = vertx.getOrCreateContext();
        var unused = // whoever asked hears of it
            answer.whenComplete(
                (answered, failure) -> context.runOnContext(none -> answer(answered, failure)));
      } catch (RuntimeException e) {
        fail(e);
      }
    }

    private void broken(Throwable why) {
      end();
    }

    private void end() {
      ended = true;
    }

    /** Ends the connection too: what else comes is not read. */
    private void refuse(Problem problem) {
      end();
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      Answers.problem(request.response(), problem);
      count(problem.status());
    }

    private void answer(Answered answered, Throwable failure) {
      if (failure == null) {
        Answers.json(request.response(), 200, answered.written());
        count(200);
      } else {
        fail(failure);
      }
    }

    private void fail(Throwable failure) {
      ended = true;
      failures.answer(request, failure, -1);
      count(request.response().getStatusCode());
    }

    private void count(int status) {
      meters.decisions(status).note(System.nanoTime() - began);
    }
  }
}
