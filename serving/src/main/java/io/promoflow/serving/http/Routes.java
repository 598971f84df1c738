package io.promoflow.serving.http;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.ledger.Redemption;
import io.promoflow.serving.ledger.Settlement;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is answered under which path. */
final class Routes {
  private static final Logger LOG = LoggerFactory.getLogger(Routes.class);
  private static final String JSON = "application/json";
  private static final List<Integer> OWN_ERRORS = List.of(400, 404, 405, 413, 500);

  private final DecisionService service;
  private final Knowledge knowledge;
  private final TopicFeed feed;
  private final QuestionReader questions;
  private final RedemptionReader redemptions;
  private final Ledger ledger;
  private final int maxBodyBytes;
  private final String openApi = resource("/openapi/serving.yaml");
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  Routes(
      DecisionService service,
      Knowledge knowledge,
      TopicFeed feed,
      QuestionReader questions,
      RedemptionReader redemptions,
      Ledger ledger,
      int maxBodyBytes) {
    this.service = service;
    this.knowledge = knowledge;
    this.feed = feed;
    this.questions = questions;
    this.redemptions = redemptions;
    this.ledger = ledger;
    this.maxBodyBytes = maxBodyBytes;
    Gauge.builder("promoflow.server.shoppers", knowledge, Knowledge::shoppers)
        .description("Shoppers with a feature row in memory")
        .register(metrics);
    Gauge.builder("promoflow.server.rule.version", knowledge, Routes::ruleVersion)
        .description("Rule version that decisions are made under; 0 before the first")
        .register(metrics);
  }

  private static double ruleVersion(Knowledge knowledge) {
    return knowledge.rules() == null ? 0 : knowledge.rules().version();
  }

  Router router(Vertx vertx) {
    Router router = Router.router(vertx);
    router
        .post("/v1/decisions")
        .handler(BodyHandler.create(false).setBodyLimit(maxBodyBytes))
        .handler(this::decide);
    router.get("/v1/decisions/:id").handler(this::find);
    router
        .post("/v1/redemptions")
        .handler(BodyHandler.create(false).setBodyLimit(maxBodyBytes))
        .handler(this::redeem);
    router.get("/health/live").handler(ctx -> json(ctx, 200, Map.of("live", true)));
    router.get("/health/ready").handler(this::ready);
    router.get("/metrics").handler(ctx -> answer(ctx, 200, "text/plain", metrics.scrape()));
    router.get("/openapi.yaml").handler(ctx -> answer(ctx, 200, "application/yaml", openApi));
    OWN_ERRORS.forEach(status -> router.errorHandler(status, this::fail));
    return router;
  }

  private void decide(RoutingContext ctx) {
    Timer.Sample started = Timer.start(metrics);
    ctx.addEndHandler(
        done ->
            started.stop(
                Timer.builder("promoflow.server.decisions")
                    .description("Time to answer a question, with the log's acknowledgement")
                    .tags(Tags.of("status", Integer.toString(ctx.response().getStatusCode())))
                    .register(metrics)));
    if (!feed.isAtEnd()) {
      throw new ProblemException(
          Problem.notReady("the topics have not been read to their end yet"));
    }
    DecisionRequest request = questions.read(body(ctx));
    var decided = isDryRun(ctx) ? service.dryRun(request) : service.decide(request);
    Future.fromCompletionStage(decided, vertxContext(ctx))
        .onSuccess(decision -> json(ctx, 200, decision))
        .onFailure(ctx::fail);
  }

  private static byte[] body(RoutingContext ctx) {
    Buffer body = ctx.body().buffer();
    return body == null ? new byte[0] : body.getBytes();
  }

  /** Whether nothing is to be changed. */
  private static boolean isDryRun(RoutingContext ctx) {
    String asked = ctx.request().getParam("dryRun", "false");
    if (!asked.equals("true") && !asked.equals("false")) {
      throw BodyReader.refused("dryRun must be true or false");
    }
    return asked.equals("true");
  }

