package io.promoflow.deploy.console;

import io.promoflow.evaluation.flink.EvaluationOptions;
import io.promoflow.evaluation.offpolicy.LoggedChoice;
import io.promoflow.evaluation.offpolicy.OffPolicy;
import io.promoflow.evaluation.offpolicy.PolicyValue;
import io.promoflow.evaluation.offpolicy.ReleaseGate;
import io.promoflow.evaluation.offpolicy.ReleaseGate.Verdict;
import io.promoflow.evaluation.offpolicy.ShadowLog;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.rules.RulePreview;
import io.promoflow.serving.rules.RuleShadow;
import io.promoflow.serving.rules.RuleVersion;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Whether rules in shadow may replace those in force: serving says what they would have given,
 * evaluation what that would have brought; here the two meet.
 *
 * @param store of the platform
 * @param settings of the platform
 * @param events what these shoppers did, by pseudonym
 */
record GateCheck(
    DataSource store, Settings settings, Function<Set<String>, List<ShopEvent>> events) {
  private static final double ALPHA = 0.05;
  static final double MOST_WEIGHT = 50;
  static final double MOST_CLIPPED = 0.01;

  /**
   * What came out.
   *
   * @param from first moment that was decided for
   * @param until first moment after the last
   * @param evidence decisions with their rewards
   * @param got profit per decision as it was decided
   * @param values of the rules in shadow, by estimator
   * @param verdict whether they may be released
   */
  record Found(
      Instant from,
      Instant until,
      ShadowLog.Evidence evidence,
      double got,
      Map<String, PolicyValue> values,
      Verdict verdict) {

    /** In words and figures. */
    void print(PrintWriter out) {
      out.printf(
          "%,d decisions from %s until %s with their outcomes; %,d more are not over yet.%n",
          evidence.choices().size(), from, until, evidence.immature());
      out.printf("Profit per decision, cents: %.2f as it was decided, in shadow:%n", got);
      var rows = new ArrayList<List<?>>();
      values.forEach(
          (name, value) ->
              rows.add(
                  List.of(
                      name,
                      "%.2f".formatted(value.value()),
                      "%.2f to %.2f".formatted(value.low(), value.high()),
                      "%.1f".formatted(value.effectiveUnits()))));
      out.print(Report.table(List.of("estimate", "value", "interval", "effective"), rows));
      GateCheck.print(verdict, "they are", out);
    }

    /** For programs. */
    Map<String, Object> json() {
      var json = new LinkedHashMap<String, Object>();
      json.put("from", from);
      json.put("until", until);
      json.put("decisions", evidence.choices().size());
      json.put("immature", evidence.immature());
      json.put("unsupportedShare", evidence.unsupportedShare());
      json.put("unknownShare", evidence.unknownShare());
      if (!evidence.choices().isEmpty()) {
        json.put("got", got);
        json.put("values", values);
        json.put("gain", verdict.gain());
      }
      json.put("opens", verdict.opens());
      json.put("canJudge", verdict.canJudge());
      json.put("reasons", verdict.reasons());
      return json;
    }
  }

  /**
   * Judges planned rules by the log.
   *
   * @param history every rule version
   * @param span how far back from the newest decision
   * @param leastEffective as many decisions must speak for them
   */
  Found of(List<RuleVersion> history, RuleSet planned, Duration span, double leastEffective) {
    Instant until =
        RulePreview.newest(store).map(newest -> newest.plusMillis(1)).orElse(Instant.EPOCH);
    Instant from = until.minus(span);
    Assumptions assumptions = Assumptions.from(settings);
    List<ShadowLog.Shadowed> log =
        RuleShadow.of(store, assumptions, history, planned, from, until).stream()
            .map(GateCheck::shadowed)
            .toList();
    Set<String> shoppers =
        log.stream().map(ShadowLog.Shadowed::shopperId).collect(Collectors.toSet());
    var shadow =
        new ShadowLog(
            settings.get(EvaluationOptions.ATTRIBUTION_WINDOW).toMillis(),
            settings.get(EvaluationOptions.MARGIN_SHARE));
    ShadowLog.Evidence evidence =
        shadow.evidence(log, ShadowLog.byShopper(events.apply(shoppers)), until.toEpochMilli());
    var estimates = new OffPolicy(ALPHA, MOST_WEIGHT);
    var gate = new ReleaseGate(estimates, leastEffective, MOST_CLIPPED);
    return new Found(
        from, until, evidence, got(evidence), values(estimates, evidence), gate.judge(evidence));
  }

  /** By every estimator. */
  static Map<String, PolicyValue> values(OffPolicy estimates, ShadowLog.Evidence evidence) {
    var values = new LinkedHashMap<String, PolicyValue>();
    values.put("inverse propensity", estimates.inversePropensity(evidence.choices()));
    values.put("self-normalised", estimates.selfNormalised(evidence.choices()));
    values.put("doubly robust", estimates.doublyRobust(evidence.choices()));
    return values;
  }

  /** Per decision, as it was decided. */
  static double got(ShadowLog.Evidence evidence) {
    return evidence.choices().stream()
        .mapToDouble(LoggedChoice::reward)
        .average()
        .orElse(Double.NaN);
  }

  /** In words. */
  static void print(Verdict verdict, String what, PrintWriter out) {
    out.println(
        verdict.opens()
            ? "The gate opens:"
            : verdict.canJudge()
                ? "The gate stays shut, " + what + " not surely better:"
                : "The gate stays shut, the log cannot tell:");
    verdict.reasons().forEach(reason -> out.println("  " + reason));
  }

  /** What exploration drew is logged as it was then; the rest the rules of then say. */
  private static ShadowLog.Shadowed shadowed(RuleShadow.Shadowed one) {
    var decision = one.decision();
    return new ShadowLog.Shadowed(
        decision.shopperId(),
        decision.at().toEpochMilli(),
        decision.trigger() + "|" + decision.segment(),
        one.choice(),
        decision.experimentId() == null ? decision.probability() : null,
        one.then(),
        one.wished());
  }
}
