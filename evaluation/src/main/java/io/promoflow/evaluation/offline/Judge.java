package io.promoflow.evaluation.offline;

import io.promoflow.evaluation.inference.NonInferiority.Status;
import io.promoflow.evaluation.offline.EvaluationMapping.Rules;
import io.promoflow.evaluation.offline.TableMetric.Role;
import io.promoflow.evaluation.offline.Verdict.Code;
import io.promoflow.evaluation.offline.Verdict.OfVariant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Turns results into a verdict. The order in which it asks is the order of the README. */
final class Judge {
  private static final double PERCENT = 100;

  /** What becomes of the experiment when variants differ: the first of these that any has. */
  private static final List<Code> BY_URGENCY =
      List.of(Code.SHIP, Code.HARMFUL, Code.INCONCLUSIVE, Code.DO_NOT_SHIP);

  private static final Map<Code, String> ADVICE =
      Map.of(
          Code.SHIP, "Ship %s: it is better in %s and no guardrail suffers.",
          Code.HARMFUL, "Switch %s off: it does harm, judged by %s and the guardrails.",
          Code.INCONCLUSIVE,
              "Nothing is certain yet of %s in %s: go on, or stop and keep the control.",
          Code.DO_NOT_SHIP,
              "Keep the control: %s is not worth it, judged by %s and the guardrails.");

  private final EvaluationMapping mapping;
  private final Rules rules;
  private final List<SampleRatioResult> ratios;
  private final List<MetricResult> results;
  private final List<Plan> plans;

  Judge(
      EvaluationMapping mapping,
      List<SampleRatioResult> ratios,
      List<MetricResult> results,
      List<Plan> plans) {
    this.mapping = mapping;
    this.rules = mapping.rules();
    this.ratios = ratios;
    this.results = results.stream().filter(r -> r.segment().equals(ExperimentSums.ALL)).toList();
    this.plans = plans;
  }

  /** The same over other results of everybody. */
  Judge over(List<MetricResult> others) {
    return new Judge(mapping, ratios, others, List.of());
  }

  Verdict judge(long days) {
    return unusable(days).orElseGet(() -> overall(variants()));
  }

  /** What must be said when nothing can be said of the variants. */
  Optional<Verdict> unusable(long days) {
    List<String> broken =
        ratios.stream().filter(ratio -> !ratio.ok()).map(this::brokenRatio).toList();
    if (!broken.isEmpty()) {
      return Optional.of(
          Verdict.ofAll(
              Code.BROKEN_SAMPLE_RATIO,
              "Do not believe any of these results: the groups have not the sizes that the weights"
                  + " promise, so something between assignment and table is broken.",
              broken));
    }
    List<String> early = immature(days);
    return early.isEmpty()
        ? Optional.empty()
        : Optional.of(Verdict.ofAll(Code.IMMATURE, "Wait: it is too early for a verdict.", early));
  }

  /** Each on its own. */
  List<OfVariant> variants() {
    return results.stream()
        .filter(result -> result.metric().role() == Role.PRIMARY)
        .map(this::judge)
        .toList();
  }

  /** The first of these that counts. */
  static Code mostUrgent(List<Code> codes) {
    return BY_URGENCY.stream().filter(codes::contains).findFirst().orElseThrow();
  }

  /** Some of the variants together. */
  Verdict overall(List<OfVariant> variants) {
    Code code = mostUrgent(variants.stream().map(OfVariant::code).toList());
    List<String> which =
        variants.stream().filter(v -> v.code() == code).map(OfVariant::variant).toList();
    String named = code == Code.SHIP ? best(which) : String.join(" and ", which);
    var reasons = new ArrayList<String>();
    variants.forEach(v -> v.reasons().forEach(reason -> reasons.add(v.variant() + ": " + reason)));
    String sentence = ADVICE.get(code).formatted(named, mapping.primary().name());
    return new Verdict(code, sentence, reasons, variants, List.of());
  }

  private String best(List<String> variants) {
    return results.stream()
        .filter(r -> r.metric().role() == Role.PRIMARY && variants.contains(r.variant()))
        .max(java.util.Comparator.comparingDouble(MetricResult::gain))
        .orElseThrow()
        .variant();
  }

  private String brokenRatio(SampleRatioResult ratio) {
    return text(
        "%s: units %s where %s were due (p %.2g, sequential p %.2g, limit %s)",
        ratio.segment(),
        ratio.observed(),
        rounded(ratio.expected()),
        ratio.p(),
        ratio.sequentialP(),
        rules.sampleRatioAlpha());
  }

