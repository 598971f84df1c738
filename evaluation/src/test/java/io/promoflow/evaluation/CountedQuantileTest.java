package io.promoflow.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.inference.Quantile;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Quantiles from counts in bins against those of the numbers themselves. */
class CountedQuantileTest {
  private static long[] spends(long seed, int shoppers) {
    var random = new Random(seed);
    var values = new long[shoppers];
    Arrays.setAll(values, i -> Math.round(Math.exp(8 + 1.5 * random.nextGaussian())));
    return values;
  }

  @Test
  void aBinIsWithinOnePercentOfItsNumbers() {
    for (long value = 1; value > 0 && value < Long.MAX_VALUE / 4; value += 1 + value / 997) {
      int bin = ValueBins.of(value);
      assertThat(ValueBins.least(bin)).isLessThanOrEqualTo((double) value);
      assertThat(ValueBins.most(bin)).isGreaterThanOrEqualTo((double) value);
      assertThat(ValueBins.middle(bin))
          .isCloseTo((double) value, within(ValueBins.ACCURACY * value));
      assertThat(ValueBins.of(-value)).isEqualTo(-bin);
      assertThat(ValueBins.middle(-bin)).isEqualTo(-ValueBins.middle(bin));
    }
    assertThat(ValueBins.middle(ValueBins.of(0))).isZero();
    assertThat(ValueBins.middle(ValueBins.of(99))).isEqualTo(99);
  }

  @Test
  void quantileAndIntervalAreThoseOfTheNumbersWithinABin() {
    long[] values = spends(1, 5_000);
    for (double share : new double[] {0.1, 0.5, 0.9, 0.99}) {
      Quantile exact =
          Quantile.of(Arrays.stream(values).asDoubleStream().sorted().toArray(), share, 0.05);
      Quantile ours = CountedQuantile.of(5_000, ValueCounts.of(values), 5_000, share).quantile();
      assertThat(ours.value()).isCloseTo(exact.value(), within(0.01 * exact.value()));
      assertThat(ours.low()).isBetween(exact.low() * 0.98, exact.low());
      assertThat(ours.high()).isBetween(exact.high(), exact.high() * 1.02);
    }
  }

  @Test
  void countsAddUpAndAreTakenBackInAnyOrder() {
    ValueCounts all = ValueCounts.of(spends(2, 300));
    ValueCounts more = ValueCounts.of(spends(3, 200));
    ValueCounts sum = more.plus(all, 1);
    assertThat(sum.total()).isEqualTo(500);
    assertThat(sum.plus(more, -1).bins()).isEqualTo(all.bins());
    assertThat(sum.plus(more, -1).counts()).isEqualTo(all.counts());
  }

  @Test
  void tooFewNumbersHaveNoInterval() {
    Group group = CountedQuantile.of(3, ValueCounts.of(1, 2, 3), 3, 0.5).group();
    assertThat(group.mean()).isEqualTo(2);
    assertThat(group.variance()).isNaN();
    assertThat(CountedQuantile.of(0, ValueCounts.NONE, 0, 0.5).group().mean()).isNaN();
    ValueCounts owed = ValueCounts.NONE.plus(ValueCounts.of(5), -1);
    assertThat(CountedQuantile.of(1, owed, -1, 0.5).group().mean()).isNaN();
  }

  /** Orders of a shopper are alike; the interval must know that they are not independent. */
  @Test
  void theIntervalOfOrdersCoversAlthoughAShopperHasMany() {
    var random = new Random(4);
    int covered = 0;
    int simulations = 1_000;
    for (int i = 0; i < simulations; i++) {
      ValueCounts counts = ValueCounts.NONE;
      double squares = 0;
      long total = 0;
      for (int shopper = 0; shopper < 200; shopper++) {
        long value = 1_000L + random.nextInt(1_000);
        int orders = 1 + random.nextInt(9);
        long[] alike = new long[orders];
        Arrays.fill(alike, value);
        counts = counts.plus(ValueCounts.of(alike), 1);
        squares += orders * orders;
        total += orders;
      }
      Quantile median = CountedQuantile.of(200, counts, total * total / squares, 0.5).quantile();
      covered += median.low() <= 1_499.5 && median.high() >= 1_499.5 ? 1 : 0;
    }
    assertThat(covered / (double) simulations).isGreaterThan(0.94);
  }

  /** The difference of two medians, by the error that its groups tell. */
  @Test
  void theIntervalOfADifferenceCovers() {
    int covered = 0;
    int simulations = 1_000;
    for (int i = 0; i < simulations; i++) {
      Group one = CountedQuantile.of(400, ValueCounts.of(spends(i, 400)), 400, 0.5).group();
      Group other = CountedQuantile.of(400, ValueCounts.of(spends(-1 - i, 400)), 400, 0.5).group();
      Comparison comparison = Comparison.of(one, other, 0.05);
      covered += comparison.low() <= 0 && comparison.high() >= 0 ? 1 : 0;
    }
    assertThat(covered / (double) simulations).isGreaterThan(0.94);
  }
}
