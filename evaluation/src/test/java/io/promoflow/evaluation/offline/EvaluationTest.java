package io.promoflow.evaluation.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.replay.MappingException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluationTest {
  private static final Percentage ONE_IN_A_BILLION = Percentage.withPercentage(1e-7);
  private static final LocalDate DAY = PaperTable.MONDAY;
  private static final String HEAD = "variant: arm\ncontrol: off\nmetrics:\n";

  @TempDir private Path folder;

  private static PaperTable fortnight() {
    return new PaperTable(7).arm("off", 3_000, 0.3, 10, 14).arm("on", 3_000, 0.35, 10, 14);
  }

  private static MetricResult only(Evaluation evaluation) {
    assertThat(evaluation.results()).hasSize(1);
    return evaluation.results().get(0);
  }

  @Test
  void rowsOfAUnitAddUpAndItsFirstVariantCounts() {
    var evaluation =
        new PaperTable(1)
            .line("ada,off,2026-01-06,1,5,0,1")
            .line("bob,on,2026-01-05,0,0,0,1")
            .line("ada,off,2026-01-05,1,7,0,1")
            .line("bob,off,2026-01-07,1,4,0,1")
            .line("cyd,,2026-01-05,1,4,0,1")
            .evaluated(
                folder,
                HEAD
                    + """
                      - {name: spend, role: primary}
                      - {name: bought, kind: proportion}
                    unit: id
                    time: day
                    """);
    assertThat(evaluation.units()).isEqualTo(2);
    assertThat(evaluation.days()).isEqualTo(1);
    assertThat(evaluation.contaminated()).isEqualTo(1);
    assertThat(evaluation.withoutVariant()).isEqualTo(1);
    var spend = evaluation.results().get(0).comparison();
    assertThat(spend.control().mean()).isEqualTo(12);
    assertThat(spend.variant().mean()).isEqualTo(4);
    assertThat(evaluation.results().get(1).comparison().control().mean()).isEqualTo(1);
  }

  @Test
  void covariateShrinksTheErrorAndWhereItIsMissingItBiasesNothing() {
    String plain = HEAD + "  - {name: spend, role: primary}\n";
    String cuped = HEAD + "  - {name: spend, role: primary, covariate: before}\n";
    var table = new PaperTable(5);
    for (String arm : List.of("off", "on")) {
      table.arm(arm, 2_000, 1, 10, 7);
    }
    table.line("x,on,2026-01-05,1,10,,1");
    double before = only(table.evaluated(folder, plain)).comparison().standardError();
    var adjusted = only(table.evaluated(folder, cuped));
    // spend = taste + noise of half its size: the covariate explains 1 / (1 + 0.25) of the variance
    assertThat(Math.pow(adjusted.comparison().standardError() / before, 2))
        .isCloseTo(0.2, within(0.02));
    assertThat(adjusted.cuped().orElseThrow().varianceRatio()).isCloseTo(0.2, within(0.02));
  }

  @Test
  void winsorisingCutsOutliersAtTheQuantileOfAllVariants() {
    var table = new PaperTable(1);
    for (int i = 1; i <= 100; i++) {
      table.row(i % 2 == 0 ? "off" : "on", DAY, 1, i == 100 ? 1_000_000 : i, 0, 1);
    }
    var result =
        only(table.evaluated(folder, HEAD + "  - {name: spend, role: primary, winsorise: 0.99}\n"));
    assertThat(result.comparison().control().mean()).isEqualTo((2550 - 100 + 99) / 50.0);
  }

  @Test
  void quantileIsComparedByItsOrderStatistics() {
    var table = new PaperTable(2);
    table.arm("off", 2_000, 1, 10, 7).arm("on", 2_000, 1, 11, 7);
    var result =
        only(
            table.evaluated(
                folder,
                HEAD + "  - {name: spend, kind: quantile, quantile: 0.9, role: primary}\n"));
    // 90 % quantile of N(m, 1.118) is m + 1.433
    assertThat(result.comparison().control().mean()).isCloseTo(11.43, within(0.15));
    assertThat(result.comparison().difference()).isCloseTo(1, within(0.2));
    assertThat(result.p()).isLessThan(1e-6);
  }

  @Test
  void aggregateRowsSayTheSameAsTheirUnits() throws Exception {
    String units =
        HEAD
            + """
              - {name: bought, kind: proportion, role: primary}
              - {name: spend}
              - {name: rate, kind: ratio, column: bought, denominator: views}
            time: day
            """;
    PaperTable table = fortnight();
    Evaluation byUnit = table.evaluated(folder, units);
    Path aggregate = folder.resolve("aggregate.csv");
    java.nio.file.Files.writeString(aggregate, aggregated(table.in(folder)));
    String mapping =
        HEAD
            + """
              - {name: bought, kind: proportion, role: primary}
              - {name: spend, squares: spend2}
              - {name: rate, kind: ratio, column: bought, denominator: views,
                 squares: bought, denominatorSquares: views2, cross: cross}
            units: n
            time: day
            """;
    Evaluation byDay = Evaluation.of(EvaluationMapping.parse("m", mapping), aggregate);
    assertThat(byDay.units()).isEqualTo(byUnit.units());
    assertThat(byDay.overTime()).hasSameSizeAs(byUnit.overTime()).hasSize(14);
    for (int i = 0; i < byUnit.results().size(); i++) {
      var a = byUnit.results().get(i).comparison();
      var b = byDay.results().get(i).comparison();
      assertThat(b.difference()).isCloseTo(a.difference(), ONE_IN_A_BILLION);
      assertThat(b.standardError()).isCloseTo(a.standardError(), ONE_IN_A_BILLION);
      assertThat(b.p()).isCloseTo(a.p(), Percentage.withPercentage(1e-5));
    }
  }

  private static String aggregated(Path table) throws Exception {
    var sums = new TreeMap<String, double[]>();
    for (String line : java.nio.file.Files.readAllLines(table).subList(1, 6_001)) {
      String[] cells = line.split(",", -1);
      double bought = Double.parseDouble(cells[3]);
      double spend = Double.parseDouble(cells[4]);
      double views = Double.parseDouble(cells[6]);
      double[] row = sums.computeIfAbsent(cells[1] + "," + cells[2], key -> new double[7]);
      double[] more = {1, bought, spend, spend * spend, views, views * views, bought * views};
      for (int i = 0; i < row.length; i++) {
        row[i] += more[i];
      }
    }
    var out = new StringBuilder("arm,day,n,bought,spend,spend2,views,views2,cross\n");
    sums.forEach(
        (key, row) -> {
          out.append(key);
          for (double cell : row) {
            out.append(',').append(cell);
          }
          out.append('\n');
        });
    return out.toString();
  }

  @Test
  void lastDayOfTheCourseIsTheWholeResult() {
    var evaluation =
        fortnight().evaluated(folder, HEAD + "  - {name: spend, role: primary}\ntime: day\n");
    var last = evaluation.overTime().get(13);
    assertThat(last.day()).isEqualTo(DAY.plusDays(13));
    assertThat(last.result().comparison().difference())
        .isCloseTo(only(evaluation).comparison().difference(), ONE_IN_A_BILLION);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x,on,2026-01-05,2,1,0,1    | row 3: bought: must be 0 or 1, is '2.0'",
        "x,on,2026-01-05,1,much,0,1 | row 3: spend: must be a number, is 'much'",
        "x,on,soon,1,1,0,1          | row 3: day: must begin with a date such as 2026-01-05, is 'soon'",
        "x,odd,2026-01-05,1,1,0,1   | row 3: arm: must be one of [off, on], is 'odd'",
        "x,on,2026-01-05            | row 3: must have 7 fields"
      })
  void wrongValuesAreRefusedWithTheirRow(String line, String problem) {
    String mapping =
        HEAD
            + """
              - {name: bought, kind: proportion, role: primary}
              - {name: spend}
            time: day
            weights: [{variant: off, weight: 1}, {variant: on, weight: 1}]
            """;
    var table = new PaperTable(1).row("off", DAY, 1, 1, 0, 1).row("on", DAY, 1, 1, 0, 1).line(line);
    assertThatThrownBy(() -> table.evaluated(folder, mapping))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("table.csv: " + problem);
  }

  @Test
  void tableWithoutControlOrWithoutTheColumnIsRefused() {
    String mapping = HEAD + "  - {name: spend, role: primary}\n";
    var table = new PaperTable(1).row("on", DAY, 1, 1, 0, 1);
    assertThatThrownBy(() -> table.evaluated(folder, mapping))
        .hasMessageContaining("no row with arm 'off'");
    assertThatThrownBy(() -> table.evaluated(folder, mapping.replace("spend", "profit")))
        .hasMessageContaining("has no column 'profit'");
  }

  @Test
  @SuppressWarnings("unchecked")
  void reportHasTheFieldsThatProgramsReadAndNoOtherKindOfNumber() throws Exception {
    var evaluation =
        fortnight()
            .evaluated(
                folder,
                HEAD
                    + """
                      - {name: bought, kind: proportion, role: primary}
                      - {name: spend, role: guardrail, margin: 0.1, covariate: before}
                    segments: [views]
                    time: day
                    """);
    Map<String, Object> report = EvaluationReport.fields(evaluation);
    assertThat(report).containsKeys("units", "variants", "sampleRatio", "results", "verdict");
    assertThat((Map<String, Object>) report.get("sampleRatio"))
        .containsKeys("p", "sequentialP", "ok");
    assertThat((Map<String, Object>) report.get("verdict"))
        .containsKeys("code", "sentence", "reasons");
    for (Object result : (List<Object>) report.get("results")) {
      assertThat((Map<String, Object>) result)
          .containsKeys(
              "metric",
              "variant",
              "control",
              "segment",
              "mean",
              "controlMean",
              "difference",
              "standardError",
              "low",
              "high",
              "alwaysValidLow",
              "alwaysValidHigh",
              "p",
              "adjustedP",
              "relativeLift",
              "relativeLow",
              "relativeHigh");
    }
    String json = io.promoflow.ingestion.wire.Wire.text(report);
    assertThat(json).doesNotContain("NaN").doesNotContain("Infinity");
  }

  @Test
  void pageNeedsNothingElseAndEscapesWhatTheTableSays() {
    var evaluation =
        new PaperTable(1)
            .arm("off", 500, 0.3, 10, 14)
            .arm("<script>&", 500, 0.3, 10, 14)
            .evaluated(folder, HEAD + "  - {name: spend, role: primary}\ntime: day\n");
    String page = EvaluationPage.of(evaluation);
    assertThat(page)
        .doesNotContain("<script")
        .doesNotContain("NaN")
        .doesNotContain("href")
        .contains("&lt;script&gt;&amp;")
        .contains("Effect over time")
        .endsWith("</html>\n");
    assertThat(page.split("<svg", -1)).hasSize(4);
    assertThat(page.split("</svg>", -1)).hasSize(4);
  }
}
