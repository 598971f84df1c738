package io.promoflow.serving.http;

import io.promoflow.serving.access.Role;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * {@code POST /v1/decisions} where {@link PlainWay} does not take it, such as over HTTP/2 or in
 * chunks: key, limit, question, decision and log on the event loop, past the router. Everything
 * else goes to the router.
 */
final class QuickWay implements Handler<HttpServerRequest> {
  private static final String PATH = "/v1/decisions";

  private final Vertx vertx;
  private final Handler<HttpServerRequest> router;
  private final Gate gate;
  private final Set<Role> roles;
  private final QuestionReader questions;
  private final DecisionService service;
  private final TopicFeed feed;
  private final Failures failures;
  private final int maxBodyBytes;
  private final Meters meters;

  /** Of the event loop alone, as everything here. */
  private final Arrivals arrivals;

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
    this.meters = meters;
    this.arrivals = new Arrivals(vertx, options.requestTimeout());
  }

  @Override
  public void handle(HttpServerRequest request) {
    if (HttpMethod.POST.equals(request.method()) && PATH.equals(request.uri())) {
      var asked = new Asked(request);
      arrivals.add(asked);
      asked.start();
      return;
    }
    arrivals.add(new Arrivals.Arrival(request));
    if (isReadable(request.path())) {
      router.handle(request);
    } else {
      failures.answer(request, null, 400);
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
  private final class Asked extends Arrivals.Arrival {
    private final BodyBytes body = new BodyBytes(maxBodyBytes);
    private boolean ended;

    Asked(HttpServerRequest request) {
      super(request);
    }

    void start() {
      try {
        if (!feed.isAtEnd()) {
          throw new ProblemException(
              Problem.notReady("the topics have not been read to their end yet"));
        }
        var unused = gate.letIn(request, roles);
        request.handler(this::more).endHandler(none -> whole()).exceptionHandler(this::broken);
      } catch (RuntimeException e) {
        fail(e);
      }
    }

    private void more(Buffer chunk) {
      if (!ended && !body.add(chunk)) {
        refuse(failures.tooLarge());
      }
    }

    private void whole() {
      if (ended) {
        return; // who was told that the connection closes sees it close
      }
      arrivals.remove(this);
      byte[] bytes = body.take();
      end();
      try {
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
      body.letGo();
    }

    @Override
    void tooSlow() {
      if (!ended) {
        refuse(Failures.tooSlow());
      }
    }

    private void refuse(Problem problem) {
      end();
      Answers.problem(request, problem);
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
      end();
      failures.answer(request, failure, -1);
      count(Failures.status(failure)); // also when there is nobody any more to hear it
    }

    private void count(int status) {
      meters.decisions(status).note(System.nanoTime() - began);
    }
  }
}
