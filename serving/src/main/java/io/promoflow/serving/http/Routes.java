package io.promoflow.serving.http;

import io.promoflow.serving.http.OpenApi.Operation;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.SecurityPolicyHandler;
import io.vertx.ext.web.handler.TimeoutHandler;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Makes the routes of the OpenAPI document, each behind the gate. */
final class Routes {
  private static final List<Integer> OWN_ERRORS = List.of(400, 404, 405, 408, 413, 500);

  private static final String ARRIVED = "promoflow.arrived";
  private static final String MOST = "promoflow.most-bytes";

  private final OpenApi openApi;
  private final Gate gate;
  private final Failures failures;
  private final HttpOptions options;
  private final int usualBytes;
  private final LargeBodies large;

  Routes(OpenApi openApi, Gate gate, Failures failures, HttpOptions options) {
    this.openApi = openApi;
    this.gate = gate;
    this.failures = failures;
    this.options = options;
    this.usualBytes = options.maxBodyBytes();
    this.large = new LargeBodies(usualBytes);
  }

  /** Routes to these endpoints; document and endpoints must name the same operations. */
  Router router(Vertx vertx, List<Endpoints> endpoints) {
    var handlers = new HashMap<String, Handler<RoutingContext>>();
    endpoints.forEach(some -> handlers.putAll(some.handlers()));
    refuseDifference(handlers);
    Router router = Router.router(vertx);
    openApi.operations().forEach(one -> add(router, one, handlers.get(one.id())));
    OWN_ERRORS.forEach(
        status ->
            router.errorHandler(
                status,
                ctx ->
                    failures.answer(
                        ctx.request(), ctx.failure(), status(ctx), ctx.get(MOST, usualBytes))));
    return router;
  }

  /** A request that was there in time and is not answered in time is not the caller's fault. */
  private static int status(RoutingContext ctx) {
    return ctx.statusCode() == 408 && ctx.get(ARRIVED) != null ? 503 : ctx.statusCode();
  }

  private void refuseDifference(Map<String, Handler<RoutingContext>> handlers) {
    var documented = new TreeSet<>(openApi.operations().stream().map(Operation::id).toList());
    if (!documented.equals(handlers.keySet())) {
      throw new IllegalStateException(
          "documented are " + documented + ", handled are " + new TreeSet<>(handlers.keySet()));
    }
  }

  private void add(Router router, Operation operation, Handler<RoutingContext> handler) {
    String path = operation.path().replaceAll("\\{(\\w+)}", ":$1");
    Route route = router.route(HttpMethod.valueOf(operation.method()), path);
    route.handler(TimeoutHandler.create(options.requestTimeout().toMillis(), 408));
    SecurityPolicyHandler check =
        ctx -> {
          ctx.put(Endpoints.KEY, gate.letIn(ctx.request(), operation.roles()));
          ctx.put(Endpoints.QUERY, query(ctx, operation));
          if (operation.takesLargeBody()) {
            ctx.put(MOST, large.mostBytes(ctx.request()));
            large.makeRoom(ctx);
          }
          ctx.next();
        };
    route.handler(check); // before the body is read
    if (operation.takesBody()) {
      route.handler(ctx -> BodyIntake.read(ctx, ctx.get(MOST, usualBytes)));
    }
    route.handler(
        ctx -> {
          ctx.put(ARRIVED, true);
          handler.handle(ctx);
        });
  }

  /** What is open to everybody spends nothing: whoever checks health may add what he likes. */
  private static Map<String, String> query(RoutingContext ctx, Operation operation) {
    return operation.roles().isEmpty()
        ? Map.of()
        : Query.read(ctx.request().query(), operation.parameters());
  }
}
