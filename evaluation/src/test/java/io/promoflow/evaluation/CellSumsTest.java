package io.promoflow.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Packed sums are the sums that were packed. */
class CellSumsTest {
  private static long any(Random random) {
    return random.nextLong() >> random.nextInt(64);
  }

  private static MetricSums anySums(Random random) {
    return new MetricSums(
        any(random) >> 2,
        new WideSum(any(random) >> 2, random.nextLong()),
        any(random) >> 2,
        new WideSum(any(random) >> 63, any(random)),
        new WideSum(any(random) >> 2, any(random)));
  }

  @Test
  void numbersOfAnySizeAreReadAsWritten() {
    var random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      MetricSums spend = anySums(random);
      MetricSums rating = anySums(random);
      var cell = CellSums.of(7, 2, Map.of(Shipped.SPEND, spend, Shipped.REVIEW_RATING, rating));
      assertThat(cell.metric(Shipped.SPEND)).isEqualTo(spend);
      assertThat(cell.metric(Shipped.REVIEW_RATING)).isEqualTo(rating);
      assertThat(cell.metric(Shipped.ORDERS)).isEqualTo(MetricSums.ZERO);
      assertThat(cell.units()).isEqualTo(7);
      assertThat(cell.contaminated()).isEqualTo(2);
    }
  }

  @Test
  void addingAndTakingAwayIsExact() {
    var random = new Random(2);
    for (int i = 0; i < 10_000; i++) {
      MetricSums a = anySums(random);
      MetricSums b = anySums(random);
      var left = CellSums.of(random.nextInt(9), 0, Map.of(Shipped.SPEND, a));
      var right = CellSums.of(random.nextInt(9), 1, Map.of(Shipped.SPEND, b));
      assertThat(left.plus(right).metric(Shipped.SPEND)).isEqualTo(a.plus(b));
      assertThat(left.minus(right).metric(Shipped.SPEND)).isEqualTo(a.minus(b));
      assertThat(left.plus(right).minus(right)).isEqualTo(left);
      assertThat(left.plus(right).minus(right)).hasSameHashCodeAs(left);
      assertThat(left.minus(left).isZero()).isTrue();
    }
  }

  @Test
  void squaresBeyondALongStayExact() {
    long big = 3_000_000_000L;
    MetricSums one = MetricSums.of(big, big);
    var cell = CellSums.of(1, 0, Map.of(Shipped.SPEND, one));
    for (int i = 0; i < 10; i++) {
      cell = cell.plus(cell);
    }
    assertThat(cell.metric(Shipped.SPEND).squares().toBigInteger())
        .isEqualTo(BigInteger.valueOf(big).pow(2).shiftLeft(10));
  }
}
