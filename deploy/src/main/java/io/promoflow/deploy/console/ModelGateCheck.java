package io.promoflow.deploy.console;

import io.promoflow.evaluation.flink.EvaluationOptions;
import io.promoflow.evaluation.offpolicy.OffPolicy;
import io.promoflow.evaluation.offpolicy.PolicyValue;
import io.promoflow.evaluation.offpolicy.ReleaseGate;
import io.promoflow.evaluation.offpolicy.ReleaseGate.Verdict;
import io.promoflow.evaluation.offpolicy.ShadowLog;
import io.promoflow.evaluation.offpolicy.ShadowLog.Evidence;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.rules.ModelShadow;
import io.promoflow.serving.rules.RulePreview;
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
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Whether a version of a model in shadow may replace the one in force: serving says what would have
 * been given with each of them, evaluation what that would have brought; here the two meet.
 *
 * @param store of the platform
 * @param settings of the platform
 * @param events what these shoppers did, by pseudonym
 * @param history every rule version
 * @param versions every version of every model
 */
record ModelGateCheck(
    DataSource store,
    Settings settings,
    Function<Set<String>, List<ShopEvent>> events,
    List<RuleVersion> history,
    ModelShadow.Versions versions) {

  /**
   * What came out.
   *
   * @param from first moment that was decided for
   * @param until first moment after the last
   * @param learntUntil newest moment that one of the versions has learnt from
   * @param challenger decisions with their rewards and what the version in shadow wishes
   * @param incumbent the same with what the one in force wishes
   * @param got profit per decision as it was decided
   * @param shadow values of the version in shadow, by estimator
   * @param inForce values of the one in force
   * @param verdict whether it may be released
   */
  record Found(
      Instant from,
      Instant until,
      Instant learntUntil,
      Evidence challenger,
      Evidence incumbent,
      double got,
      Map<String, PolicyValue> shadow,
      Map<String, PolicyValue> inForce,
      Verdict verdict) {

    /** In words and figures. */
    void print(PrintWriter out) {
      out.printf(
          "%,d decisions from %s until %s with their outcomes; %,d more are not over yet.%n",
          challenger.choices().size(), from, until, challenger.immature());
      out.printf(
          "None is from before %s: until then one of the versions has learnt.%n", learntUntil);
      out.printf("Profit per decision, cents: %.2f as it was decided.%n", got);
      var rows = new ArrayList<List<?>>();
      shadow.forEach(
          (name, value) -> {
            var before = inForce.get(name);
            rows.add(
                List.of(
                    name,
                    "%.2f".formatted(before.value()),
                    "%.2f to %.2f".formatted(before.low(), before.high()),
                    "%.1f".formatted(before.effectiveUnits()),
                    "%.2f".formatted(value.value()),
                    "%.2f to %.2f".formatted(value.low(), value.high()),
                    "%.1f".formatted(value.effectiveUnits())));
          });
      out.print(
          Report.table(
              List.of(
                  "estimate",
                  "in force",
                  "interval",
                  "effective",
                  "in shadow",
                  "interval",
                  "effective"),
              rows));
      GateCheck.print(verdict, "it is", out);
    }

    /** For programs. */
    Map<String, Object> json() {
      var json = new LinkedHashMap<String, Object>();
      json.put("from", from);
      json.put("until", until);
      json.put("learntUntil", learntUntil);
      json.put("decisions", challenger.choices().size());
      json.put("immature", challenger.immature());
      json.put("unsupportedShare", challenger.unsupportedShare());
      json.put("unsupportedShareInForce", incumbent.unsupportedShare());
      json.put("unknownShare", challenger.unknownShare());
      if (!challenger.choices().isEmpty()) {
        json.put("got", got);
        json.put("inForce", inForce);
        json.put("inShadow", shadow);
        json.put("gain", verdict.gain());
      }
      json.put("opens", verdict.opens());
      json.put("canJudge", verdict.canJudge());
      json.put("reasons", verdict.reasons());
      return json;
    }
  }

  /**
   * Judges a version by the decisions that neither it nor the one in force has learnt from.
   *
   * @param allInForce every model in force
   * @param challengers to stand in the place of some of them
   * @param span how far back from the newest decision
   * @param leastEffective as many decisions must speak for it
   */
  Found of(
      List<ModelVersion> allInForce,
      List<ModelVersion> challengers,
      OffPolicy estimates,
      Duration span,
      double leastEffective) {
    List<ModelVersion> incumbents = ModelShadow.placeOf(challengers, allInForce);
    Instant learnt =
        Stream.concat(incumbents.stream(), challengers.stream())
            .map(ModelVersion::windowEnd)
            .max(Instant::compareTo)
            .orElseThrow();
    Instant until =
        RulePreview.newest(store).map(newest -> newest.plusMillis(1)).orElse(Instant.EPOCH);
    Instant back = until.minus(span);
    Instant from = back.isAfter(learnt) ? back : learnt;
    List<ModelShadow.Shadowed> log =
        ModelShadow.of(
            store,
            Assumptions.from(settings),
            history,
            versions,
            incumbents,
            challengers,
            from,
            until);
    Set<String> shoppers =
        log.stream().map(one -> one.decision().shopperId()).collect(Collectors.toSet());
    var outcomes = ShadowLog.byShopper(events.apply(shoppers));
    var shadow =
        new ShadowLog(
            settings.get(EvaluationOptions.ATTRIBUTION_WINDOW).toMillis(),
            settings.get(EvaluationOptions.MARGIN_SHARE));
    Evidence before =
        shadow.evidence(
            log.stream().map(one -> wishing(one, one.incumbent())).toList(),
            outcomes,
            until.toEpochMilli());
    Evidence after =
        shadow.evidence(
            log.stream().map(one -> wishing(one, one.challenger())).toList(),
            outcomes,
            until.toEpochMilli());
    var gate = new ReleaseGate(estimates, leastEffective, GateCheck.MOST_CLIPPED);
    return new Found(
        from,
        until,
        learnt,
        after,
        before,
        GateCheck.got(after),
        GateCheck.values(estimates, after),
        GateCheck.values(estimates, before),
        gate.judge(after, before));
  }

  /** What exploration drew is logged as it was then; the rest the models of then say. */
  private static ShadowLog.Shadowed wishing(ModelShadow.Shadowed one, Map<String, Double> wished) {
    Decision decision = one.decision();
    return new ShadowLog.Shadowed(
        decision.shopperId(),
        decision.at().toEpochMilli(),
        decision.trigger() + "|" + decision.segment(),
        one.choice(),
        decision.experimentId() == null ? decision.probability() : null,
        one.then(),
        wished);
  }
}
