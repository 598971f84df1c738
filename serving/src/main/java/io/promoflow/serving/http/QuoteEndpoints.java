package io.promoflow.serving.http;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/** What several promises come to on one cart. */
record QuoteEndpoints(QuoteService service, QuoteReader reader, TopicFeed feed)
    implements Endpoints {
  @Override
  public Map<String, Handler<RoutingContext>> handlers() {
    return Map.of("quote", this::quote);
  }

  private void quote(RoutingContext ctx) {
    if (!feed.isAtEnd()) {
      throw new ProblemException(
          Problem.notReady("the topics have not been read to their end yet"));
    }
    Endpoints.then(
        ctx,
        service.quote(reader.read(Endpoints.body(ctx))),
        quote -> Answers.json(ctx.response(), quote));
  }
}
