package io.promoflow.features.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

class DriftTest {
  private static Profile profile(int rows, DoubleSupplier values) {
    var profile = new Profile();
    for (int i = 0; i < rows; i++) {
      profile.add(values.getAsDouble(), i);
    }
    return profile;
  }

  @Test
  void theSameDistributionHasNone() {
    var random = new Random(1);
    var one = profile(10_000, random::nextGaussian);
    var other = profile(10_000, random::nextGaussian);
    assertThat(Drift.index(one, one)).isZero();
    assertThat(Drift.index(one, other)).isLessThan(0.01);
  }

  @Test
  void aShiftByOneStandardDeviationIsMuch() {
    var random = new Random(1);
    var one = profile(20_000, random::nextGaussian);
    var other = profile(20_000, () -> random.nextGaussian() + 1);
    // deciles of N(0,1) against N(1,1), by numerical integration: 0.92
    assertThat(Drift.index(one, other)).isCloseTo(0.92, within(0.06));
  }

  @Test
  void missingValuesAreABinOfTheirOwn() {
    var random = new Random(1);
    var one = profile(1_000, random::nextDouble);
    var other = profile(500, random::nextDouble);
    for (int i = 0; i < 500; i++) {
      other.addMissing();
    }
    assertThat(Drift.index(one, other)).isGreaterThan(1);
  }

  @Test
  void withoutRowsThereIsNoIndex() {
    assertThat(Drift.index(new Profile(), new Profile())).isNaN();
  }

  @Test
  void partsMergeToTheWhole() {
    var random = new Random(1);
    var whole = new Profile();
    var part = new Profile();
    var rest = new Profile();
    for (int i = 0; i < 1_000; i++) {
      double value = random.nextGaussian() * 100;
      whole.add(value, i);
      (i % 3 == 0 ? part : rest).add(value, i);
    }
    part.merge(rest);
    assertThat(part.buckets()).isEqualTo(whole.buckets());
    assertThat(part)
        .extracting(Profile::rows, Profile::least, Profile::greatest, Profile::lastAsOf)
        .containsExactly(whole.rows(), whole.least(), whole.greatest(), whole.lastAsOf());
  }
}
