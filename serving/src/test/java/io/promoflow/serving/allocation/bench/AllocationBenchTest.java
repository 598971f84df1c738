package io.promoflow.serving.allocation.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.serving.allocation.Allocation;
import io.promoflow.serving.allocation.DualPrices;
import io.promoflow.serving.allocation.Limits;
import io.promoflow.serving.allocation.Offer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class AllocationBenchTest {
  @Test
  void theStreamMakesNinetyNineHundredthsOfTheProfitKnownWithHindsight(TestReporter reporter) {
    AllocationBench.Run run = AllocationBench.run(3, 20_000, Duration.ofHours(10));
    reporter.publishEntry("ours / optimum", String.valueOf(run.ratio()));
    reporter.publishEntry("without prices / optimum", String.valueOf(run.greedyRatio()));
    assertThat(run.ratio()).isBetween(AllocationBench.BAR, 1.0);
    assertThat(run.overspent()).isZero();
    assertThat(run.greedyRatio()).isLessThan(0.96); // the limits bind, or there is nothing to show
  }

  @Test
  void theBoundHoldsAtAnyPricesAndIsTightAtTheOptimalOnes() {
    List<List<Offer>> crowd = new Crowd(5).shoppers(1_000, 0.35);
    Limits limits = Crowd.limits(crowd);
    var allocation = Allocation.solve(crowd, limits);
    double tight = Hindsight.bound(crowd, limits, allocation.named("best", Instant.EPOCH));
    var free = new DualPrices("free", Instant.EPOCH, Map.of(), 0);
    assertThat(tight / allocation.profitCents()).isBetween(1 - 1e-9, 1 + 1e-9);
    assertThat(Hindsight.bound(crowd, limits, free)).isGreaterThan(tight * 1.05);
  }
}
