package io.promoflow.evaluation;

import static io.promoflow.evaluation.TestShop.CONTROL;
import static io.promoflow.evaluation.TestShop.NOON;
import static io.promoflow.evaluation.TestShop.TEN_OFF;
import static io.promoflow.evaluation.TestShop.teaTest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.inference.MultipleTests;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Judgements against the results they rest on, and against plain regression. */
class JudgementBookTest {
  private static final double ALPHA = 0.05;
  private static final int SHOPPERS = 400;

  /** Values of the shoppers of a cell, before and after exposure. */
  private record Cell(long[] before, long[] after) {
    CellSums sums() {
      CellSums sums = CellSums.ZERO;
      for (int i = 0; i < after.length; i++) {
        sums = sums.plus(Shipped.shopper(totals(after[i]), totals(before[i]), false));
      }
      return sums;
    }
  }

  private static ShopperTotals totals(long cents) {
    var totals = new ShopperTotals(0.3);
    if (cents > 0) {
      totals.add(Outcome.of(TestShop.placed("e" + cents, "ada", NOON, "o" + cents, cents, 0)));
    }
    return totals;
  }

  private static Cell cell(long seed, double gain) {
    var random = new SplittableRandom(seed);
    long[] before = new long[SHOPPERS];
    long[] after = new long[SHOPPERS];
    for (int i = 0; i < SHOPPERS; i++) {
      before[i] = random.nextInt(5) == 0 ? 0 : 1 + random.nextInt(10_000);
      after[i] = Math.max(0, Math.round(0.8 * before[i] + gain + random.nextInt(2_000)));
    }
    return new Cell(before, after);
  }

  private final Map<String, Map<String, Cell>> cells =
      Map.of(
          "s1", Map.of(CONTROL, cell(1, 0), TEN_OFF, cell(2, 2_500)),
          "s2", Map.of(CONTROL, cell(3, 0), TEN_OFF, cell(4, 0)));

  private Map<String, Strata> sums() {
    var sums = new HashMap<String, Strata>();
    cells.forEach(
        (segment, by) -> {
          var here = new HashMap<String, CellSums>();
          by.forEach((variant, cell) -> here.put(variant, cell.sums()));
          sums.put(segment, Strata.ofOneDraw(here));
        });
    return sums;
  }

  private List<Judgement> judgements(double days) {
    return new JudgementBook(teaTest(0.5, true), ALPHA, 1_000, 0.1, 0.02)
        .rows(sums(), days, NOON, NOON);
  }

