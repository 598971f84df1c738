package io.promoflow.evaluation.offline;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** An evaluation as one HTML file that needs no other: no script, no style sheet, no picture. */
public final class EvaluationPage {
  private static final String STYLE =
      """
      body{font:15px/1.5 sans-serif;color:#222;max-width:1200px;margin:2em auto;padding:0 1em}
      table{border-collapse:collapse;font-size:13px;display:block;overflow-x:auto}
      th,td{padding:3px 10px;border-bottom:1px solid #ddd;text-align:right;white-space:nowrap}
      th:nth-child(-n+3),td:nth-child(-n+3){text-align:left}
      .verdict{border-left:6px solid #3b6ea5;padding:.5em 1em;background:#f3f6fa}
      .SHIP{border-color:#2e7d4f}.HARMFUL,.BROKEN_SAMPLE_RATIO{border-color:#b03a2e}
      """;

  private final StringBuilder out = new StringBuilder();

  private EvaluationPage() {}

  /** The whole file. */
  public static String of(Evaluation evaluation) {
    var page = new EvaluationPage();
    String name = Svg.escaped(evaluation.mapping().name());
    page.out.append(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>"
            + name
            + "</title><style>\n"
            + STYLE
            + "</style></head><body>\n<h1>"
            + name
            + "</h1>\n");
    page.paragraph(evaluation.mapping().description());
    page.verdict(evaluation.verdict());
    page.effects(evaluation);
    evaluation.factorial().ifPresent(its -> page.factorial(evaluation, its));
    page.heading("Sample ratio");
    SampleRatioResult ratio = evaluation.ratios().get(0);
    page.out.append(Plots.sampleRatio(ratio));
    page.paragraph(
        "χ² "
            + Figures.statistic(ratio.statistic())
            + ", p "
            + Figures.p(ratio.p())
            + "; p that may be watched all the time "
            + Figures.p(ratio.sequentialP()));
    page.heading("All results");
    page.table(ResultTable.HEAD, ResultTable.rows(evaluation.results()));
    page.out.append("</body></html>\n");
    return page.out.toString();
  }

  private void verdict(Verdict verdict) {
    out.append("<div class=\"verdict " + verdict.code() + "\"><p><strong>")
        .append(verdict.code())
        .append("</strong> ")
        .append(Svg.escaped(verdict.sentence()))
        .append("</p><ul>\n");
    verdict
        .factors()
        .forEach(
            one ->
                out.append("<li>")
                    .append(Svg.escaped(one.factor() + ": " + one.code() + " " + one.sentence()))
                    .append("</li>\n"));
    verdict
        .reasons()
        .forEach(reason -> out.append("<li>").append(Svg.escaped(reason)).append("</li>\n"));
    out.append("</ul></div>\n");
  }

  private void effects(Evaluation evaluation) {
    heading("Differences");
    paragraph(
        "In per cent of the control's mean. Thick: interval for one look. Thin: interval that may"
            + " be watched all the time.");
    var segments = new LinkedHashSet<String>();
    evaluation.results().forEach(result -> segments.add(result.segment()));
    for (String segment : segments) {
      var its = new ArrayList<MetricResult>();
      evaluation.results().stream().filter(r -> r.segment().equals(segment)).forEach(its::add);
      if (segments.size() > 1) {
        out.append("<h3>").append(Svg.escaped(segment)).append("</h3>\n");
      }
      out.append(Plots.intervals("differences, " + segment, its));
    }
    if (!evaluation.overTime().isEmpty()) {
      heading("Effect over time");
      paragraph("The band may be watched all the time.");
      Plots.overTime(evaluation.overTime()).forEach(out::append);
    }
  }

  private void factorial(Evaluation evaluation, Factorial factorial) {
    paragraph(FactorTable.MAIN_EFFECTS);
    heading("Interactions");
    paragraph("Lines that run in parallel: the factors act apart.");
    FactorPlots.pairs(evaluation).forEach(out::append);
    paragraph(FactorTable.INTERACTIONS);
    table(FactorTable.HEAD, FactorTable.rows(factorial.interactions()));
    heading("Combinations");
    paragraph(FactorTable.combinations(evaluation.mapping()));
    table(ResultTable.HEAD, ResultTable.rows(factorial.combinations()));
  }

  private void heading(String text) {
    out.append("<h2>").append(Svg.escaped(text)).append("</h2>\n");
  }

  private void paragraph(String text) {
    out.append("<p>").append(Svg.escaped(text)).append("</p>\n");
  }

  private void table(List<String> head, List<List<String>> rows) {
    out.append("<table><thead><tr>");
    head.forEach(cell -> out.append("<th>").append(Svg.escaped(cell)).append("</th>"));
    out.append("</tr></thead><tbody>\n");
    for (List<String> row : rows) {
      out.append("<tr>");
      row.forEach(cell -> out.append("<td>").append(Svg.escaped(cell)).append("</td>"));
      out.append("</tr>\n");
    }
    out.append("</tbody></table>\n");
  }
}
