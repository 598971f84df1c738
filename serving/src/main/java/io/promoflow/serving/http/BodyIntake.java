package io.promoflow.serving.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Reads the body of a request, whatever its Content-Type says. The router's own handler takes what
 * {@code curl -d} sends for a form: it refuses what is none, and makes parameters of its fields.
 */
final class BodyIntake {
  private final RoutingContext ctx;
  private final BodyBytes body;

  private BodyIntake(RoutingContext ctx, int most) {
    this.ctx = ctx;
    this.body = new BodyBytes(most);
  }

  /** Goes on when the body is whole; 413 when it is, or says that it is, larger than it may be. */
  static void read(RoutingContext ctx, int most) {
    if (toldBytes(ctx.request()) > most) {
      ctx.fail(413);
      return;
    }
    var intake = new BodyIntake(ctx, most);
    ctx.request()
        .handler(intake::more)
        .endHandler(none -> intake.whole())
        .exceptionHandler(intake::broken);
  }

  /** 0 when it says nothing that can be read. */
  private static long toldBytes(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length.strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private void more(Buffer chunk) {
    if (isOver()) {
      body.letGo();
    } else if (!body.add(chunk)) {
      body.letGo();
      ctx.fail(413);
    }
  }

  private void whole() {
    if (!isOver()) {
      ctx.put(Endpoints.BODY, body.take());
      ctx.next();
    }
  }

  private void broken(Throwable why) {
    if (!isOver()) {
      ctx.fail(400, why);
    }
  }

  /** Whether it was answered before it was whole. */
  private boolean isOver() {
    return ctx.failed() || ctx.response().ended();
  }
}