  private void redeem(RoutingContext ctx) {
    Redemption redemption = redemptions.read(body(ctx));
    var settled = isDryRun(ctx) ? ledger.wouldSettle(redemption) : ledger.settle(redemption);
    Future.fromCompletionStage(settled, vertxContext(ctx))
        .onSuccess(settlement -> answer(ctx, settlement))
        .onFailure(ctx::fail);
  }

  private static void answer(RoutingContext ctx, Settlement settlement) {
    if (settlement.settled()) {
      json(ctx, 200, settlement);
    } else {
      answer(ctx, 409, Problem.MEDIA_TYPE, Wire.bytes(RefusedRedemption.of(settlement)));
    }
  }

  private void find(RoutingContext ctx) {
    String id = ctx.pathParam("id");
    Future.fromCompletionStage(service.find(id), vertxContext(ctx))
        .onSuccess(
            found ->
                found.ifPresentOrElse(
                    decision -> explain(ctx, decision),
                    () -> problem(ctx, Problem.notFound("there is no decision " + id))))
        .onFailure(ctx::fail);
  }

  private void explain(RoutingContext ctx, Decision decision) {
    Future.fromCompletionStage(service.explain(decision), vertxContext(ctx))
        .onSuccess(words -> json(ctx, 200, new ExplainedDecision(decision, words)))
        .onFailure(ctx::fail);
  }

  private static Context vertxContext(RoutingContext ctx) {
    return ctx.vertx().getOrCreateContext();
  }

  private void ready(RoutingContext ctx) {
    boolean ready = feed.isAtEnd();
    var body =
        Map.of(
            "ready",
            ready,
            "ruleVersion",
            (long) ruleVersion(knowledge),
            "models",
            knowledge.models().keySet(),
            "shoppers",
            knowledge.shoppers());
    json(ctx, ready ? 200 : 503, body);
  }

  private void fail(RoutingContext ctx) {
    Throwable failure = ctx.failure();
    while (failure instanceof CompletionException && failure.getCause() != null) {
      failure = failure.getCause();
    }
    problem(ctx, problemOf(ctx, failure));
  }

  private Problem problemOf(RoutingContext ctx, Throwable failure) {
    if (failure instanceof ProblemException known) {
      return known.problem();
    }
    return switch (ctx.statusCode()) {
      case 400 -> Problem.badRequest("the request cannot be read");
      case 404 ->
          Problem.notFound(
              "nothing is here: " + ctx.request().method() + " " + ctx.normalizedPath());
      case 405 -> Problem.of("method", "This path has other methods", 405, ctx.normalizedPath());
      case 413 ->
          Problem.of(
              "too-large",
              "The body is too large",
              413,
              "at most " + maxBodyBytes + " bytes are taken");
      default -> {
        LOG.error("{} {} failed", ctx.request().method(), ctx.normalizedPath(), failure);
        yield Problem.unavailable("the log or the store of decisions cannot be reached");
      }
    };
  }

  private static void problem(RoutingContext ctx, Problem problem) {
    if (problem.status() == 503) {
      ctx.response().putHeader("Retry-After", "1");
    }
    answer(ctx, problem.status(), Problem.MEDIA_TYPE, Wire.bytes(problem));
  }

  private static void json(RoutingContext ctx, int status, Object body) {
    answer(ctx, status, JSON, Wire.bytes(body));
  }

  private static void answer(RoutingContext ctx, int status, String type, String body) {
    answer(ctx, status, type, body.getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(RoutingContext ctx, int status, String type, byte[] body) {
    if (!ctx.response().ended() && !ctx.response().closed()) {
      ctx.response().setStatusCode(status).putHeader("Content-Type", type).end(Buffer.buffer(body));
    }
  }

  private static String resource(String path) {
    try (InputStream in = Routes.class.getResourceAsStream(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }
}
