package io.promoflow.evaluation.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Metric;
import io.promoflow.evaluation.MetricSums;
import io.promoflow.evaluation.Metrics;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StatePerCellTest {
  private static final int SHOPPERS = 1_000_000;

  /** Every metric holds cents of a million shoppers, and as many from before the exposure. */
  private static CellSums cents(int times) {
    var random = new SplittableRandom(1);
    MetricSums sums = MetricSums.ZERO;
    for (int i = 0; i < SHOPPERS; i++) {
      sums = sums.plus(MetricSums.of(random.nextInt(200_000), random.nextInt(200_000)));
    }
    for (int i = 1; i < times; i *= 10) {
      MetricSums before = sums;
      for (int more = 1; more < 10; more++) {
        sums = sums.plus(before);
      }
    }
    Map<Metric, MetricSums> all = new HashMap<>();
    for (Metric metric : Metrics.shipped()) {
      all.put(metric, sums);
    }
    return CellSums.of((long) SHOPPERS * times, SHOPPERS / 100, all);
  }

  @Test
  void aMetricOfAMillionShoppersTakesLessThanSixtyFourBytes() {
    CellSums sums = cents(1);
    assertThat(StatePerCell.bytesPerMetric(sums, Metrics.shipped())).isLessThan(48);
  }

  @Test
  void soDoesOneOfABillion() {
    assertThat(StatePerCell.bytesPerMetric(cents(1_000), Metrics.shipped())).isLessThan(64);
  }

  @Test
  void withoutShoppersTheSharedPartIsLeft() {
    assertThat(StatePerCell.bytes(CellSums.ZERO)).isEqualTo(24);
  }
}
