package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.scoring.Scores;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What Ada and Bob had been offered when a logged decision was made. */
class OffersSoFarTest {
  private static final Instant ELEVEN = Cast.NOON.minusSeconds(3_600);
  private static final Instant ONE = Cast.NOON.plusSeconds(3_600);

  @RegisterExtension private static final TestLog LOG = new TestLog();

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
        decided(Cast.BOB, ELEVEN, "ten"));
    OffersSoFar offers = OffersSoFar.before(LOG.store(), Cast.NOON);
    Caps ada = offers.of(Cast.ADA);
    assertThat(ada.offered("ten")).as("not the one at noon itself").isEqualTo(1);
    assertThat(ada.offered("five")).isEqualTo(1);
    assertThat(ada.contacts(ELEVEN)).isEqualTo(2);
    assertThat(ada.contacts(ELEVEN.plusSeconds(1)))
        .as("the first one is too long ago")
        .isEqualTo(1);
    assertThat(offers.of(Cast.BOB).offered("ten")).isEqualTo(1);
    assertThat(offers.of(Cast.BOB).offered("five")).as("that was Ada's").isZero();
    assertThat(offers.of("k1.eve").offered("ten")).isZero();
  }

  @Test
  void goingAlongTheLogAddsWhatIsOffered() throws Exception {
    LOG.write(decided(Cast.ADA, ELEVEN, "ten"));
    OffersSoFar offers = OffersSoFar.before(LOG.store(), Cast.NOON);
    Caps ada = offers.of(Cast.ADA);
    offers.note(decided(Cast.ADA, Cast.NOON, "ten"));
    offers.note(decided(Cast.ADA, ONE, null));
    offers.note(decided(Cast.BOB, ONE, "ten"));
    assertThat(ada.offered("ten")).as("asked before, told now").isEqualTo(2);
    assertThat(ada.offered("ten", Cast.NOON)).isEqualTo(1);
    assertThat(ada.offered("ten", ONE)).as("at one nothing was given").isZero();
    assertThat(offers.of(Cast.BOB).offered("ten")).isEqualTo(1);
  }
}
