package io.promoflow.serving.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.rules.ReservedIds;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The OpenFeature Remote Evaluation Protocol 0.3, so that any OpenFeature SDK can ask.
 *
 * <p>Flags are the experiments, whose value is the variant, and {@code promotion}, whose value is
 * the promotion to give. Asking is a dry run, as SDKs ask as often as they like, except for {@code
 * promotion} with a {@code requestId} in the context: that is a decision, unless {@code dryRun}
 * says no.
 */
record FlagEndpoints(
    DecisionService service,
    Knowledge knowledge,
    QuestionReader questions,
    TopicFeed feed,
    Meters meters)
    implements Endpoints {
  private static final String PROMOTION = ReservedIds.PROMOTION_FLAG;
  private static final String TARGETING_KEY = "targetingKey";
  private static final String REQUEST_ID = "requestId";
  private static final String NONE = ReservedIds.NO_PROMOTION;

  /** Before the shopper, where the context names no request; no request has a line end. */
  private static final String NAMELESS = "flag\n";

  /**
   * An evaluated flag; fields that do not apply are null and left out.
   *
   * @param key of the flag
   * @param value null for the default of the program that asks
   * @param reason SPLIT, TARGETING_MATCH or DEFAULT
   * @param variant name of the value
   * @param metadata decision id, experiment, probability and rule version
   * @param errorCode when it cannot be evaluated
   * @param errorDetails what is wrong
   */
  record Flag(
      String key,
      String value,
      String reason,
      String variant,
      Map<String, Object> metadata,
      String errorCode,
      String errorDetails) {
    static Flag error(String key, String code, String details) {
      return new Flag(key, null, null, null, null, code, details);
    }
  }

  @Override
  public Map<String, Handler<RoutingContext>> handlers() {
    return Map.of("evaluateFlag", this::evaluate, "evaluateFlags", this::evaluateAll);
  }

  private void evaluate(RoutingContext ctx) {
    String key = ctx.pathParam("key");
    boolean dryRun = Endpoints.isDryRun(ctx);
    JsonNode context = context(ctx, key);
    if (context == null) {
      return;
    }
    RuleSet rules = rules();
    Experiment experiment = experiment(key, rules);
    if (experiment == null && !key.equals(PROMOTION)) {
      answer(ctx, 404, Flag.error(key, "FLAG_NOT_FOUND", "no experiment has this id"));
      return;
    }
    boolean decides = experiment == null && !dryRun;
    Function<DecisionRequest, CompletableFuture<Decision>> named =
        decides
            ? question -> meters.asked(() -> service.decide(question))
            : question -> service.dryRuns().of(question, rules);
    Endpoints.then(
        ctx, flag(key, experiment, context, rules, named), flag -> answer(ctx, 200, flag));
  }

  private void evaluateAll(RoutingContext ctx) {
    JsonNode context = context(ctx, null);
    if (context == null) {
      return;
    }
    RuleSet rules = rules();
    var flags = new ArrayList<CompletableFuture<Flag>>();
    var dry = context.deepCopy();
    ((com.fasterxml.jackson.databind.node.ObjectNode) dry).remove(REQUEST_ID);
    Function<DecisionRequest, CompletableFuture<Decision>> named =
        question -> service.dryRuns().of(question, rules);
    flags.add(flag(PROMOTION, null, dry, rules, named));
    experiments(rules).forEach(one -> flags.add(flag(one.id(), one, dry, rules, named)));
    Endpoints.then(
        ctx,
        CompletableFuture.allOf(flags.toArray(CompletableFuture[]::new))
            .thenApply(done -> flags.stream().map(CompletableFuture::join).toList()),
        all -> answerAll(ctx, all));
  }

  private static void answerAll(RoutingContext ctx, List<Flag> flags) {
    byte[] body = Wire.bytes(Map.of("flags", flags));
    String tag = '"' + digest(body) + '"';
    ctx.response().putHeader(HttpHeaders.ETAG, tag);
    if (isKnown(tag, ctx.request().headers().getAll(HttpHeaders.IF_NONE_MATCH))) {
      ctx.response().setStatusCode(304).end();
    } else {
      Answers.json(ctx.response(), 200, body);
    }
  }

  /** By the weak comparison of RFC 9110, 8.8.3.2: who compresses an answer makes its tag weak. */
  private static boolean isKnown(String tag, List<String> told) {
    return told.stream()
        .flatMap(one -> Arrays.stream(one.split(",", -1)))
        .map(String::strip)
        .anyMatch(one -> one.equals("*") || one.equals(tag) || one.equals("W/" + tag));
  }

  private static String digest(byte[] body) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
      return HexFormat.of().toHexDigits(ByteBuffer.wrap(digest).getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Null when it was answered with what is wrong. */
  private static JsonNode context(RoutingContext ctx, String key) {
    JsonNode root;
    try {
      root = BodyReader.tree(Endpoints.body(ctx));
    } catch (ProblemException e) {
      answer(ctx, 400, Flag.error(key, "PARSE_ERROR", e.problem().detail()));
      return null;
    }
    JsonNode context = root.get("context");
    if (context == null || !context.isObject()) {
      answer(ctx, 400, Flag.error(key, "INVALID_CONTEXT", "context must be an object"));
      return null;
    }
    JsonNode shopper = context.get(TARGETING_KEY);
    if (shopper == null || !shopper.isTextual() || shopper.asText().isBlank()) {
      answer(
          ctx,
          400,
          Flag.error(key, "TARGETING_KEY_MISSING", "context.targetingKey must be the shopper id"));
      return null;
    }
    return context;
  }

  private RuleSet rules() {
    if (!feed.isAtEnd()) {
      throw new ProblemException(
          Problem.notReady("the topics have not been read to their end yet"));
    }
    RuleSet rules = knowledge.rules();
    if (rules == null) {
      throw new ProblemException(Problem.notReady("there are no serving rules yet"));
    }
    return rules;
  }

  private static Experiment experiment(String key, RuleSet rules) {
    return experiments(rules).filter(one -> one.id().equals(key)).findFirst().orElse(null);
  }

  /** Those that are flags. Rules of before may have one of the id that is ours. */
  private static Stream<Experiment> experiments(RuleSet rules) {
    return rules.experiments().stream().filter(one -> !one.id().equals(PROMOTION));
  }

  /** Of the rules that the whole answer goes by; a named request is answered as told. */
  private CompletableFuture<Flag> flag(
      String key,
      Experiment experiment,
      JsonNode context,
      RuleSet rules,
      Function<DecisionRequest, CompletableFuture<Decision>> named) {
    DecisionRequest question;
    try {
      question = question(experiment, context);
    } catch (ProblemException e) {
      return CompletableFuture.completedFuture(
          Flag.error(key, "INVALID_CONTEXT", e.problem().detail()));
    }
    return (context.hasNonNull(REQUEST_ID)
            ? named.apply(question)
            : service.dryRuns().ofNew(nameless(question), rules))
        .thenApply(made -> experiment == null ? promotion(made) : variant(experiment, made));
  }

  /** The same under an id of this shopper's alone, which no decision can have. */
  private static DecisionRequest nameless(DecisionRequest question) {
    return question.as(NAMELESS + question.shopperId());
  }

  private DecisionRequest question(Experiment experiment, JsonNode context) {
    var body = Wire.JSON.createObjectNode();
    body.put("shopperId", context.get(TARGETING_KEY).asText());
    body.put(REQUEST_ID, context.path(REQUEST_ID).asText("flag"));
    body.put(
        "trigger",
        experiment == null
            ? context.path("trigger").asText(Trigger.VISIT.name())
            : experiment.trigger().name());
    body.set("cartCents", context.get("cartCents"));
    body.set("channel", context.get("channel"));
    body.set("memberLevel", context.get("memberLevel"));
    return questions.readThoroughly(Wire.bytes(body));
  }

  private static Flag promotion(Decision decision) {
    String value = decision.promotionId() == null ? NONE : decision.promotionId();
    String reason = decision.experimentId() == null ? "TARGETING_MATCH" : "SPLIT";
    return new Flag(PROMOTION, value, reason, value, metadata(decision), null, null);
  }

  private static Flag variant(Experiment experiment, Decision decision) {
    boolean takesPart = experiment.id().equals(decision.experimentId());
    return takesPart
        ? new Flag(
            experiment.id(),
            decision.variant(),
            "SPLIT",
            decision.variant(),
            metadata(decision),
            null,
            null)
        : new Flag(experiment.id(), null, "DEFAULT", null, metadata(decision), null, null);
  }

  private static Map<String, Object> metadata(Decision decision) {
    var metadata = new LinkedHashMap<String, Object>();
    metadata.put("decisionId", decision.decisionId());
    metadata.put("ruleVersion", decision.ruleVersion());
    metadata.put("probability", decision.probability());
    if (decision.experimentId() != null) {
      metadata.put("experimentId", decision.experimentId());
    }
    metadata.put("stale", decision.stale());
    return metadata;
  }

  private static void answer(RoutingContext ctx, int status, Flag flag) {
    boolean isInvalid = status == 200 && flag.errorCode() != null;
    Answers.json(ctx.response(), isInvalid ? 400 : status, Wire.bytes(flag));
  }
}
