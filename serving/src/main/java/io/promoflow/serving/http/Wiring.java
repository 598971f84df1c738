package io.promoflow.serving.http;

import io.promoflow.ingestion.EventParser;
import io.promoflow.ingestion.ParserLimits;
import io.promoflow.serving.access.RateLimits;
import io.promoflow.serving.access.Role;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** Puts the endpoints of the server together. */
record Wiring(
    HttpOptions options,
    Backends backends,
    Knowledge knowledge,
    DecisionService service,
    UnaryOperator<String> pseudonym,
    Clock clock,
    BooleanSupplier stopping) {
  private static final String DECIDE = "decide";

  /**
   * What answers.
   *
   * @param usual the plain requests of all connections
   * @param others every request
   */
  record Wired(PlainDesk usual, Handler<HttpServerRequest> others) {}

  Wired with(Vertx vertx) {
    OpenApi openApi = OpenApi.read();
    HttpOptions.Access access = options.access();
    var gate =
        new Gate(
            backends.keys(),
            new RateLimits(access.ratePerSecond(), access.burstSeconds()),
            new OwnPages(options.listen().host()));
    var failures = new Failures(options.maxBodyBytes());
    var meters = new Meters(knowledge, service);
    var questions = new QuestionReader(pseudonym, clock, options.maxAhead());
    List<Endpoints> endpoints =
        List.of(
            new DecisionEndpoints(service, questions, backends.feed(), meters),
            new QuoteEndpoints(
                new QuoteService(service.known(), service.past(), knowledge, backends.ledger()),
                new QuoteReader(pseudonym, clock, options.maxAhead()),
                backends.feed()),
            new RedemptionEndpoints(
                new RedemptionReader(clock, options.maxAhead()), backends.ledger()),
            new EventEndpoints(new EventParser(ParserLimits.DEFAULT, clock), backends.collector()),
            new RuleEndpoints(
                knowledge,
                options.metrics(),
                options.policies(),
                backends.rules(),
                service.past()::isAway),
            new FlagEndpoints(service, knowledge, questions, backends.feed(), meters),
            new OperationEndpoints(knowledge, backends.feed(), gate, service, meters, stopping),
            new DocEndpoints(openApi));
    var router = new Routes(openApi, gate, failures, options).router(vertx, endpoints);
    Set<Role> roles =
        openApi.operations().stream()
            .filter(one -> one.id().equals(DECIDE))
            .findFirst()
            .orElseThrow()
            .roles();
    var usual =
        new PlainDesk(
            gate,
            roles,
            questions,
            service,
            backends.feed(),
            failures,
            meters,
            options.maxBodyBytes(),
            options.requestTimeout());
    var quick =
        new QuickWay(
            vertx,
            router,
            gate,
            roles,
            questions,
            service,
            backends.feed(),
            failures,
            options,
            meters);
    return new Wired(usual, quick);
  }
}
