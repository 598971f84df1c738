package io.promoflow.deploy.bench.serving;

import io.javalin.Javalin;
import io.javalin.http.Context;
import io.javalin.http.UnauthorizedResponse;
import io.javalin.plugin.bundled.RateLimitPlugin;
import io.promoflow.ingestion.Pseudonymizer;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.http.DecisionLog;
import io.promoflow.serving.http.KafkaDecisionLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The same decision as a handler of Javalin, as one would write it there: key check, rate limit,
 * body by databind, the same {@link Decider}, the same log, answered when the log has it.
 */
final class JavalinServer implements RunningServer {
  private static final int LIMIT_PER_MINUTE = 1_000_000_000;

  private final Clock clock = Clock.systemUTC();
  private final Decider decider;
  private final Pseudonymizer pseudonymizer;
  private final DecisionLog log;
  private final Map<String, FeatureRow> rows = new HashMap<>();
  private final Map<String, ModelVersion> models;
  private final RuleSet rules = DecisionWorld.rules(1);
  private final String apiKey;
  private final Javalin javalin;

  /** The body of a request. */
  record Question(String requestId, Trigger trigger, String shopperId, long cartCents) {}

  private JavalinServer(Settings settings, String apiKey) {
    this.apiKey = apiKey;
    this.decider = new Decider(Assumptions.from(settings));
    this.pseudonymizer = Pseudonymizer.from(settings);
    this.log = new KafkaDecisionLog(ConnectionOptions.from(settings));
    this.models =
        Map.of("segments", DecisionWorld.segments(1), "propensity", DecisionWorld.propensity(1));
    for (int i = 0; i < DecisionWorld.SHOPPERS; i++) {
      String id = pseudonymizer.of(DecisionWorld.shopper(i));
      rows.put(id, DecisionWorld.row(i, id));
    }
    this.javalin =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  config.registerPlugin(new RateLimitPlugin());
                  config.routes.post("/v1/decisions", this::decide);
                })
            .start("127.0.0.1", 0);
  }

  static JavalinServer start(Map<String, String> settings) {
    return new JavalinServer(
        DecisionTopics.serverSettings(settings), settings.get(DecisionTopics.KEY));
  }

  private void decide(Context ctx) throws IOException {
    String key = ctx.header("Authorization");
    byte[] wanted = ("Bearer " + apiKey).getBytes(StandardCharsets.UTF_8);
    if (key == null || !MessageDigest.isEqual(wanted, key.getBytes(StandardCharsets.UTF_8))) {
      throw new UnauthorizedResponse();
    }
    ctx.with(RateLimitPlugin.class).requestPerTimeUnit(LIMIT_PER_MINUTE, TimeUnit.MINUTES);
    var question = Wire.JSON.readValue(ctx.bodyAsBytes(), Question.class);
    String shopper = pseudonymizer.of(question.shopperId());
    var request =
        new DecisionRequest(
            question.requestId(),
            question.trigger(),
            shopper,
            clock.instant(),
            new Cart(question.cartCents(), List.of()));
    Decision decision =
        decider.decideBriefly(request, rows.get(shopper), models, rules, Caps.NONE, null);
    ctx.future(
        () ->
            log.append(decision)
                .thenAccept(done -> answer(ctx, Wire.bytes(decision)))
                .toCompletableFuture());
  }

  private static void answer(Context ctx, byte[] body) {
    ctx.contentType("application/json")
        .header("Content-Length", Integer.toString(body.length))
        .result(body);
  }

  @Override
  public int port() {
    return javalin.port();
  }

  @Override
  public void close() {
    javalin.stop();
    log.close();
  }
}
