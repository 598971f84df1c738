package io.promoflow.evaluation;

import static io.promoflow.evaluation.TestShop.CONTROL;
import static io.promoflow.evaluation.TestShop.NOON;
import static io.promoflow.evaluation.TestShop.TEA_TEST;
import static io.promoflow.evaluation.TestShop.TEN_OFF;
import static io.promoflow.evaluation.TestShop.teaTest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Variant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which shoppers are compared with which, and whose return it is. */
class ReturnBookTest {
  private static final long DAY = 20_458;
  private static final AlwaysValid INTERVAL = new AlwaysValid(0.05, 1_000);

  private static ReturnCell cell(long version, String segment, String variant) {
    return new ReturnCell(TEA_TEST, DAY, version, segment, variant);
  }

  /** Shoppers who brought these cents each, a third of it profit. */
  private static ReturnSums shoppers(long... cents) {
    ReturnSums sums = ReturnSums.ZERO;
    for (long each : cents) {
      long third = each / 3;
      sums =
          sums.plus(
              new ReturnSums(
                  1, each, WideSum.product(each, each), third, WideSum.product(third, third)));
    }
    return sums;
  }

  private static ReturnRow row(Map<Long, Experiment> versions, Map<ReturnCell, ReturnSums> day) {
    List<ReturnRow> rows =
        new ReturnBook(versions, versions.get(1L), INTERVAL).rows(DAY, day, NOON);
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  private static Map<Long, Experiment> even() {
    return Map.of(1L, teaTest(0.5, false), 2L, teaTest(0.2, false));
  }

  @Test
  void segmentsThatAreDrawnAlikeAreComparedTogether() {
    var row =
        row(
            even(),
            Map.of(
                cell(1, "s1", TEN_OFF), shoppers(300, 600),
                cell(1, "s2", TEN_OFF), shoppers(900),
                cell(1, "s1", CONTROL), shoppers(0),
                cell(1, "s2", CONTROL), shoppers(300)));

    assertThat(row.revenue().cents()).isEqualTo(3 * (600 - 150.0));
    assertThat(row.profit().cents()).isEqualTo(3 * (200 - 50.0));
    assertThat(row.comparedShoppers()).isEqualTo(3);
    assertThat(row.controlShoppers()).isEqualTo(2);
    var error = Math.sqrt(9 * (90_000.0 / 3 + 45_000.0 / 2));
    assertThat(row.revenue().standardError()).isCloseTo(error, within(1e-9));
    assertThat(row.promotion()).isEqualTo(TEN_OFF);
  }

  @Test
  void weightsThatWereMovedWithinTheDayMakeStrataOfTheirOwn() {
    var row =
        row(
            even(),
            Map.of(
                cell(1, "s1", TEN_OFF), shoppers(300, 600),
                cell(1, "s1", CONTROL), shoppers(0, 300),
                cell(2, "s1", TEN_OFF), shoppers(900, 900, 1_200),
                cell(2, "s1", CONTROL), shoppers(600, 900)));

    assertThat(row.revenue().cents()).isCloseTo(2 * (450 - 150) + 3 * (1_000 - 750), within(1e-9));
    assertThat(row.shoppers()).isEqualTo(5);
  }

  @Test
  void strataThatAreTooSmallArePutTogetherAndWhatIsLeftIsCounted() {
    var day = new HashMap<ReturnCell, ReturnSums>();
    day.put(cell(1, "s1", TEN_OFF), shoppers(300, 600));
    day.put(cell(1, "s1", CONTROL), shoppers(0, 300));
    day.put(cell(2, "s1", TEN_OFF), shoppers(900, 900, 1_200));
    day.put(cell(2, "s1", CONTROL), shoppers(600));
    var row = row(even(), day);

    assertThat(row.shoppers()).isEqualTo(5);
    assertThat(row.comparedShoppers()).isEqualTo(2);
    assertThat(row.revenue().cents()).isCloseTo(600, within(1e-9));

    day.put(cell(1, "s1", TEN_OFF), shoppers(300));
    row = row(even(), day);
    assertThat(row.comparedShoppers()).isEqualTo(4);
    assertThat(row.controlShoppers()).isEqualTo(3);
  }

  @Test
  void nobodyToCompareWithIsNoReturn() {
    var row = row(even(), Map.of(cell(1, "s1", TEN_OFF), shoppers(300, 600)));

    assertThat(row.shoppers()).isEqualTo(2);
    assertThat(row.comparedShoppers()).isZero();
    assertThat(row.revenue()).isNull();
    assertThat(row.profit()).isNull();
  }

  private static Experiment giving(List<String> control, List<String> variant) {
    Experiment even = teaTest(0.5, false);
    return new Experiment(
        even.id(),
        even.salt(),
        even.trigger(),
        List.of(
            new Variant(CONTROL, true, 0.5, control), new Variant(TEN_OFF, false, 0.5, variant)),
        List.of(),
        List.of(),
        false,
        null,
        null,
        "profit",
        List.of(),
        0,
        null,
        Experiment.Status.RUNNING);
  }

  private static String promotion(List<String> control, List<String> variant) {
    return row(
            Map.of(1L, giving(control, variant)),
            Map.of(cell(1, "s1", TEN_OFF), shoppers(300, 600)))
        .promotion();
  }

  @Test
  void aReturnIsAPromotionsOnlyWhenNothingElseDiffers() {
    assertThat(promotion(List.of(), List.of("a"))).isEqualTo("a");
    assertThat(promotion(List.of("a"), List.of("a", "b"))).isEqualTo("b");
    assertThat(promotion(List.of(), List.of("a", "b"))).isNull();
    assertThat(promotion(List.of("a"), List.of("b"))).isNull();
    assertThat(promotion(List.of(), List.of())).isNull();
  }

  @Test
  void rulesThatChangedThePromotionOnTheDayLeaveItOpen() {
    var day = new HashMap<ReturnCell, ReturnSums>();
    day.put(cell(1, "s1", TEN_OFF), shoppers(300, 600));
    day.put(cell(2, "s1", TEN_OFF), shoppers(300, 600));
    var versions = Map.of(1L, giving(List.of(), List.of("a")), 2L, giving(List.of(), List.of("b")));

    assertThat(row(versions, day).promotion()).isNull();
    day.put(cell(1, "s1", TEN_OFF), ReturnSums.ZERO);
    assertThat(row(versions, day).promotion())
        .as("a correction moved all to the new")
        .isEqualTo("b");
  }
}
