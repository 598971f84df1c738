package io.promoflow.serving.http;

import io.promoflow.serving.access.ApiKey;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Some operations of the API. */
interface Endpoints {
  /** Under which the router keeps the key of a request. */
  String KEY = "promoflow.key";

  /** Under which it keeps the parameters of the query. */
  String QUERY = "promoflow.query";

  /** Under which it keeps the body of a request that has come whole. */
  String BODY = "promoflow.body";

  /** By {@code operationId}. */
  Map<String, Handler<RoutingContext>> handlers();

  static byte[] body(RoutingContext ctx) {
    return ctx.get(BODY);
  }

  /** Of the query, where the operation has such a parameter. */
  static String parameter(RoutingContext ctx, String name, String absent) {
    return ctx.<Map<String, String>>get(QUERY).getOrDefault(name, absent);
  }

  /** Whether nothing is to be changed. */
  static boolean isDryRun(RoutingContext ctx) {
    String asked = parameter(ctx, "dryRun", "false");
    if (!asked.equals("true") && !asked.equals("false")) {
      throw BodyReader.refused("dryRun must be true or false");
    }
    return asked.equals("true");
  }

  /** Who asks. */
  static ApiKey key(RoutingContext ctx) {
    return ctx.get(KEY);
  }

  /** Goes on with the result on the thread of the request. */
  static <T> void then(RoutingContext ctx, CompletionStage<T> stage, Consumer<T> next) {
    Context context = ctx.vertx().getOrCreateContext();
    Future.fromCompletionStage(stage, context)
        .onComplete(
            done -> {
              if (done.failed()) {
                ctx.fail(done.cause());
              } else {
                try {
                  next.accept(done.result());
                } catch (RuntimeException e) {
                  ctx.fail(e);
                }
              }
            });
  }
}
