package io.promoflow.evaluation.offline;

import io.promoflow.evaluation.offline.EvaluationMapping.Rules;
import io.promoflow.evaluation.offline.TableMetric.Role;
import io.promoflow.evaluation.offline.Verdict.Code;
import io.promoflow.evaluation.offline.Verdict.OfFactor;
import io.promoflow.evaluation.offline.Verdict.OfVariant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

/**
 * Judges an experiment of several factors: each by its main effect, unless its effect on the
 * primary metric surely depends on another factor. Then combinations are judged instead.
 */
final class FactorJudge {
  private final EvaluationMapping mapping;
  private final Rules rules;
  private final Judge judge;
  private final Factorial factorial;
  private final List<Interaction> primary;
  private final List<Interaction> sure;

  FactorJudge(EvaluationMapping mapping, Judge judge, Factorial factorial) {
    this.mapping = mapping;
    this.rules = mapping.rules();
    this.judge = judge;
    this.factorial = factorial;
    this.primary =
        factorial.interactions().stream().filter(i -> i.metric().role() == Role.PRIMARY).toList();
    this.sure = primary.stream().filter(i -> i.adjustedP() < rules.alpha()).toList();
  }

  Verdict judge(long days) {
    return judge.unusable(days).orElseGet(this::judged);
  }

  private Verdict judged() {
    List<OfVariant> levels = judge.variants();
    List<OfFactor> factors = mapping.factors().stream().map(factor -> of(factor, levels)).toList();
    var reasons = new LinkedHashSet<String>();
    factors.forEach(factor -> reasons.addAll(factor.reasons()));
    if (sure.isEmpty()) {
      return new Verdict(
          Judge.mostUrgent(factors.stream().map(OfFactor::code).toList()),
          String.join(" ", factors.stream().map(OfFactor::sentence).toList()),
          List.copyOf(reasons),
          levels,
          factors);
    }
    Judge byCombination = judge.over(factorial.combinations());
    Verdict best = byCombination.overall(byCombination.variants());
    reasons.addAll(best.reasons());
    return new Verdict(
        best.code(),
        "The factors do not act apart, so combinations are judged. " + best.sentence(),
        List.copyOf(reasons),
        best.variants(),
        factors);
  }

  private OfFactor of(Factor factor, List<OfVariant> levels) {
    List<String> names =
        factorial.levels().get(factor.column()).stream().map(factor::named).toList();
    Verdict its =
        judge.overall(levels.stream().filter(one -> names.contains(one.variant())).toList());
    List<Interaction> involved = involving(factor, sure);
    var reasons = new ArrayList<>(its.reasons());
    if (involved.isEmpty()) {
      involving(factor, primary).stream()
          .filter(one -> !Double.isNaN(one.adjustedP()))
          .min(Comparator.comparingDouble(Interaction::adjustedP))
          .ifPresent(least -> reasons.add(factor.column() + ": " + unsure(least)));
      return new OfFactor(factor.column(), its.code(), true, its.sentence(), reasons);
    }
    involved.forEach(one -> reasons.add(interacts(one)));
    List<String> others =
        involved.stream()
            .flatMap(one -> one.factors().stream())
            .filter(column -> !column.equals(factor.column()))
            .distinct()
            .toList();
    return new OfFactor(
        factor.column(),
        Code.INCONCLUSIVE,
        false,
        "Do not read the main effect of %s alone: what it does to %s depends on %s."
            .formatted(factor.column(), mapping.primary().name(), String.join(" and ", others)),
        reasons);
  }

  private static List<Interaction> involving(Factor factor, List<Interaction> interactions) {
    return interactions.stream().filter(one -> one.factors().contains(factor.column())).toList();
  }

  private String interacts(Interaction one) {
    return text(
        "%s interact: together %+.4g beside the sum of their effects on %s, adjusted p %.2g",
        one.name(), one.contrast().estimate(), one.metric().name(), one.adjustedP());
  }

  private String unsure(Interaction least) {
    return text(
        "no interaction is sure; the clearest, %s, has adjusted p %.2g",
        least.name(), least.adjustedP());
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
