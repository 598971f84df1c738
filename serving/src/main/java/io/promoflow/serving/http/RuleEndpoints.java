package io.promoflow.serving.http;

import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.access.ApiKey;
import io.promoflow.serving.rules.RefusedException;
import io.promoflow.serving.rules.RuleBook;
import io.promoflow.serving.rules.RuleChange;
import io.promoflow.serving.rules.RuleFile;
import io.promoflow.serving.rules.RuleFileException;
import io.promoflow.serving.rules.Vocabulary;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The rules in force, and new ones. */
record RuleEndpoints(
    Knowledge knowledge,
    List<String> metrics,
    List<String> policies,
    Supplier<RuleBook> book,
    BooleanSupplier storeAway)
    implements Endpoints {
  private static final Pattern VERSION = Pattern.compile("\\d{1,18}");

  /**
   * What a rule file changed, or would change.
   *
   * @param version in force now, or after it
   * @param applied whether the file made a version; false for a dry run
   * @param changes of what is in force, a line each; empty when there is none
   */
  record Applied(long version, boolean applied, List<String> changes) {}

  /** A rule file that was refused whole (RFC 9457, with what is wrong as an extension member). */
  record RefusedRules(
      String type, String title, int status, String detail, List<String> problems) {}

  @Override
  public Map<String, Handler<RoutingContext>> handlers() {
    return Map.of("rules", this::show, "applyRules", this::apply);
  }

  private void show(RoutingContext ctx) {
    RuleSet rules = knowledge.rules();
    if (rules == null) {
      throw new ProblemException(Problem.notFound("there are no serving rules yet"));
    }
    Answers.json(ctx.response(), rules);
  }

  private void apply(RoutingContext ctx) {
    boolean dryRun = Endpoints.isDryRun(ctx);
    ApiKey key = Endpoints.key(ctx);
    String note = Endpoints.parameter(ctx, "note", "");
    OptionalLong on = on(ctx);
    if (!BodyReader.isClean(note)) {
      throw BodyReader.refused("note must hold no control characters");
    }
    if (storeAway.getAsBoolean()) {
      throw Past.unavailable();
    }
    byte[] body = Endpoints.body(ctx);
    ctx.vertx()
        .executeBlocking(
            (Callable<Runnable>) () -> applied(ctx, body, key.name(), note, dryRun, on), false)
        .onSuccess(Runnable::run)
        .onFailure(ctx::fail);
  }

  /** The version that must be in force. */
  private static OptionalLong on(RoutingContext ctx) {
    String asked = Endpoints.parameter(ctx, "on", null);
    if (asked != null && !VERSION.matcher(asked).matches()) {
      throw BodyReader.refused("on must be a rule version, or 0 for none");
    }
    return asked == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(asked));
  }

  /** Replaced in silence, a letter of another encoding would make names that nothing has. */
  private static String text(byte[] body) {
    ByteBuffer in = ByteBuffer.wrap(body);
    CharBuffer out = CharBuffer.allocate(body.length);
    if (StandardCharsets.UTF_8.newDecoder().decode(in, out, true).isError()) {
      throw BodyReader.refused("the file is no UTF-8, at byte " + in.position());
    }
    return out.flip().toString();
  }

  private Runnable applied(
      RoutingContext ctx,
      byte[] body,
      String author,
      String note,
      boolean dryRun,
      OptionalLong on) {
    try {
      RuleFile file = RuleFile.parse("body", text(body), vocabulary());
      RuleBook rules = book.get();
      RuleChange change =
          dryRun ? rules.plan(file, author, note, on) : rules.apply(file, author, note, on);
      var answer =
          new Applied(change.after().version(), !dryRun && change.isNew(), change.differences());
      return () -> Answers.json(ctx.response(), answer);
    } catch (RuleFileException e) {
      var problem =
          new RefusedRules(
              "urn:promoflow:problem:rules-refused",
              "The rules are refused whole",
              422,
              e.problems().size() + " problem(s); the rules in force stay",
              e.problems().stream().map(Object::toString).toList());
      return () -> Answers.problem(ctx.response(), 422, problem);
    } catch (RefusedException e) {
      throw new ProblemException(
          Problem.of("rules-moved-on", "Another rule version is in force", 409, e.getMessage()));
    }
  }

  /**
   * Every feature that a row has or a model in force knows, what we ship over their windows, the
   * declared metrics, and policies; features of products are checked by the rule book.
   */
  private Vocabulary vocabulary() {
    Set<String> features = knowledge.features();
    knowledge.models().values().forEach(model -> features.addAll(model.features()));
    return Vocabulary.shippedAs(features)
        .withAnyOfProducts()
        .withMetrics(metrics)
        .withPolicies(policies);
  }
}
