package io.promoflow.evaluation.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.offline.Verdict.Code;
import io.promoflow.ingestion.replay.MappingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Experiments of two factors with known truth: mail (no, yes) and discount (none, small, large).
 */
class FactorialEvaluationTest {
  private static final Percentage ONE_IN_A_BILLION = Percentage.withPercentage(1e-7);
  private static final List<String> MAILS = List.of("no", "yes");
  private static final List<String> DISCOUNTS = List.of("none", "small", "large");
  private static final String FACTORS =
      "factors: [{column: mail, control: no}, {column: discount, control: none}]\n";
  private static final String SPEND = FACTORS + "metrics: [{name: spend, role: primary}]\n";

  @TempDir private Path folder;

  private final List<EffectCodedFit.Row> rows = new ArrayList<>();

  /** Shoppers of one combination, who spend {@code mean} give or take {@code deviation}. */
  private void add(int mail, int discount, int shoppers, double mean, double deviation) {
    var random = new Random(31 * mail + discount);
    for (int i = 0; i < shoppers; i++) {
      rows.add(new EffectCodedFit.Row(mail, discount, mean + deviation * random.nextGaussian()));
    }
  }

  private Path table(String... more) {
    var out = new StringBuilder("mail,discount,day,spend,half\n");
    int number = 0;
    for (EffectCodedFit.Row row : rows) {
      out.append(MAILS.get(row.mail())).append(',').append(DISCOUNTS.get(row.discount()));
      out.append(",2026-01-").append(10 + number % 10).append(',').append(row.outcome());
      out.append(',').append(number++ % 2).append('\n');
    }
    for (String line : more) {
      out.append(line).append('\n');
    }
    try {
      return Files.writeString(folder.resolve("table.csv"), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Evaluation evaluated(String mapping, String... more) {
    try {
      return Evaluation.of(EvaluationMapping.parse("factors.yaml", mapping), table(more));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MetricResult mainEffect(Evaluation evaluation, String variant) {
    return evaluation.results().stream()
        .filter(r -> r.variant().equals(variant) && r.segment().equals(ExperimentSums.ALL))
        .findFirst()
        .orElseThrow();
  }

  private static Interaction interaction(Evaluation evaluation, String second) {
    return evaluation.factorial().orElseThrow().interactions().stream()
        .filter(one -> one.second().equals(second))
        .findFirst()
        .orElseThrow();
  }

  /** Cells of very different sizes and scatter; {@code together} is planted on both at once. */
  private void plantTwoByThree(double together) {
    add(0, 0, 400, 10, 3);
    add(0, 1, 250, 11, 5);
    add(0, 2, 300, 9, 2);
    add(1, 0, 120, 12, 4);
    add(1, 1, 700, 13 + together, 1);
    add(1, 2, 90, 11 - together, 6);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 2})
  void effectsAreThoseOfLeastSquaresWithEffectCoding(double together) {
    plantTwoByThree(together);
    Evaluation evaluation = evaluated(SPEND);
    var fit = new EffectCodedFit(rows);

    isThatOf(fit, mainEffect(evaluation, "mail=yes"), 0, 2, 0, 0, 0, 0);
    isThatOf(fit, mainEffect(evaluation, "discount=small"), 0, 0, 2, 1, 0, 0);
    isThatOf(fit, mainEffect(evaluation, "discount=large"), 0, 0, 1, 2, 0, 0);
    isThatOf(fit, interaction(evaluation, "discount=small"), 0, 0, 0, 0, 4, 2);
    isThatOf(fit, interaction(evaluation, "discount=large"), 0, 0, 0, 0, 2, 4);
    assertThat(evaluation.results()).hasSize(3);
    assertThat(evaluation.factorial().orElseThrow().interactions()).hasSize(2);
  }

  private static void isThatOf(EffectCodedFit fit, MetricResult result, double... weights) {
    var its = result.comparison();
    assertThat(its.difference()).isCloseTo(fit.estimate(weights), ONE_IN_A_BILLION);
    assertThat(its.standardError()).isCloseTo(fit.error(weights), ONE_IN_A_BILLION);
  }

  private static void isThatOf(EffectCodedFit fit, Interaction result, double... weights) {
    var its = result.contrast();
    assertThat(its.estimate()).isCloseTo(fit.estimate(weights), ONE_IN_A_BILLION);
    assertThat(its.standardError()).isCloseTo(fit.error(weights), ONE_IN_A_BILLION);
  }

  /** Σ c²v/n and its degrees of freedom by plain loops over the rows of each combination. */
  @Test
  void degreesOfFreedomAndWhatRestsOnThemAreThoseOfAllCells() {
    plantTwoByThree(2);
    Evaluation evaluation = evaluated(SPEND);
    double squared = 0;
    double spread = 0;
    for (int mail = 0; mail < 2; mail++) {
      for (int discount = 0; discount < 3; discount++) {
        int m = mail;
        int d = discount;
        double[] cell =
            rows.stream()
                .filter(row -> row.mail() == m && row.discount() == d)
                .mapToDouble(EffectCodedFit.Row::outcome)
                .toArray();
        double mean = java.util.Arrays.stream(cell).average().orElseThrow();
        double variance =
            java.util.Arrays.stream(cell).map(y -> (y - mean) * (y - mean)).sum()
                / (cell.length - 1);
        double part = variance / cell.length / 9;
        squared += part;
        spread += part * part / (cell.length - 1);
      }
    }
    double df = squared * squared / spread;
    MetricResult mail = mainEffect(evaluation, "mail=yes");
    assertThat(mail.comparison().degreesOfFreedom()).isCloseTo(df, ONE_IN_A_BILLION);
    var student = org.apache.commons.statistics.distribution.TDistribution.of(df);
    double t = mail.comparison().difference() / Math.sqrt(squared);
    assertThat(mail.p()).isCloseTo(2 * student.survivalProbability(t), ONE_IN_A_BILLION);
    assertThat(mail.comparison().high() - mail.comparison().difference())
        .isCloseTo(
            student.inverseSurvivalProbability(0.025) * Math.sqrt(squared), ONE_IN_A_BILLION);
    double half = new AlwaysValid(0.05, 1_000).multiplier(rows.size()) * Math.sqrt(squared);
    assertThat(mail.alwaysValidHalf()).isCloseTo(half, ONE_IN_A_BILLION);
    assertThat(mail.comparison().totalUnits()).isEqualTo(rows.size());
  }

  /** Nine in ten of those with mail have the discount: a pooled mean would give mail its effect. */
  @Test
  void sizesOfCombinationsDoNotMixTheEffects() {
    add(0, 0, 2_000, 10, 1);
    add(0, 1, 2_000, 14, 1);
    add(1, 0, 400, 10, 1);
    add(1, 1, 3_600, 14, 1);
    Evaluation evaluation =
        evaluated(
            SPEND
                .replace(
                    "control: no}",
                    "control: no, weights: [{level: no, weight: 1}, {level: yes, weight: 1}]}")
                .replace(
                    "control: none}",
                    "control: none, weights: [{level: none, weight: 1}, {level: small, weight: 1}]}"));
    assertThat(mainEffect(evaluation, "mail=yes").comparison().difference())
        .isCloseTo(0, within(0.15));
    assertThat(evaluation.ratios().get(0).observed())
        .containsEntry("mail=yes, discount=none", 400L)
        .containsEntry("mail=yes, discount=small", 3_600L);
    assertThat(evaluation.verdict().code()).isEqualTo(Code.BROKEN_SAMPLE_RATIO);
  }

  @Test
  void factorsThatActApartAreJudgedEach() {
    add(0, 0, 1_500, 10, 2);
    add(0, 1, 1_500, 11, 2);
    add(1, 0, 1_500, 9, 2);
    add(1, 1, 1_500, 10, 2);
    Verdict verdict = evaluated(SPEND).verdict();
    assertThat(verdict.factors())
        .extracting(Verdict.OfFactor::factor, Verdict.OfFactor::code, Verdict.OfFactor::alone)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("mail", Code.HARMFUL, true),
            org.assertj.core.groups.Tuple.tuple("discount", Code.SHIP, true));
    assertThat(verdict.code()).isEqualTo(Code.SHIP);
    assertThat(verdict.sentence())
        .contains("Switch mail=yes off")
        .contains("Ship discount=small: it is better in spend");
    assertThat(verdict.reasons())
        .anyMatch(reason -> reason.startsWith("mail=yes: spend is worse: -"))
        .anyMatch(reason -> reason.startsWith("mail: no interaction is sure; the clearest, "));
  }

  /** Each helps alone and both together are as good as none: both main effects are about 0. */
  @Test
  void surelyInteractingFactorsAreNotReadAloneAndCombinationsAreJudged() {
    add(0, 0, 1_500, 10, 2);
    add(0, 1, 1_500, 11, 2);
    add(1, 0, 1_500, 12, 2);
    add(1, 1, 1_500, 10, 2);
    Evaluation evaluation = evaluated(SPEND);
    Interaction both = interaction(evaluation, "discount=small");
    assertThat(both.contrast().estimate()).isCloseTo(-3, within(0.4));
    assertThat(both.adjustedP()).isLessThan(1e-6);
    Verdict verdict = evaluation.verdict();
    assertThat(verdict.factors()).noneMatch(Verdict.OfFactor::alone);
    assertThat(verdict.factors().get(0).sentence())
        .isEqualTo(
            "Do not read the main effect of mail alone: what it does to spend depends on"
                + " discount.");
    assertThat(verdict.code()).isEqualTo(Code.SHIP);
    assertThat(verdict.sentence())
        .startsWith(
            "The factors do not act apart, so combinations are judged. Ship mail=yes,"
                + " discount=none: it is better");
    assertThat(verdict.reasons())
        .anyMatch(r -> r.startsWith("mail=yes × discount=small interact: together -"))
        .anyMatch(r -> r.startsWith("mail=yes, discount=none: spend is better: +"));
    assertThat(evaluation.factorial().orElseThrow().combinations())
        .extracting(MetricResult::variant)
        .containsExactly(
            "mail=no, discount=small", "mail=yes, discount=none", "mail=yes, discount=small");
  }

  @Test
  void adjustedPCountsAllInteractionsOfThePrimaryMetric() {
    plantTwoByThree(0.7);
    Evaluation evaluation = evaluated(SPEND + "looks: once\n");
    List<Interaction> both = evaluation.factorial().orElseThrow().interactions();
    double small = both.get(0).contrast().p();
    double large = both.get(1).contrast().p();
    double[] holm = {2 * Math.min(small, large), Math.max(small, large)};
    assertThat(Math.min(both.get(0).adjustedP(), both.get(1).adjustedP()))
        .isCloseTo(Math.min(1, holm[0]), ONE_IN_A_BILLION);
    assertThat(Math.max(both.get(0).adjustedP(), both.get(1).adjustedP()))
        .isCloseTo(Math.min(1, Math.max(holm[0], holm[1])), ONE_IN_A_BILLION);
  }

  @Test
  void sharesOfCombinationsAreTheProductsOfTheirLevels() {
    add(0, 0, 2_400, 10, 2);
    add(0, 1, 600, 10, 2);
    add(1, 0, 800, 10, 2);
    add(1, 1, 200, 10, 2);
    Evaluation evaluation =
        evaluated(
            """
            factors:
              - {column: mail, control: no, weights: [{level: no, weight: 3}, {level: yes, weight: 1}]}
              - {column: discount, control: none,
                 weights: [{level: none, weight: 80}, {level: small, weight: 20}]}
            metrics: [{name: spend, role: primary}]
            """);
    assertThat(evaluation.ratios().get(0).expected().get("mail=no, discount=none"))
        .isCloseTo(2_400, ONE_IN_A_BILLION);
    assertThat(evaluation.ratios().get(0).statistic()).isCloseTo(0, within(1e-9));
  }

  @Test
  void aggregateRowsGiveTheSameEffects() throws Exception {
    plantTwoByThree(2);
    Evaluation byUnit = evaluated(SPEND);
    var sums = new TreeMap<String, double[]>();
    for (EffectCodedFit.Row row : rows) {
      double[] its =
          sums.computeIfAbsent(
              MAILS.get(row.mail()) + "," + DISCOUNTS.get(row.discount()), key -> new double[3]);
      its[0]++;
      its[1] += row.outcome();
      its[2] += row.outcome() * row.outcome();
    }
    var out = new StringBuilder("mail,discount,n,spend,squares\n");
    sums.forEach(
        (key, its) -> out.append(key + "," + (long) its[0] + "," + its[1] + "," + its[2] + "\n"));
    Path file = Files.writeString(folder.resolve("aggregate.csv"), out);
    String mapping =
        FACTORS + "units: n\nmetrics: [{name: spend, squares: squares, role: primary}]\n";
    Evaluation bySum = Evaluation.of(EvaluationMapping.parse("m", mapping), file);
    for (int i = 0; i < 3; i++) {
      var a = byUnit.results().get(i).comparison();
      var b = bySum.results().get(i).comparison();
      assertThat(b.difference()).isCloseTo(a.difference(), ONE_IN_A_BILLION);
      assertThat(b.standardError()).isCloseTo(a.standardError(), ONE_IN_A_BILLION);
    }
  }

  @Test
  @SuppressWarnings("unchecked")
  void reportTextAndPageTellFactorsInteractionsAndCombinations() {
    for (int discount = 0; discount < 3; discount++) {
      add(0, discount, 300, 10, 2);
      add(1, discount, 300, discount == 1 ? 14 : 11, 2);
    }
    Evaluation evaluation = evaluated(SPEND + "time: day\nsegments: [half]\n");
    Map<String, Object> report = EvaluationReport.fields(evaluation);
    assertThat((List<Map<String, Object>>) report.get("factors"))
        .containsExactly(
            Map.of("column", "mail", "control", "no", "levels", List.of("no", "yes")),
            Map.of(
                "column",
                "discount",
                "control",
                "none",
                "levels",
                List.of("none", "large", "small")));
    assertThat((List<Map<String, Object>>) report.get("interactions"))
        .hasSize(2)
        .allSatisfy(
            one ->
                assertThat(one)
                    .containsKeys(
                        "metric",
                        "first",
                        "second",
                        "difference",
                        "standardError",
                        "low",
                        "high",
                        "alwaysValidLow",
                        "alwaysValidHigh",
                        "p",
                        "alwaysValidP",
                        "adjustedP"));
    assertThat((List<Object>) report.get("combinations")).hasSize(5);
    var verdict = (Map<String, Object>) report.get("verdict");
    assertThat((List<Map<String, Object>>) verdict.get("factors"))
        .extracting(one -> one.get("factor"))
        .containsExactly("mail", "discount");
    assertThat(io.promoflow.ingestion.wire.Wire.text(report)).doesNotContain("NaN");

    assertThat(EvaluationText.of(evaluation))
        .contains(FactorTable.MAIN_EFFECTS)
        .contains("mail=yes  discount=large")
        .contains("Combinations: each against mail=no, discount=none.");
    String page = EvaluationPage.of(evaluation);
    assertThat(page)
        .contains("spend by mail and discount</title>")
        .contains("<h2>Interactions</h2>")
        .contains("<h2>Combinations</h2>")
        .doesNotContain("NaN");
    assertThat(evaluation.results()).hasSize(9);
    assertThat(evaluation.overTime()).hasSize(30);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no,large,2026-01-10,1,0 | has no row with mail=yes, discount=large; every combination of the factors must have some",
        "no,none,2026-01-10,much,0 | row 5: spend: must be a number, is 'much'"
      })
  void tableThatLacksSomethingIsRefused(String line, String problem) {
    add(0, 0, 1, 1, 1);
    add(0, 1, 1, 1, 1);
    add(1, 0, 1, 1, 1);
    add(1, 1, 1, 1, 1);
    assertThatThrownBy(() -> evaluated(SPEND, line))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("table.csv: " + problem);
  }

  @Test
  void factorWithoutASecondLevelOrWithAnUnknownOneIsRefused() {
    add(0, 0, 5, 1, 1);
    add(0, 1, 5, 1, 1);
    assertThatThrownBy(() -> evaluated(SPEND))
        .hasMessageContaining("table.csv: has no mail beside the control 'no'");
    String weights =
        """
        factors:
          - {column: mail, control: no, weights: [{level: no, weight: 1}, {level: yes, weight: 1}]}
          - {column: discount, control: none, weights: [{level: none, weight: 1}, {level: small, weight: 1}]}
        metrics: [{name: spend, role: primary}]
        """;
    assertThatThrownBy(() -> evaluated(weights, "maybe,none,2026-01-10,1,0"))
        .hasMessageContaining("table.csv: row 11: mail: must be one of [no, yes], is 'maybe'");
  }

  @Test
  void rowsWithoutALevelAreLeftOutAndCounted() {
    add(0, 0, 150, 1, 1);
    add(0, 1, 150, 1, 1);
    add(1, 0, 150, 1, 1);
    add(1, 1, 150, 1, 1);
    Evaluation evaluation = evaluated(SPEND, "yes,,2026-01-10,1,0", ",none,2026-01-10,1,0");
    assertThat(evaluation.units()).isEqualTo(600);
    assertThat(evaluation.withoutVariant()).isEqualTo(2);
  }
}
