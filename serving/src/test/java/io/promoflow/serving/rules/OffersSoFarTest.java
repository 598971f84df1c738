package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.scoring.Scores;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What Ada and Bob had been offered when a logged decision was made. */
class OffersSoFarTest {
  private static final Instant ELEVEN = Cast.NOON.minusSeconds(3_600);
  private static final Instant ONE = Cast.NOON.plusSeconds(3_600);

  @RegisterExtension private static final TestLog LOG = new TestLog();

  private static final String TEN =
      "promotions: [{id: ten, kind: percent-off, terms: {percent: 10}%s}]\n";
  private static final String EVER = TEN.formatted(", perShopperCap: 3");
  private static final String HOURLY = TEN.formatted(", perShopperCap: 3, perShopperCapPer: PT1H");
  private static final String CONTACTS =
      "contactCaps: [{offers: 3, per: PT2H}]\n" + TEN.formatted("");

  /** What these rules ask at noon, of those who are decided for within two hours. */
  private static OffersSoFar atNoon(String... rules) {
    return OffersSoFar.of(
        LOG.store(),
        Cast.NOON,
        ONE.plusSeconds(3_600),
        Stream.of(rules).map(text -> TestLog.rules(1, text)).toList());
  }

  private static Decision decided(String shopper, Instant at, String promotion) {
    String file =
        promotion == null
            ? "promotions: []\n"
            : "promotions: [{id: %s, kind: percent-off, terms: {percent: 10}}]\n"
                .formatted(promotion);
    return new Decider(Cast.ASSUMED)
        .decideBriefly(
            new DecisionRequest(
                shopper + at, Trigger.VISIT, shopper, at, new Cart(10_000, List.of())),
            null,
            Scores.UNKNOWN,
            TestLog.rules(1, file),
            Caps.NONE,
            null);
  }

  @Test
  void onlyWhatWasOfferedBeforeTheMomentIsKnown() throws Exception {
    LOG.write(
        decided(Cast.ADA, ELEVEN, "ten"),
        decided(Cast.ADA, ELEVEN.plusSeconds(60), "five"),
        decided(Cast.ADA, ELEVEN.plusSeconds(120), null),
        decided(Cast.ADA, Cast.NOON, "ten"),
        decided(Cast.BOB, ELEVEN, "ten"),
        decided(Cast.BOB, ONE, null));
    OffersSoFar offers = atNoon(EVER, CONTACTS);
    Caps ada = offers.of(Cast.ADA);
    assertThat(ada.offered("ten")).as("not the one at noon itself").isEqualTo(1);
    assertThat(ada.offered("five", ELEVEN)).isEqualTo(1);
    assertThat(ada.contacts(ELEVEN)).isEqualTo(2);
    assertThat(ada.contacts(ELEVEN.plusSeconds(1)))
        .as("the first one is too long ago")
        .isEqualTo(1);
    assertThat(offers.of(Cast.BOB).offered("ten")).isEqualTo(1);
    assertThat(offers.of(Cast.BOB).offered("five", ELEVEN)).as("that was Ada's").isZero();
    assertThat(offers.of("k1.eve").offered("ten")).isZero();
  }

  @Test
  void goingAlongTheLogAddsWhatIsOffered() throws Exception {
    LOG.write(decided(Cast.ADA, ELEVEN, "ten"), decided(Cast.ADA, ONE, null));
    OffersSoFar offers = atNoon(EVER, HOURLY);
    Caps ada = offers.of(Cast.ADA);
    offers.note(decided(Cast.ADA, Cast.NOON, "ten"));
    offers.note(decided(Cast.ADA, ONE, null));
    offers.note(decided(Cast.BOB, ONE, "ten"));
    assertThat(ada.offered("ten")).as("asked before, told now").isEqualTo(2);
    assertThat(ada.offered("ten", Cast.NOON)).isEqualTo(1);
    assertThat(ada.offered("ten", ONE)).as("at one nothing was given").isZero();
    assertThat(offers.of(Cast.BOB).offered("ten")).isEqualTo(1);
  }

