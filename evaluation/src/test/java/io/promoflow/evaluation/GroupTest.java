package io.promoflow.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class GroupTest {
  @Test
  void deltaMethodOfTheRatioAgreesWithTheLinearisedResiduals() {
    var random = new Random(5);
    int n = 2_000;
    long[] clicks = new long[n];
    long[] views = new long[n];
    MetricSums sums = MetricSums.ZERO;
    for (int i = 0; i < n; i++) {
      views[i] = random.nextInt(6);
      for (int view = 0; view < views[i]; view++) {
        clicks[i] += random.nextDouble() < 0.2 ? 1 : 0;
      }
      sums = sums.plus(MetricSums.of(clicks[i], views[i]));
    }
    Group group = Group.ratio(n, sums);

    // var(M/D) is the variance of (m - R d) / D, per shopper
    double ratio = (double) sums.sum() / sums.denominator();
    double meanViews = (double) sums.denominator() / n;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double residual = (clicks[i] - ratio * views[i]) / meanViews;
      squares += residual * residual;
    }
    assertThat(group.mean()).isCloseTo(ratio, within(1e-12));
    assertThat(group.variance()).isCloseTo(squares / (n - 1), Percentage.withPercentage(1e-9));
  }

  @Test
  void nothingIsKnownWithoutViewsOrShoppers() {
    assertThat(Group.ratio(3, MetricSums.ZERO).mean()).isNaN();
    assertThat(Group.mean(0, MetricSums.ZERO).mean()).isNaN();
    assertThat(Group.mean(1, MetricSums.of(5, 0)).variance()).isNaN();
  }
}
