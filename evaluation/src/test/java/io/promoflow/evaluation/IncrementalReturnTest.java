package io.promoflow.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.IncrementalReturn.Stratum;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a strategy brought, against Welch and against a planted effect. */
class IncrementalReturnTest {
  private static final Group TREATED = new Group(10_200, 10.4, 420);
  private static final Group CONTROL = new Group(10_000, 10.0, 400);

  @Test
  void oneStratumIsWelchTimesTheShoppers() {
    var all = IncrementalReturn.of(List.of(new Stratum(TREATED, CONTROL)));

    // golden values of the statistics: difference 0.4, se 0.2849148479602902, df 20197.5742885289
    assertThat(all.total()).isCloseTo(10_200 * 0.4, within(1e-8));
    assertThat(all.standardError()).isCloseTo(10_200 * 0.2849148479602902, within(1e-8));
    assertThat(all.degreesOfFreedom()).isCloseTo(20197.5742885289, within(1e-6));
    var welch = Comparison.of(TREATED, CONTROL, 0.05);
    assertThat(all.total() - all.halfWidth(0.05)).isCloseTo(10_200 * welch.low(), within(1e-8));
    var sequence = new AlwaysValid(0.05, 5_000);
    assertThat(all.halfWidth(sequence)).isCloseTo(10_200 * sequence.halfWidth(welch), within(1e-8));
  }

  @Test
  void totalsAndSquaredErrorsOfStrataAddUp() {
    var first = IncrementalReturn.of(List.of(new Stratum(TREATED, CONTROL)));
    var second = IncrementalReturn.of(List.of(new Stratum(CONTROL, TREATED)));
    var both =
        IncrementalReturn.of(List.of(new Stratum(TREATED, CONTROL), new Stratum(CONTROL, TREATED)));

    assertThat(both.total()).isCloseTo(first.total() + second.total(), within(1e-8));
    assertThat(both.standardError())
        .isCloseTo(Math.hypot(first.standardError(), second.standardError()), within(1e-8));
    assertThat(both.shoppers()).isEqualTo(20_200);
    assertThat(both.controlShoppers()).isEqualTo(20_200);
  }

  /** Rich shoppers get it more often, so that the groups as a whole are no fair comparison. */
  @Test
  void weightsThatDifferBetweenStrataDoNotBiasTheTotalAndItsIntervalCovers() {
    int covered = 0;
    double sum = 0;
    double pooled = 0;
    int runs = 2_000;
    for (int run = 0; run < runs; run++) {
      var random = new Random(run);
      var rich = drawn(random, 100, 180, 20, 5);
      var poor = drawn(random, 10, 20, 180, 5);
      var total = IncrementalReturn.of(List.of(rich, poor));
      sum += total.total();
      covered += Math.abs(total.total() - 200 * 5) <= total.halfWidth(0.05) ? 1 : 0;
      pooled +=
          180 * rich.variant().mean()
              + 20 * poor.variant().mean()
              - 20 * rich.control().mean()
              - 180 * poor.control().mean();
    }
    assertThat(sum / runs).isCloseTo(1_000, within(25.0));
    assertThat((double) covered / runs).isBetween(0.935, 0.965);
    assertThat(pooled / runs).isGreaterThan(10_000); // a pooled difference sees wealth, not effect
  }

  private static Stratum drawn(
      Random random, double mean, int treated, int controls, double effect) {
    return new Stratum(group(random, treated, mean + effect), group(random, controls, mean));
  }

  private static Group group(Random random, int units, double mean) {
    var values = new ArrayList<Double>();
    for (int i = 0; i < units; i++) {
      values.add(mean + 10 * random.nextGaussian());
    }
    double average = values.stream().mapToDouble(v -> v).sum() / units;
    double squares = values.stream().mapToDouble(v -> (v - average) * (v - average)).sum();
    return new Group(units, average, squares / (units - 1));
  }
}
