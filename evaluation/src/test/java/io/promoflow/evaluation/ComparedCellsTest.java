package io.promoflow.evaluation;

import static io.promoflow.evaluation.TestShop.CONTROL;
import static io.promoflow.evaluation.TestShop.TEN_OFF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Two draws, the second of which gives more shoppers to the treatment, in a better week. */
class ComparedCellsTest {
  private static final List<String> BOTH = List.of(TEN_OFF, CONTROL);
  private static final Metric ORDER_VALUE = metric("order_value");
  private static final Metric MEDIAN = metric("order_value_median");

  private static Metric metric(String id) {
    return Metrics.shipped().named(id).orElseThrow();
  }

  /** Shoppers who order once or twice, worth about so much. */
  private static CellSums shoppers(long seed, int units, long cents) {
    var random = new SplittableRandom(seed);
    CellSums sums = CellSums.ZERO;
    for (int i = 0; i < units; i++) {
      var totals = new ShopperTotals(0.3);
      for (int k = 0; k <= random.nextInt(2); k++) {
        String id = "o" + i + "-" + k;
        long value = cents + random.nextInt(1_000);
        totals.add(Outcome.of(TestShop.placed("e" + id, "ada", TestShop.NOON, id, value, 0)));
      }
      sums = sums.plus(Shipped.shopper(totals, false));
    }
    return sums;
  }

  private static final Map<String, CellSums> EVEN =
      Map.of(CONTROL, shoppers(1, 400, 2_000), TEN_OFF, shoppers(2, 400, 2_000));
  private static final Map<String, CellSums> SHIFTED =
      Map.of(CONTROL, shoppers(3, 100, 9_000), TEN_OFF, shoppers(4, 700, 9_000));

  private static Strata strata() {
    return new Strata(new TreeMap<>(Map.of("even", EVEN, "shifted", SHIFTED)));
  }

  private static Comparison of(Strata strata, Metric metric) {
    return strata.comparison(TEN_OFF, CONTROL, metric, 0.05);
  }

  private static Comparison alone(Map<String, CellSums> cells, Metric metric) {
    return Comparison.of(
        Group.of(cells.get(TEN_OFF), metric), Group.of(cells.get(CONTROL), metric), 0.05);
  }

  @Test
  void withOneDrawEveryDigitIsThatOfThePlainComparison() {
    for (Metric metric : Metrics.shipped()) {
      assertThat(of(Strata.ofOneDraw(SHIFTED), metric)).isEqualTo(alone(SHIFTED, metric));
      var scopes = List.of(Strata.ofOneDraw(EVEN), Strata.ofOneDraw(SHIFTED));
      Strata together = Strata.together(scopes);
      assertThat(of(together, metric))
          .as("segments of the same weights are one draw")
          .isEqualTo(alone(together.pooled(), metric));
    }
  }

  @Test
  void differencesOfDrawsWeighByTheShoppersThatBothVariantsHave() {
    Comparison even = alone(EVEN, Shipped.SPEND);
    Comparison shifted = alone(SHIFTED, Shipped.SPEND);
    double first = 400.0 * 400 / 800 / (400.0 * 400 / 800 + 100.0 * 700 / 800);
    double second = 1 - first;
    Comparison both = of(strata(), Shipped.SPEND);
    assertThat(both.difference())
        .isCloseTo(first * even.difference() + second * shifted.difference(), within(1e-9));
    assertThat(both.standardError())
        .isCloseTo(
            Math.hypot(first * even.standardError(), second * shifted.standardError()),
            within(1e-9));
    assertThat(both.totalUnits()).isEqualTo(1_600);
    double squares = 0;
    double spread = 0;
    for (Map<String, CellSums> cells : List.of(EVEN, SHIFTED)) {
      double share = cells == EVEN ? first : second;
      for (CellSums cell : cells.values()) {
        double part = share * share * Group.of(cell, Shipped.SPEND).variance() / cell.units();
        squares += part;
        spread += part * part / (cell.units() - 1);
      }
    }
    assertThat(both.degreesOfFreedom()).isCloseTo(squares * squares / spread, within(1e-6));
  }

  /** Nothing distinguishes the variants but the weeks in which they got their shoppers. */
  @Test
  void whatPooledNumbersWouldCallAnEffectIsNone() {
    for (Metric metric : List.of(Shipped.SPEND, ORDER_VALUE, MEDIAN)) {
      Comparison pooled = alone(new TreeMap<>(strata().pooled()), metric);
      Comparison both = of(strata(), metric);
      assertThat(pooled.difference() / pooled.standardError()).as(metric.id()).isGreaterThan(4);
      assertThat(both.difference() / both.standardError()).as(metric.id()).isBetween(-3.0, 3.0);
    }
  }

  @Test
  void aQuantileOfDrawsIsThatOfTheirWeightedShoppers() {
    ComparedCells cells = strata().compared(BOTH, MEDIAN);
    // two thirds of the weight lie near 2,500 and one third near 9,500
    assertThat(cells.group(CONTROL, MEDIAN).mean()).isBetween(2_000.0, 3_000.0);
    assertThat(cells.group(TEN_OFF, MEDIAN).mean()).isBetween(2_000.0, 3_000.0);
    assertThat(Group.of(strata().pooled(TEN_OFF), MEDIAN).mean()).isGreaterThan(9_000);
  }

  @Test
  void aDrawThatGaveAVariantToNobodyIsLeftOut() {
    Map<String, CellSums> treatedOnly = Map.of(TEN_OFF, shoppers(5, 300, 50_000));
    var strata = new Strata(new TreeMap<>(Map.of("even", EVEN, "all treated", treatedOnly)));
    assertThat(of(strata, Shipped.SPEND)).isEqualTo(alone(EVEN, Shipped.SPEND));
  }

  @Test
  void drawsThatHaveNoVariantInCommonTellNoError() {
    Map<String, CellSums> treatedOnly = Map.of(TEN_OFF, shoppers(5, 300, 50_000));
    Map<String, CellSums> controlOnly = Map.of(CONTROL, shoppers(6, 300, 2_000));
    var strata = new Strata(new TreeMap<>(Map.of("a", treatedOnly, "b", controlOnly)));
    Comparison none = of(strata, Shipped.SPEND);
    assertThat(none.standardError()).isNaN();
    assertThat(none.low()).isNaN();
    assertThat(new AlwaysValid(0.05, 1_000).halfWidth(none)).isNaN();
  }
}
