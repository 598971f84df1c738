package io.promoflow.serving.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.Promotion.Period;
import io.promoflow.serving.OpenTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacingTest {
  private static final Instant NOON = Instant.parse("2026-01-08T12:00:00Z");
  private static final Instant END = NOON.plus(Duration.ofHours(10));

  @Test
  void anEvenPlanGrowsWithTheClock() {
    Amount half = allowed(Pacing.EVEN, NOON.plus(Duration.ofHours(5)));
    assertThat(half).isEqualTo(new Amount(510, 51));
    assertThat(allowed(Pacing.EVEN, NOON)).isEqualTo(new Amount(10, 1));
    assertThat(allowed(Pacing.EVEN, END)).isEqualTo(new Amount(1_000, 100));
    assertThat(allowed(Pacing.EVEN, END.plus(Duration.ofHours(1))))
        .isEqualTo(new Amount(1_000, 100));
  }

  @Test
  void aCurveIsStraightBetweenItsPoints() {
    Pacing evenings = Pacing.parse("0.5:0.2,0.75:0.8");
    assertThat(evenings.planned(0.25)).isCloseTo(0.1, within(1e-12));
    assertThat(evenings.planned(0.625)).isCloseTo(0.5, within(1e-12));
    assertThat(evenings.planned(0.875)).isCloseTo(0.9, within(1e-12));
    assertThat(evenings.planned(1)).isEqualTo(1);
  }

  @Test
  void withoutAPlanOrAPeriodOrALimitNothingIsHeldBack() {
    var budget = new Amount(1_000, Amount.UNLIMITED);
    assertThat(Pacing.NONE.allowed(budget, open(NOON, END), NOON)).isEqualTo(budget);
    assertThat(Pacing.EVEN.allowed(budget, open(null, END), NOON)).isEqualTo(budget);
    assertThat(Pacing.EVEN.allowed(budget, open(NOON, END), NOON).units())
        .isEqualTo(Amount.UNLIMITED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "linear", "0.5", "0.5:0.2:1", "0.5:0.4,0.4:0.5", "0.5:0.4,0.6:0.3"})
  void aPlanThatDoesNotRiseIsRefused(String text) {
    assertThatThrownBy(() -> Pacing.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be none, even, or points");
  }

  /** Five hours, two of rest, five hours. */
  @Test
  void whileTheCampaignRestsNothingMoreIsDue() {
    var open =
        new OpenTime(
            List.of(
                new Period(NOON, NOON.plus(Duration.ofHours(5))),
                new Period(NOON.plus(Duration.ofHours(7)), NOON.plus(Duration.ofHours(12)))));
    var budget = new Amount(1_000, Amount.UNLIMITED);
    var cents =
        Stream.of(0, 150, 300, 360, 420, 570, 720, 1_200)
            .map(m -> Pacing.EVEN.allowed(budget, open, NOON.plus(Duration.ofMinutes(m))))
            .map(Amount::cents)
            .toList();
    assertThat(cents).containsExactly(10L, 260L, 510L, 510L, 510L, 760L, 1_000L, 1_000L);
  }

  private static OpenTime open(Instant from, Instant until) {
    return new OpenTime(List.of(new Period(from, until)));
  }

  private static Amount allowed(Pacing pacing, Instant at) {
    return pacing.allowed(new Amount(1_000, 100), open(NOON, END), at);
  }
}
