package io.promoflow.serving.http;

import io.promoflow.ingestion.wire.Wire;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** For those who run the server. */
record OperationEndpoints(
    Knowledge knowledge,
    TopicFeed feed,
    Gate gate,
    DecisionService service,
    Meters meters,
    BooleanSupplier stopping)
    implements Endpoints {

  /**
   * Whether the server answers questions.
   *
   * @param waitingFor what it has not read yet
   * @param stale whether broker or store are away and it answers from memory
   */
  record Readiness(
      boolean ready,
      List<String> waitingFor,
      boolean stale,
      long ruleVersion,
      Set<String> models,
      int shoppers) {}

  @Override
  public Map<String, Handler<RoutingContext>> handlers() {
    return Map.of(
        "isLive",
        ctx -> Answers.json(ctx.response(), Map.of("live", true)),
        "isReady",
        this::ready,
        "metrics",
        ctx ->
            Answers.send(
                ctx.response(),
                200,
                "text/plain",
                meters.scrape().getBytes(StandardCharsets.UTF_8)));
  }

  private void ready(RoutingContext ctx) {
    var missing = new ArrayList<String>();
    if (!feed.isAtEnd()) {
      missing.add("features, models and prices");
    }
    if (knowledge.rules() == null) {
      missing.add("rules");
    }
    if (!gate.isReady()) {
      missing.add("API keys");
    }
    if (stopping.getAsBoolean()) {
      missing.add("nothing more: the server stops");
    }
    var answer =
        new Readiness(
            missing.isEmpty(),
            missing,
            !service.isWhole(),
            Meters.ruleVersion(knowledge),
            knowledge.models().keySet(),
            knowledge.shoppers());
    Answers.json(ctx.response(), missing.isEmpty() ? 200 : 503, Wire.bytes(answer));
  }
}
