package io.promoflow.serving.allocation;

import static io.promoflow.serving.Cast.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.Period;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.RuleSet.ContactCap;
import io.promoflow.serving.Cast;
import io.promoflow.serving.allocation.DualPrices.Price;
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
    return dated(from, until, campaign, 3_000L, null);
  }

  /** For twenty hours from noon. */
  private static Promotion limited(Long budgetCents, Long stock) {
    return dated(NOON, NOON.plus(Duration.ofHours(20)), List.of(), budgetCents, stock);
  }

  private static Promotion dated(
      Instant from, Instant until, List<Period> campaign, Long budgetCents, Long stock) {
    return new Promotion(
        "p",
        PromotionKind.PERCENT_OFF,
        Cast.percent(5),
        List.of(),
        List.of(),
        List.of(),
        from,
        until,
        budgetCents,
        stock,
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
    List<Sampled> sample = tenShoppers(at);
    var plan = new SlidePlan(options, rules, at, Map.of("p", new Usage(usedCents, 0, 0)), Map.of());
    return plan.prices(sample, 1).of("p").perBudgetCent();
  }

  private static List<Sampled> tenShoppers(Instant at) {
    return tenShoppers(at, 100);
  }

  private static List<Sampled> tenShoppers(Instant at, double cents) {
    return IntStream.rangeClosed(1, 10)
        .mapToObj(
            i ->
                new Sampled(
                    at.toEpochMilli(), "k1.s" + i, List.of(new Offer("p", 100.0 * i, cents, 1))))
        .toList();
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

  /** Prices after a slide in which ten shoppers wanted {@code p}, and experiments gave it too. */
  private static Price priceBeside(
      Promotion promotion, double laidDownCents, double laidDownUnits) {
    var fixed = new LaidDown(NOON.toEpochMilli(), "p", laidDownCents, laidDownUnits);
    var rules = Cast.rules(1, List.of(promotion), List.of());
    return new SlidePlan(OPTIONS, rules, NOON, Map.of(), Map.of("p", fixed))
        .prices(tenShoppers(NOON), 1)
        .of("p");
  }

  @Test
  void whatExperimentsGiveIsNotThereForOthers() {
    // 20 hours: 1,500 cents an hour are due, more than the 1,000 that ten shoppers want
    Promotion plenty = limited(30_000L, null);
    assertThat(priceBeside(plenty, 0, 0).perBudgetCent()).isZero();
    assertThat(priceBeside(plenty, 500, 0).perBudgetCent()).isZero();
    // with 1,350 gone to experiments 150 are left: the second best has 9 for a cent
    assertThat(priceBeside(plenty, 1_350, 0).perBudgetCent()).isCloseTo(9, within(1e-9));
    // with all of it gone nobody is worth it
    assertThat(priceBeside(plenty, 1_500, 0).perBudgetCent()).isCloseTo(10, within(1e-6));
    assertThat(priceBeside(plenty, 9_000, 0).perBudgetCent()).isCloseTo(10, within(1e-6));
  }

  @Test
  void unitsThatExperimentsGiveAreNotThereForOthers() {
    Promotion plenty = limited(null, 300L); // 15 an hour
    assertThat(priceBeside(plenty, 0, 0).perUnit()).isZero();
    assertThat(priceBeside(plenty, 0, 13.5).perUnit()).isCloseTo(900, within(1e-6));
  }

  /** Twenty shoppers, ten of them laid down, while a budget of 100,000 lasts a hundred slides. */
  @Test
  void aBudgetThatExperimentsUseMostOfLastsAsLongAsItShall() {
    double left = 100_000;
    Promotion promotion = dated(NOON, NOON.plus(Duration.ofHours(100)), List.of(), 100_000L, null);
    var rules = Cast.rules(1, List.of(promotion), List.of());
    DualPrices prices = new DualPrices("none", NOON, Map.of(), 0);
    for (int slide = 1; slide <= 99; slide++) {
      Instant at = NOON.plus(SLIDE.multipliedBy(slide));
      left -= 900;
      for (Sampled one : tenShoppers(at, 50)) {
        left -= Allocation.best(one.offers(), prices).map(Offer::budgetCents).orElse(0.0);
      }
      var fixed = new LaidDown(at.toEpochMilli(), "p", 900, 0);
      Map<String, Usage> used = Map.of("p", new Usage(100_000 - left, 0, NOON.toEpochMilli()));
      prices =
          new SlidePlan(OPTIONS, rules, at, used, Map.of("p", fixed))
              .prices(tenShoppers(at, 50), 1);
    }
    assertThat(left).isBetween(0.0, 5_000.0);
  }

  private static double contactCents(Duration per, int offers) {
    List<Sampled> sample =
        IntStream.rangeClosed(1, 10)
            .mapToObj(i -> new Sampled(0, "k1.ada", List.of(new Offer("p", 100.0 * i, 100, 1))))
            .toList();
    var rules =
        new RuleSet(
            1,
            "ada",
            "",
            NOON,
            null,
            List.of(limited(null, null)),
            List.of(),
            List.of(new ContactCap(null, offers, per.toMillis())));
    return new SlidePlan(OPTIONS, rules, NOON, Map.of(), Map.of()).prices(sample, 1).contactCents();
  }

  @Test
  void aCapOverLessThanASlideCountsAnewWithinTheSlide() {
    // one who asks ten times an hour may be offered two things an hour: the others have a price
    assertThat(contactCents(Duration.ofHours(1), 2)).isBetween(799.99, 900.01);
    assertThat(contactCents(Duration.ofDays(7), 2)).isBetween(799.99, 900.01);
    // eight in four quarters of an hour
    assertThat(contactCents(Duration.ofMinutes(15), 2)).isBetween(199.99, 300.01);
    // fourteen, more than are asked for, in seven parts of up to nine minutes
    assertThat(contactCents(Duration.ofMinutes(9), 2)).isZero();
  }
}