  private static Map<String, Long> rounded(Map<String, Double> counts) {
    var rounded = new java.util.LinkedHashMap<String, Long>();
    counts.forEach((variant, count) -> rounded.put(variant, Math.round(count)));
    return rounded;
  }

  private List<String> immature(long days) {
    var reasons = new ArrayList<String>();
    ratios
        .get(0)
        .observed()
        .forEach(
            (variant, units) -> {
              if (units < rules.minimumUnits() && !isSwitchedOff(variant)) {
                reasons.add(
                    text("%s has %,d units, fewer than %,d", variant, units, rules.minimumUnits()));
              }
            });
    if (mapping.time().isPresent() && days < rules.minimumDays()) {
      reasons.add(text("%,d days have passed, fewer than %,d", days, rules.minimumDays()));
    }
    results.stream()
        .filter(r -> r.metric().role() == Role.PRIMARY && !r.comparison().hasError())
        .forEach(r -> reasons.add(r.variant() + " and its control show no variation"));
    return reasons;
  }

  private boolean isSwitchedOff(String variant) {
    return mapping.weights().getOrDefault(variant, 1.0) == 0;
  }

  private OfVariant judge(MetricResult primary) {
    var reasons = new ArrayList<String>();
    reasons.add(effect(primary));
    boolean sure = primary.adjustedP() < rules.alpha();
    boolean better = sure && primary.gain() > 0;
    boolean worse = sure && primary.gain() < 0;
    double worthwhile = rules.worthwhile() * Math.abs(primary.comparison().control().mean());
    boolean futile = primary.largestGain(rules.looks()) < worthwhile;
    if (futile && !worse) {
      reasons.add(
          text(
              "a gain of %s, which would be worth it, is ruled out",
              Figures.percent(rules.worthwhile())));
    }
    List<Status> guardrails = guardrails(primary.variant(), reasons);
    Code code = code(better, worse, futile, guardrails);
    if (code == Code.INCONCLUSIVE) {
      plans.stream()
          .filter(plan -> plan.variant().equals(primary.variant()))
          .forEach(plan -> reasons.add(outlook(plan)));
    }
    return new OfVariant(primary.variant(), code, reasons);
  }

  private static Code code(boolean better, boolean worse, boolean futile, List<Status> guardrails) {
    if (worse) {
      return Code.HARMFUL;
    }
    if (guardrails.contains(Status.BROKEN)) {
      return better ? Code.DO_NOT_SHIP : Code.HARMFUL;
    }
    if (futile) {
      return Code.DO_NOT_SHIP;
    }
    return better && !guardrails.contains(Status.OPEN) ? Code.SHIP : Code.INCONCLUSIVE;
  }

  private List<Status> guardrails(String variant, List<String> reasons) {
    var found = new ArrayList<Status>();
    for (MetricResult result : results) {
      if (result.variant().equals(variant) && result.guardrail().isPresent()) {
        Status status = result.guardrail().get().status();
        found.add(status);
        String said =
            switch (status) {
              case HELD -> "guardrail %s holds: it loses no more than %s";
              case BROKEN -> "guardrail %s is broken: it loses more than %s";
              case OPEN -> "guardrail %s is open: a loss of more than %s is not ruled out";
            };
        reasons.add(text(said, result.metric().name(), Figures.percent(result.metric().margin())));
      }
    }
    return found;
  }

  private String effect(MetricResult primary) {
    String word =
        primary.adjustedP() < rules.alpha()
            ? primary.gain() > 0 ? "better" : "worse"
            : "not surely different";
    return text(
        "%s is %s: %+.4g (%+.1f %%), adjusted p %.2g",
        primary.metric().name(),
        word,
        primary.comparison().difference(),
        PERCENT * primary.comparison().relativeLift(),
        primary.adjustedP());
  }

  private String outlook(Plan plan) {
    boolean once = rules.looks() == EvaluationMapping.Looks.ONCE;
    long needed = once ? plan.unitsForOneLook() : plan.unitsForAnyLooks();
    String days = plan.daysLeft() < 0 ? "" : text(", %,d days more at this pace", plan.daysLeft());
    return text(
        "to see a gain of %s takes %,d units in both groups, %,d are there%s",
        Figures.percent(rules.worthwhile()), needed, plan.units(), days);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
