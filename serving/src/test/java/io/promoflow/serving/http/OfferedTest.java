package io.promoflow.serving.http;

import static io.promoflow.serving.Cast.ADA;
import static io.promoflow.serving.Cast.NOON;
import static io.promoflow.serving.Cast.percent;
import static io.promoflow.serving.Cast.promotion;
import static io.promoflow.serving.Cast.rules;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What went from here counts until the archive has it, whatever went before it. */
class OfferedTest {
  private final RuleSet capped =
      rules(
          1,
          List.of(promotion("a", PromotionKind.PERCENT_OFF, percent(5), List.of(), 1)),
          List.of());
  private long nanos;
  private Offered offered;

  @BeforeEach
  void open() {
    offered = new Offered(1_000, () -> nanos);
    assertThat(offered.matters(capped)).isTrue();
  }

  private static Decision decision(String id, String shopper, String promotion) {
    return new Decision(
        id,
        id,
        Trigger.VISIT,
        shopper,
        NOON,
        0,
        null,
        null,
        null,
        null,
        promotion,
        1,
        0,
        List.of(),
        1,
        Map.of(),
        null,
        null,
        List.of());
  }

  private void at(Duration sinceStart) {
    nanos = sinceStart.toNanos();
  }

  private int offers(String promotion) {
    return offered.caps(capped, ADA, Offers.NONE).offered(promotion);
  }

  @Test
  void anOfferCountsForTenMinutesOfItsOwn() {
    offered.note(decision("d1", ADA, "a"));
    at(Duration.ofMinutes(10).minusSeconds(1));
    offered.note(decision("d2", ADA, "b"));
    at(Duration.ofMinutes(10).plusSeconds(1));
    assertThat(offers("b")).isOne();
    at(Duration.ofMinutes(19));
    assertThat(offers("b")).isOne();
    at(Duration.ofMinutes(20));
    assertThat(offers("b")).isZero();
  }

  @Test
  void whatTheArchiveHasByNowIsForgottenThoughTheShopperComesAgain() {
    offered.note(decision("d1", ADA, "a"));
    at(Duration.ofMinutes(9));
    offered.note(decision("d2", ADA, "b"));
    at(Duration.ofMinutes(11));
    offered.note(decision("d3", ADA, "c"));
    assertThat(offers("a")).isZero();
    assertThat(offers("b")).isOne();
    assertThat(offers("c")).isOne();
  }

  @Test
  void whatTheArchiveHasAsWellCountsOnce() {
    offered.note(decision("d1", ADA, "a"));
    var archived = Map.of("d1", new Offer("a", NOON), "d0", new Offer("a", NOON));
    assertThat(offered.caps(capped, ADA, new Offers(archived, Map.of())).offered("a")).isEqualTo(2);
  }

  @Test
  void whatTheLogDidNotTakeDoesNotCount() {
    offered.note(decision("d1", ADA, "a"));
    offered.note(decision("d2", ADA, "a"));
    offered.forget(decision("d1", ADA, "a"));
    assertThat(offers("a")).isOne();
    offered.forget(decision("d2", ADA, "a"));
    assertThat(offers("a")).isZero();
  }

  @Test
  void thereIsRoomForSoManyOffersWhosever() {
    IntStream.range(0, 4_000).forEach(i -> offered.note(decision("d" + i, "k1." + i / 4, "a")));
    int sum =
        IntStream.range(0, 1_000)
            .map(i -> offered.caps(capped, "k1." + i, Offers.NONE).offered("a"))
            .sum();
    assertThat(sum).isBetween(500, 1_000);
  }

  @Test
  void ofOneShopperTheNewestCountUnderTheSmallestSetting() {
    int most = 500;
    offered.note(decision("first", ADA, "b"));
    IntStream.range(0, most - 1).forEach(i -> offered.note(decision("d" + i, ADA, "a")));
    assertThat(offers("b")).isOne();
    IntStream.range(0, 1_000).forEach(i -> offered.note(decision("e" + i, ADA, "a")));
    assertThat(offers("b")).isZero();
    assertThat(offers("a")).isEqualTo(most);
  }

  @Test
  void ofOneShopperNoMoreThanSomeAreKept() {
    var large = new Offered(300_000, () -> nanos);
    large.matters(capped);
    IntStream.range(0, 3_000).forEach(i -> large.note(decision("d" + i, ADA, "a")));
    assertThat(large.caps(capped, ADA, Offers.NONE).offered("a")).isEqualTo(Offered.MOST_OF_ONE);
  }
}