  private Judgement judgement(String segment, String metric) {
    return judgements(2).stream()
        .filter(one -> one.segment().equals(segment) && one.metric().equals(metric))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void cupedIsTheRegressionOnGroupAndCovariate() {
    double[][] normal = new double[3][4]; // of 1, treated and before, with what they explain
    for (String variant : List.of(CONTROL, TEN_OFF)) {
      Cell cell = cells.get("s1").get(variant);
      for (int i = 0; i < SHOPPERS; i++) {
        double[] row = {1, variant.equals(TEN_OFF) ? 1 : 0, cell.before()[i], cell.after()[i]};
        for (int r = 0; r < 3; r++) {
          for (int c = 0; c < 4; c++) {
            normal[r][c] += row[r] * row[c];
          }
        }
      }
    }
    Judgement adjusted = judgement("s1", "spend");
    assertThat(adjusted.adjustedDifference()).isCloseTo(solved(normal)[1], within(1e-6));
    assertThat(adjusted.varianceRatio()).isBetween(0.01, 0.2);
    assertThat(adjusted.adjustedHigh() - adjusted.adjustedLow())
        .isLessThan(width("s1") * 0.5)
        .isPositive();
  }

  /** By Gauss and Jordan. */
  private static double[] solved(double[][] m) {
    for (int p = 0; p < m.length; p++) {
      for (int r = 0; r < m.length; r++) {
        double factor = r == p ? 0 : m[r][p] / m[p][p];
        for (int c = 0; c < m[r].length; c++) {
          m[r][c] -= factor * m[p][c];
        }
      }
    }
    return new double[] {m[0][3] / m[0][0], m[1][3] / m[1][1], m[2][3] / m[2][2]};
  }

  private double width(String segment) {
    ResultRow plain =
        new ResultBook("x", CONTROL, ALPHA, 1_000)
            .rows(sums(), NOON, NOON).stream()
                .filter(one -> one.segment().equals(segment) && one.metric().equals("spend"))
                .findFirst()
                .orElseThrow();
    return plain.alwaysValidHigh() - plain.alwaysValidLow();
  }

  @Test
  void pIsAdjustedOverAllMetricsAndSegmentsOfAVariant() {
    List<ResultRow> results = new ResultBook("x", CONTROL, ALPHA, 1_000).rows(sums(), NOON, NOON);
    double[] p =
        results.stream()
            .mapToDouble(row -> row.alwaysValidP() == null ? Double.NaN : row.alwaysValidP())
            .toArray();
    double[] holm = MultipleTests.HOLM.adjusted(p);
    double[] discovery = MultipleTests.BENJAMINI_HOCHBERG.adjusted(p);
    for (Judgement one : judgements(2)) {
      for (int i = 0; i < holm.length; i++) {
        ResultRow row = results.get(i);
        if (row.segment().equals(one.segment()) && row.metric().equals(one.metric())) {
          assertThat(one.holmP()).isEqualTo(Double.isNaN(holm[i]) ? null : (Double) holm[i]);
          assertThat(one.falseDiscoveryP())
              .isEqualTo(Double.isNaN(discovery[i]) ? null : (Double) discovery[i]);
        }
      }
    }
    assertThat(judgement("s1", "spend").holmP())
        .isGreaterThan(judgement("s1", "spend").falseDiscoveryP() - 1e-15);
  }

  @Test
  void anEffectInOneSegmentOnlyIsHeterogeneous() {
    assertThat(judgement("all", "spend").heterogeneityP()).isLessThan(0.05);
    assertThat(judgement("s1", "spend").heterogeneityP()).isNull();
  }

  @Test
  void beliefsFollowTheEffect() {
    assertThat(judgement("s1", "spend").probabilityBetter()).isGreaterThan(0.95);
    assertThat(judgement("s1", "spend").expectedLoss()).isLessThan(0.002);
    assertThat(judgement("s2", "spend").probabilityBetter()).isBetween(0.02, 0.98);
  }

  @Test
  void guardrailsOfTheExperimentAreJudgedAndNoOther() {
    assertThat(judgement("all", "conversion").guardrail()).isIn("HELD", "OPEN");
    assertThat(judgement("all", "spend").guardrail()).isNull();
  }

  @Test
  void aGuardrailThatSurelyLosesMoreThanItsMarginIsBroken() {
    Map<String, CellSums> here =
        Map.of(CONTROL, cell(1, 0).sums(), TEN_OFF, cell(2, -4_000).sums());
    List<Judgement> found =
        new JudgementBook(teaTest(0.5, true), ALPHA, 1_000, 0.1, 0.02)
            .rows(Map.of("s1", Strata.ofOneDraw(here)), 2, NOON, NOON);
    assertThat(found)
        .filteredOn(one -> one.metric().equals("conversion"))
        .hasSize(2)
        .allMatch(one -> one.guardrail().equals("BROKEN"));
  }

  @Test
  void daysLeftFollowThePaceSoFar() {
    Judgement spend = judgement("all", "spend");
    double units = 4.0 * SHOPPERS;
    assertThat(spend.unitsNeeded()).isGreaterThan(4L * SHOPPERS);
    assertThat(spend.daysLeft())
        .isCloseTo((spend.unitsNeeded() - units) / (units / 2), within(1e-9));
    assertThat(judgements(0)).allMatch(one -> one.daysLeft() == null);
  }

  @Test
  void withoutAnythingFromBeforeThereIsNoCuped() {
    var plain = Map.of("s1", Strata.ofOneDraw(Map.of(CONTROL, Shipped.shopper(totals(5), false))));
    assertThat(
            new JudgementBook(teaTest(0.5, true), ALPHA, 1_000, 0.1, 0.02)
                .rows(plain, 1, NOON, NOON))
        .allMatch(one -> one.adjustedDifference() == null);
  }
}