  @Test
  void whatNoCapAsksForIsNotRead() throws Exception {
    LOG.write(
        decided(Cast.ADA, ELEVEN.minusSeconds(7_200), "ten"),
        decided(Cast.ADA, ELEVEN.minusSeconds(1), "ten"),
        decided(Cast.ADA, ELEVEN, "ten"),
        decided(Cast.ADA, ELEVEN.plusSeconds(60), "five"),
        decided(Cast.ADA, Cast.NOON, "ten"));
    OffersSoFar none = atNoon(TEN.formatted(""));
    none.note(decided(Cast.ADA, Cast.NOON, "ten"));
    assertThat(none.of(Cast.ADA)).as("rules without caps").isSameAs(Caps.NONE);
    Caps ever = atNoon(EVER).of(Cast.ADA);
    assertThat(ever.offered("ten")).isEqualTo(3);
    assertThat(ever.contacts(Instant.EPOCH)).as("no moment counts").isZero();
    Caps hourly = atNoon(HOURLY).of(Cast.ADA);
    assertThat(hourly.contacts(Instant.EPOCH)).as("of ten, not before eleven").isEqualTo(1);
    assertThat(hourly.offered("ten")).as("nobody asks how often ever").isZero();
    Caps contacts = atNoon(CONTACTS).of(Cast.ADA);
    assertThat(contacts.contacts(Instant.EPOCH)).as("of both, not before ten").isEqualTo(3);
  }

  @Test
  void ofACampaignOnlyItsOwnPromotionsAreRead() throws Exception {
    LOG.write(
        decided(Cast.ADA, ELEVEN, "ten"),
        decided(Cast.ADA, ELEVEN.plusSeconds(60), "five"),
        decided(Cast.ADA, Cast.NOON, null));
    String winter =
        """
        contactCaps: [{offers: 3, per: PT2H, campaign: winter}]
        campaigns: [{id: winter, periods: [{from: 2026-01-01T00:00:00Z, until: 2026-02-01T00:00:00Z}]}]
        promotions:
          - {id: ten, kind: percent-off, campaign: winter, terms: {percent: 10}}
          - {id: five, kind: percent-off, terms: {percent: 5}}
        """;
    assertThat(atNoon(winter).of(Cast.ADA).contacts(Instant.EPOCH)).isEqualTo(1);
  }

  @Test
  void whoIsNotDecidedForIsNotRead() throws Exception {
    LOG.write(decided(Cast.ADA, ELEVEN, "ten"), decided(Cast.BOB, Cast.NOON, "ten"));
    assertThat(atNoon(EVER, CONTACTS).of(Cast.ADA)).isSameAs(Caps.NONE);
  }

  @Test
  void rulesThatDecidedAskForTheirCapsToo() throws Exception {
    LOG.write(decided(Cast.ADA, ELEVEN, "ten"), decided(Cast.ADA, Cast.NOON, null));
    RuleSet other = TestLog.rules(2, TEN.formatted(""));
    for (String then : List.of(EVER, TEN.formatted(""))) {
      RuleSet decided = TestLog.rules(1, then);
      OffersSoFar offers =
          OffersSoFar.ofThen(
              LOG.store(),
              Cast.NOON,
              ONE,
              version -> version == 1 ? decided : null,
              List.of(other));
      assertThat(offers.of(Cast.ADA).offered("ten")).isEqualTo(then.equals(EVER) ? 1 : 0);
    }
  }

  /** As many as the job remembers. */
  @Test
  void momentsThatNoCapCountsAnyMoreAreForgotten() throws Exception {
    LOG.write(decided(Cast.ADA, Cast.NOON, null));
    OffersSoFar offers = atNoon(HOURLY);
    for (int i = 0; i < 150; i++) {
      offers.note(decided(Cast.ADA, Cast.NOON.plusSeconds(i), "ten"));
    }
    assertThat(offers.of(Cast.ADA).contacts(Instant.EPOCH)).isEqualTo(100);
    offers.note(decided(Cast.ADA, ONE.plusSeconds(100), "ten"));
    assertThat(offers.of(Cast.ADA).contacts(Instant.EPOCH)).as("of an hour").isEqualTo(51);
    assertThat(offers.of(Cast.ADA).offered("ten", ONE)).isEqualTo(1);
  }
}
