package io.promoflow.serving.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.serving.allocation.DualPrices.Price;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PacingTest {
  @Test
  void onPlanThePriceStays() {
    assertThat(Pacing.multiplier(500, 500, 1_000)).isEqualTo(1);
    assertThat(Pacing.multiplier(0, 0, 0)).isEqualTo(1);
  }

  @Test
  void aTenthAheadOfThePlanCostsHalfAnEPowerMoreAndBehindLess() {
    assertThat(Pacing.multiplier(600, 500, 1_000)).isCloseTo(Math.exp(0.5), within(1e-12));
    assertThat(Pacing.multiplier(400, 500, 1_000)).isCloseTo(Math.exp(-0.5), within(1e-12));
  }

  @Test
  void noCorrectionIsMoreThanFourfold() {
    assertThat(Pacing.multiplier(1_000, 0, 1_000)).isEqualTo(4);
    assertThat(Pacing.multiplier(0, 1_000, 1_000)).isEqualTo(0.25);
  }

  @Test
  void budgetAndStockAreCorrectedEachByItsOwn() {
    var prices =
        new DualPrices(
            "p1", Instant.EPOCH, Map.of("a", new Price(0.5, 40), "b", new Price(1, 1)), 3);
    DualPrices corrected = Pacing.corrected(prices, Map.of("a", 2.0), Map.of("a", 0.5));
    assertThat(corrected.of("a")).isEqualTo(new Price(1, 20));
    assertThat(corrected.of("b")).isEqualTo(new Price(1, 1));
    assertThat(corrected.contactCents()).isEqualTo(3);
  }
}
