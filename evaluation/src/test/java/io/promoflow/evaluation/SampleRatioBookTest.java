package io.promoflow.evaluation;

import static io.promoflow.evaluation.TestShop.CONTROL;
import static io.promoflow.evaluation.TestShop.TEN_OFF;
import static io.promoflow.evaluation.TestShop.teaTest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.SampleRatioBook.Stratum;
import io.promoflow.ingestion.schema.Experiment.SegmentWeights;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SampleRatioBookTest {
  private static Map<Stratum, Long> units(long version, String segment, long control, long ten) {
    return Map.of(
        new Stratum(version, segment, CONTROL),
        control,
        new Stratum(version, segment, TEN_OFF),
        ten);
  }

  @Test
  void constantWeightsGiveThePlainTest() {
    var check =
        SampleRatioBook.check(units(1, "s1", 5000, 5200), Map.of(1L, teaTest(0.5, true)), 1);
    assertThat(check.statistic()).isCloseTo(3.9215686274509802, within(1e-9));
    assertThat(check.sequentialP()).isEqualTo(1);
  }

  @Test
  void shiftedWeightsAreNoAlarm() {
    var units = new HashMap<>(units(1, "s1", 500, 500));
    units.putAll(units(2, "s1", 300, 700));
    units.putAll(units(2, "s2", 500, 500));
    var shifted =
        teaTest(
            0.5,
            List.of(new SegmentWeights("s1", Map.of(CONTROL, 0.3, TEN_OFF, 0.7))),
            teaTest(0.5, true).policy(),
            List.of());
    var versions = Map.of(1L, teaTest(0.5, true), 2L, shifted);

    var check = SampleRatioBook.check(units, versions, 1000);
    assertThat(check.units()).isEqualTo(3000);
    assertThat(check.expected().get(CONTROL)).isCloseTo(1300, within(1e-9));
    assertThat(check.p()).isCloseTo(1, within(1e-9));
    assertThat(check.sequentialP()).isEqualTo(1);
  }

  @Test
  void theVariantBeyondItsShareIsNamed() {
    var check =
        SampleRatioBook.check(units(1, "s1", 830, 170), Map.of(1L, teaTest(0.9, true)), 1000);
    assertThat(check.mostBeyondItsShare()).isEqualTo(TEN_OFF);
    assertThat(check.beyondItsShare(TEN_OFF)).isCloseTo(70, within(1e-9));
    assertThat(SampleRatioBook.Check.NOBODY.mostBeyondItsShare()).isNull();
  }

  @Test
  void brokenSplitIsAnAlarm() {
    var check =
        SampleRatioBook.check(units(1, "s1", 500, 700), Map.of(1L, teaTest(0.5, true)), 1000);
    assertThat(check.sequentialP()).isLessThan(0.001);
  }

  @Test
  void shoppersOfUnknownRulesAreCountedButNotJudged() {
    var check =
        SampleRatioBook.check(units(9, "s1", 10, 990), Map.of(1L, teaTest(0.5, true)), 1000);
    assertThat(check.units()).isZero();
    assertThat(check.uncheckedUnits()).isEqualTo(1000);
    assertThat(check.p()).isEqualTo(1);
  }
}
