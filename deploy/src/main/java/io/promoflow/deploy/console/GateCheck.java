package io.promoflow.deploy.console;

import io.promoflow.evaluation.Outcome;
import io.promoflow.evaluation.flink.EvaluationOptions;
import io.promoflow.evaluation.offpolicy.ReleaseGate;
import io.promoflow.evaluation.offpolicy.ShadowLog;
import io.promoflow.evaluation.offpolicy.ShadowLog.Evidence;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.ShopOptions;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.rules.ModelShadow;
import io.promoflow.serving.rules.RulePreview;
import io.promoflow.serving.rules.RuleShadow;
import io.promoflow.serving.rules.Shadowed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Whether rules or a model in shadow may replace what is in force: serving says what would have
 * been given with each of them, evaluation what that would have brought; here the two meet.
 *
 * @param store of the platform
 * @param settings of the platform
 * @param outcomes where is kept what shoppers did
 * @param history the rules by version; null when they are lost
 * @param versions every version of every model
 */
record GateCheck(
    DataSource store,
    Settings settings,
    Outcomes outcomes,
    LongFunction<RuleSet> history,
    ModelShadow.Versions versions) {

  /** What shoppers did. */
  @FunctionalInterface
  interface Outcomes {
    /** By pseudonym, what some did in [from, until) that money rests on. */
    Map<String, List<Outcome>> of(Set<String> shoppers, Instant from, Instant until);
  }

  /**
   * Judges planned rules against those that decided.
   *
   * @param span how far back from the newest decision
   */
  GateFound ofRules(RuleSet planned, ReleaseGate gate, Duration span) {
    Instant until = end();
    Instant from = until.minus(span);
    var log =
        RuleShadow.of(store, Assumptions.from(settings), history, versions, planned, from, until);
    return judged(log, from, until, Optional.empty(), gate);
  }

  /**
   * Judges a version of a model by the decisions that neither it nor the one in force has learnt
   * from.
   *
   * @param allInForce every model in force
   * @param challengers to stand in the place of some of them
   * @param span how far back from the newest decision
   */
  GateFound ofModels(
      List<ModelVersion> allInForce,
      List<ModelVersion> challengers,
      ReleaseGate gate,
      Duration span) {
    List<ModelVersion> incumbents = ModelShadow.placeOf(challengers, allInForce);
    Instant learnt =
        Stream.concat(incumbents.stream(), challengers.stream())
            .map(ModelVersion::windowEnd)
            .max(Instant::compareTo)
            .orElseThrow();
    Instant until = end();
    Instant back = until.minus(span);
    Instant from = back.isAfter(learnt) ? back : learnt;
    var log =
        ModelShadow.of(
            store,
            Assumptions.from(settings),
            history,
            versions,
            incumbents,
            challengers,
            from,
            until);
    return judged(log, from, until, Optional.of(learnt), gate);
  }

  private Instant end() {
    return RulePreview.newest(store).map(newest -> newest.plusMillis(1)).orElse(Instant.EPOCH);
  }

  private GateFound judged(
      List<Shadowed> log,
      Instant from,
      Instant until,
      Optional<Instant> learntUntil,
      ReleaseGate gate) {
    Set<String> shoppers = log.stream().map(Shadowed::shopperId).collect(Collectors.toSet());
    Map<String, List<Outcome>> did = outcomes.of(shoppers, from, until);
    Evidence challenger = evidence(log, Shadowed::challenger, did, until);
    Evidence incumbent = evidence(log, Shadowed::incumbent, did, until);
    return new GateFound(
        from,
        until,
        learntUntil,
        log.stream().filter(Shadowed::undecidable).count(),
        challenger,
        incumbent,
        gate.estimates(),
        gate.judge(challenger, incumbent));
  }

  private Evidence evidence(
      List<Shadowed> log,
      Function<Shadowed, Map<String, Double>> wish,
      Map<String, List<Outcome>> did,
      Instant until) {
    var shadow =
        new ShadowLog(
            settings.get(EvaluationOptions.ATTRIBUTION_WINDOW).toMillis(),
            settings.get(ShopOptions.MARGIN_SHARE));
    return shadow.evidence(
        log.stream().map(one -> wishing(one, wish.apply(one))).toList(), did, until.toEpochMilli());
  }

  /** What exploration drew is logged as it was then; the rest the rules and models of then say. */
  private static ShadowLog.Shadowed wishing(Shadowed one, Map<String, Double> wished) {
    return new ShadowLog.Shadowed(
        one.shopperId(),
        one.atMillis(),
        one.situation(),
        one.choice(),
        one.drawn(),
        one.then(),
        wished);
  }
}
