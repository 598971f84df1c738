package io.promoflow.evaluation.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.Group;
import io.promoflow.evaluation.MetricSums;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class MomentsTest {
  private static final Percentage ONE_IN_A_BILLION = Percentage.withPercentage(1e-7);

  private static Moments fold(List<double[]> rows) {
    Moments sums = Moments.zero(2);
    for (double[] row : rows) {
      sums = sums.plus(Moments.of(row));
    }
    return sums;
  }

  private static Moments foldByParts(List<double[]> rows, int parts) {
    var sums = new ArrayList<>(Collections.nCopies(parts, Moments.zero(2)));
    for (int i = 0; i < rows.size(); i++) {
      int part = i * 31 % parts;
      sums.set(part, sums.get(part).plus(Moments.of(rows.get(i))));
    }
    return sums.stream().reduce(Moments.zero(2), (a, b) -> b.plus(a));
  }

  @Property(tries = 200)
  void anyOrderAndAnyPartitionGiveTheSame(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 400) int shoppers,
      @ForAll @IntRange(min = 1, max = 20) int parts,
      @ForAll @DoubleRange(min = 0, max = 1e6) double offset) {
    var random = new Random(seed);
    var rows = new ArrayList<double[]>();
    for (int i = 0; i < shoppers; i++) {
      double x = random.nextGaussian();
      rows.add(new double[] {offset + Math.exp(x), 3 * x + random.nextGaussian() - offset});
    }
    Moments inOrder = fold(rows);
    Collections.shuffle(rows, random);
    Moments shuffled = foldByParts(rows, parts);

    assertThat(shuffled.units()).isEqualTo(inOrder.units());
    for (int a = 0; a < 2; a++) {
      assertThat(shuffled.mean(a)).isCloseTo(inOrder.mean(a), ONE_IN_A_BILLION);
      assertThat(shuffled.variance(a)).isCloseTo(inOrder.variance(a), ONE_IN_A_BILLION);
    }
    double scale = Math.sqrt(inOrder.variance(0) * inOrder.variance(1));
    assertThat(shuffled.covariance(0, 1)).isCloseTo(inOrder.covariance(0, 1), within(1e-9 * scale));
  }

  @Property(tries = 200)
  void floatingAndExactSumsOfTheStreamAgree(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 400) int shoppers) {
    var random = new Random(seed);
    Moments floating = Moments.zero(2);
    MetricSums exact = MetricSums.ZERO;
    for (int i = 0; i < shoppers; i++) {
      long cents = 10_000_000L + random.nextInt(5_000);
      int views = 1 + random.nextInt(9);
      floating = floating.plus(Moments.of((double) cents, views));
      exact = exact.plus(MetricSums.of(cents, views));
    }
    Group ratio = Group.ratio(shoppers, exact);
    assertThat(Estimates.mean(floating).variance())
        .isCloseTo(Group.mean(shoppers, exact).variance(), ONE_IN_A_BILLION);
    assertThat(Estimates.ratio(floating).mean()).isCloseTo(ratio.mean(), ONE_IN_A_BILLION);
    assertThat(Estimates.ratio(Moments.of(shoppers, exact)).variance())
        .isCloseTo(ratio.variance(), Percentage.withPercentage(1e-6));
  }

  @Test
  void largeMeanDoesNotSwallowASmallSpread() {
    Moments sums = Moments.zero(1);
    for (int i = 0; i < 100_000; i++) {
      sums = sums.plus(Moments.of(1e9 + i % 2));
    }
    assertThat(sums.variance(0)).isCloseTo(0.25 * 100_000 / 99_999, ONE_IN_A_BILLION);
  }

  @Test
  void meansOfCentsInEurosAreThoseOfTheCents() {
    Moments sums = Moments.zero(1);
    for (int i = 0; i < 100_000; i++) {
      sums = sums.plus(Moments.of(0.1));
    }
    assertThat(sums.mean(0)).isEqualTo(0.1);
  }

  @Test
  void sumsOfATableSayTheSameAsItsRows() {
    Moments rows = fold(List.of(new double[] {3, 1}, new double[] {5, 2}, new double[] {4, 6}));
    Moments table = Moments.ofSums(3, new double[] {12, 9}, new double[] {50, 37, 41});

    assertThat(table.mean(1)).isEqualTo(rows.mean(1));
    assertThat(table.deviations()).containsExactly(rows.deviations(), within(1e-12));
  }

  @Test
  void nothingIsKnownOfNobody() {
    assertThat(Estimates.mean(Moments.zero(1)).mean()).isNaN();
    assertThat(Estimates.ratio(Moments.of(5, 0)).mean()).isNaN();
    assertThat(Moments.of(5).variance(0)).isNaN();
    assertThat(Moments.of(0, MetricSums.ZERO).units()).isZero();
  }
}
