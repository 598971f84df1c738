package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.serving.DecisionRequest;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** Decisions made before, and those that would be made. */
record DecisionEndpoints(
    DecisionService service, QuestionReader questions, TopicFeed feed, Meters meters)
    implements Endpoints {
  @Override
  public Map<String, Handler<RoutingContext>> handlers() {
    return Map.of("decide", this::decide, "findDecision", this::find);
  }

  /** A question in whatever way; the usual one goes by {@link PlainWay} or {@link QuickWay}. */
  private void decide(RoutingContext ctx) {
    if (Endpoints.isDryRun(ctx)) {
      Endpoints.then(
          ctx,
          service.dryRuns().of(question(ctx)),
          decision -> Answers.json(ctx.response(), decision));
    } else {
      Endpoints.then(
          ctx,
          meters.asked(() -> service.ask(question(ctx))),
          answered -> Answers.json(ctx.response(), 200, answered.written()));
    }
  }

  private DecisionRequest question(RoutingContext ctx) {
    if (!feed.isAtEnd()) {
      throw new ProblemException(
          Problem.notReady("the topics have not been read to their end yet"));
    }
    return questions.read(Endpoints.body(ctx));
  }

  private void find(RoutingContext ctx) {
    String id = ctx.pathParam("id");
    if (!BodyReader.isClean(id)) {
      throw new ProblemException(Problem.notFound("no decision has such an id"));
    }
    Endpoints.then(
        ctx,
        service.known().find(id),
        found ->
            explain(
                ctx,
                found.orElseThrow(
                    () -> new ProblemException(Problem.notFound("there is no decision " + id)))));
  }

  private void explain(RoutingContext ctx, Decision decision) {
    Endpoints.then(
        ctx,
        service.explaining().of(decision),
        explained -> Answers.json(ctx.response(), explained));
  }
}
