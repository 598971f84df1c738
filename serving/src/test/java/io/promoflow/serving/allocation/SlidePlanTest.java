package io.promoflow.serving.allocation;

import static io.promoflow.serving.Cast.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.Period;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.serving.Cast;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a budget is worth depends on how much of the campaign's own time is left to spend it. */
class SlidePlanTest {
  private static final Duration SLIDE = Duration.ofHours(1);
  private static final AllocationOptions OPTIONS =
      new AllocationOptions(SLIDE, 100, Duration.ofDays(30));

  /** Ten hours, a rest of a week, ten more. */
  private static final List<Period> TWICE =
      List.of(
          new Period(NOON, NOON.plus(Duration.ofHours(10))),
          new Period(
              NOON.plus(Duration.ofDays(7)),
              NOON.plus(Duration.ofDays(7)).plus(Duration.ofHours(10))));

  private static Promotion dated(Instant from, Instant until, List<Period> campaign) {
    return new Promotion(
        "p",
        PromotionKind.PERCENT_OFF,
        Cast.percent(5),
        List.of(),
        List.of(),
        List.of(),
        from,
        until,
        3_000L,
        null,
        null,
        0,
        null,
        "c",
        campaign,
        null,
        null);
  }

  /** Cents of gain that one more cent of budget is worth, when ten shoppers want 100 cents each. */
  private static double price(Promotion promotion, Instant at, double usedCents) {
    return price(OPTIONS, promotion, at, usedCents);
  }

  private static double price(
      AllocationOptions options, Promotion promotion, Instant at, double usedCents) {
    var rules = Cast.rules(1, List.of(promotion), List.of());
    List<Sampled> sample =
        IntStream.rangeClosed(1, 10)
            .mapToObj(
                i ->
                    new Sampled(
                        at.toEpochMilli(), "k1.s" + i, List.of(new Offer("p", 100.0 * i, 100, 1))))
            .toList();
    var plan = new SlidePlan(options, rules, at, Map.of("p", new Usage(usedCents, 0, 0)));
    return plan.prices(sample, 1).of("p").perBudgetCent();
  }

  @Test
  void aCampaignsBudgetIsSpreadOverTheCampaignsTime() {
    Promotion dated = dated(null, null, TWICE);
    Promotion whole = dated(NOON, NOON.plus(Duration.ofHours(20)), List.of());
    // 3,000 cents over 20 hours is 150 an hour: one and a half of ten shoppers, so that one more
    // cent goes to the second best, who brings 9 for it
    assertThat(price(dated, NOON, 0)).isCloseTo(9, within(1e-9));
    assertThat(price(dated, NOON, 0)).isCloseTo(price(whole, NOON, 0), within(1e-9));
    // nothing passes while it rests: ten hours are gone, and with 1,500 spent all is as planned
    Instant resting = NOON.plus(Duration.ofDays(3));
    assertThat(price(dated, resting, 1_500)).isCloseTo(9, within(1e-9));
    // 500 spent by then leave 250 an hour, and are 1,000 behind a plan of 3,000
    assertThat(price(dated, resting, 500))
        .isCloseTo(8 * Math.max(0.25, Math.exp(-5 / 3.0)), within(1e-9));
  }

  @Test
  void aBudgetWithoutAnEndIsAtNoTimeAheadOfItsPlan() {
    var twentyHours = new AllocationOptions(SLIDE, 100, Duration.ofHours(20));
    Promotion endless = dated(null, null, List.of());
    // a twentieth of what is left: 150, 120 and 75 cents an hour
    assertThat(price(twentyHours, endless, NOON, 0)).isCloseTo(9, within(1e-9));
    Instant later = NOON.plus(Duration.ofDays(10));
    assertThat(price(twentyHours, endless, later, 600)).isCloseTo(9, within(1e-9));
    assertThat(price(twentyHours, endless, later, 1_500)).isCloseTo(10, within(1e-9));
  }
}
