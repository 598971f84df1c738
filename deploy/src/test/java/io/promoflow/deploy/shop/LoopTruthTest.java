package io.promoflow.deploy.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.deploy.shop.ExpectedExposures.Exposed;
import io.promoflow.deploy.shop.FinalTables.DecisionRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What promoting brought, by the shop's own knowledge, and what is said of it. */
class LoopTruthTest {
  private static final String KEY = "a-key-for-tests-only";
  private static final Duration WINDOW = Duration.ofDays(3);
  private static final Instant FROM = Calendar.start(11);
  private static final ShopModel MODEL = new ShopModel(7, 300);

  private final Pseudonyms pseudonyms = new Pseudonyms(KEY);
  private final LoopTruth truth = new LoopTruth(MODEL, KEY, WINDOW);

  /** The fortnight in which every cart from a half day on gets the promotion. */
  private static List<SentEvent> lived(int promotedFrom) {
    var script = new Script(MODEL);
    var events = new ArrayList<SentEvent>();
    List<SentEvent> before = List.of();
    for (int phase = 0; phase < Calendar.PHASES; phase++) {
      Map<Integer, String> promoted = new HashMap<>();
      if (phase >= promotedFrom) {
        IntStream.range(0, MODEL.shoppers()).forEach(s -> promoted.put(s, "fifteen-off"));
      }
      before = script.answers(phase, promoted, before);
      events.addAll(before);
    }
    return events;
  }

  private List<Exposed> everybody() {
    return IntStream.range(0, MODEL.shoppers())
        .mapToObj(shopper -> exposed(pseudonyms.of(shopper)))
        .toList();
  }

  private static Exposed exposed(String shopper) {
    return new Exposed(
        ExpectedExposures.LOOP, shopper, ExpectedExposures.PROMOTED, "s1", FROM, false, true);
  }

  /** Mean over all shoppers of what their carts of six half days bring, refunds counted apart. */
  private static double byCart() {
    double sum = 0;
    for (int shopper = 0; shopper < MODEL.shoppers(); shopper++) {
      for (int phase = 11; phase < 17; phase++) {
        if (MODEL.visits(shopper, phase) && MODEL.addsToCart(shopper, phase)) {
          // a refund comes in the next half day, which for the last one lies after the window
          boolean kept = phase == 16 || !MODEL.refunds(shopper, phase);
          boolean seen = MODEL.rendersOffer(shopper, phase);
          sum += kept ? profit(shopper, phase, seen) - profit(shopper, phase, false) : 0;
        }
      }
    }
    return sum / MODEL.shoppers();
  }

  private static double profit(int shopper, int phase, boolean promoted) {
    if (!MODEL.orders(shopper, phase, promoted)) {
      return 0;
    }
    long basket = MODEL.basketCents(shopper, phase);
    return Math.round(ShopModel.MARGIN_SHARE * basket)
        - (promoted ? ShopModel.discountCents(basket) : 0);
  }

  @Test
  void whoGetsNothingIsBroughtNothing() {
    assertThat(truth.effectCents(everybody(), lived(Calendar.PHASES))).isZero();
  }

  @Test
  void promotingEverybodyBringsWhatTheCartsOfTheWindowBring() {
    assertThat(truth.effectCents(everybody(), lived(11)))
        .isNotZero()
        .isCloseTo(byCart(), within(1e-9));
  }

  @Test
  void theFirstDecisionUnderRulesThatHoldOutExposes() {
    var decisions =
        List.of(
            decision("a", "ada", FROM.minusSeconds(60), null, 1),
            decision("b", "ada", FROM.plusSeconds(60), "cart-discount", 2),
            decision("c", "ada", FROM.plusSeconds(30), null, 2),
            decision("d", "bob", FROM, "loop-holdout", 2));
    List<Exposed> loop =
        ExpectedExposures.of(decisions, new ExpectedViews(List.of()), Set.of(2L), WINDOW);
    assertThat(loop)
        .extracting(Exposed::shopper, Exposed::variant, Exposed::at, Exposed::triggered)
        .containsExactlyInAnyOrder(
            tuple("ada", "promoted", FROM.plusSeconds(30), true),
            tuple("bob", "holdout", FROM, true));
  }

  private static DecisionRow decision(
      String id, String shopper, Instant at, String experiment, long version) {
    String variant =
        experiment == null ? null : experiment.equals("loop-holdout") ? "holdout" : "control";
    return new DecisionRow(
        id, "r-" + id, shopper, at, "VISIT", null, experiment, variant, null, version, false);
  }

  private static LoopFindings found(double effect, long given, boolean ratio) {
    return new LoopFindings(
        new LoopFindings.Result(900, 100, 40, -200, 280, ratio),
        new LoopFindings.Truth(effect, given),
        3);
  }

  @Test
  void truthOutsideTheIntervalDoesNotHold() {
    assertThat(found(35, 0, true).failures()).isEmpty();
    assertThat(found(281, 0, true).failures()).hasSize(1);
    assertThat(found(-201, 0, true).failures()).hasSize(1);
    assertThat(found(Double.NaN, 0, true).failures()).hasSize(1);
  }

  @Test
  void promotionForTheHeldOutAndBrokenSampleRatioDoNotHold() {
    assertThat(found(35, 2, true).failures().get(0)).contains("2 promotions");
    assertThat(found(35, 0, false).failures().get(0)).contains("900 and 100");
    assertThat(new LoopFindings(null, new LoopFindings.Truth(35, 0), 3).failures()).hasSize(1);
  }
}
