package io.promoflow.evaluation.offline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An evaluation as a person reads it. */
public final class EvaluationText {
  /** From this column on, cells are numbers and stand to the right. */
  private static final int TEXT_COLUMNS = 3;

  private final StringBuilder out = new StringBuilder();

  private EvaluationText() {}

  /** Lines for a terminal. */
  public static String of(Evaluation evaluation) {
    var text = new EvaluationText();
    text.head(evaluation);
    evaluation.factorial().ifPresent(its -> text.line("%n%s", FactorTable.MAIN_EFFECTS));
    text.line("");
    text.table(ResultTable.HEAD, ResultTable.rows(evaluation.results()));
    evaluation.factorial().ifPresent(its -> text.factorial(evaluation, its));
    text.plans(evaluation);
    Verdict verdict = evaluation.verdict();
    text.line("%n%s  %s", verdict.code(), verdict.sentence());
    verdict
        .factors()
        .forEach(one -> text.line("  %s: %s  %s", one.factor(), one.code(), one.sentence()));
    verdict.reasons().forEach(reason -> text.line("  - %s", reason));
    return text.out.toString();
  }

  private void head(Evaluation evaluation) {
    SampleRatioResult ratio = evaluation.ratios().get(0);
    line(
        "%s: %,d units%s",
        evaluation.mapping().name(),
        evaluation.units(),
        evaluation.days() > 0 ? String.format(Locale.ROOT, ", %,d days", evaluation.days()) : "");
    ratio
        .observed()
        .forEach(
            (variant, units) ->
                line(
                    "  %s: %,d, %.2f %% (promised %.2f %%)%s",
                    variant,
                    units,
                    100.0 * units / evaluation.units(),
                    100 * ratio.expected().get(variant) / evaluation.units(),
                    variant.equals(evaluation.mapping().control()) ? ", control" : ""));
    line(
        "sample ratio: chi2 %.4f, p %.4f, sequential p %.4f; %s",
        ratio.statistic(), ratio.p(), ratio.sequentialP(), ratio.ok() ? "as promised" : "BROKEN");
    evaluation.ratios().stream()
        .skip(1)
        .filter(one -> !one.ok())
        .forEach(one -> line("sample ratio of %s: BROKEN", one.segment()));
    var rules = evaluation.mapping().rules();
    line(
        "adjusted p: of %s, by %s",
        rules.looks() == EvaluationMapping.Looks.ONCE ? "one look" : "any number of looks",
        rules.correction().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    if (evaluation.contaminated() > 0) {
      line("%,d units have rows of several variants", evaluation.contaminated());
    }
    if (evaluation.withoutVariant() > 0) {
      line("%,d rows name no variant and are left out", evaluation.withoutVariant());
    }
  }

  private void factorial(Evaluation evaluation, Factorial factorial) {
    line("%n%s%n", FactorTable.INTERACTIONS);
    table(FactorTable.HEAD, FactorTable.rows(factorial.interactions()));
    line("%n%s%n", FactorTable.combinations(evaluation.mapping()));
    table(ResultTable.HEAD, ResultTable.rows(factorial.combinations()));
  }

  private void plans(Evaluation evaluation) {
    if (evaluation.plans().isEmpty()) {
      return;
    }
    line(
        "%nto see %s of %s",
        Figures.lift(evaluation.mapping().rules().worthwhile()),
        evaluation.mapping().primary().name());
    for (Plan plan : evaluation.plans()) {
      line(
          "  %s: %,d units for one look, %,d for any number; %,d are there, power %.2f%s",
          plan.variant(),
          plan.unitsForOneLook(),
          plan.unitsForAnyLooks(),
          plan.units(),
          plan.power(),
          plan.daysLeft() < 0
              ? ""
              : String.format(Locale.ROOT, "; days left: %,d", plan.daysLeft()));
    }
  }

  private void table(List<String> head, List<List<String>> rows) {
    var all = new ArrayList<List<String>>();
    all.add(head);
    all.addAll(rows);
    int[] widths = new int[head.size()];
    for (List<String> row : all) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    for (List<String> row : all) {
      var line = new StringBuilder();
      for (int c = 0; c < widths.length; c++) {
        String gap = " ".repeat(widths[c] - row.get(c).length());
        line.append("  ").append(c < TEXT_COLUMNS ? row.get(c) + gap : gap + row.get(c));
      }
      out.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
  }

  private void line(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }
}
