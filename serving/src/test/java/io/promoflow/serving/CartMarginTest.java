package io.promoflow.serving;

import static io.promoflow.serving.Cast.ADA;
import static io.promoflow.serving.Cast.NOON;
import static io.promoflow.serving.Cast.percentOff;
import static io.promoflow.serving.Cast.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.RuleSet.Margin;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Cart.Line;
import io.promoflow.serving.scoring.Scores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Margins that the rules state are those that decisions reckon with. */
class CartMarginTest {
  /** p = .1, p' = .12, of whatever the rules state no margin of 30 %. */
  private static final Assumptions ASSUMED = new Assumptions(0.2, 0.3, 0.1, 5);

  private static final Margin STATED = new Margin(0.4, 0, Map.of("electronics", 0.05), Map.of());
  private static final RuleSet OFFERS =
      rules(1, List.of(percentOff("some-off", 4.5), percentOff("tenth-off", 0.1)), List.of());
  private static final Scores NOTHING_SAID = new Scores(null, null, List.of(), Map.of());

  private static DecisionRequest asks(Cart cart) {
    return new DecisionRequest("r", Trigger.CART_ADD, ADA, NOON, cart);
  }

  private static Decision decide(RuleSet rules, Cart cart) {
    return new Decider(ASSUMED).decide(asks(cart), null, Map.of(), rules, Caps.NONE);
  }

  private static double gain(RuleSet rules, Cart cart) {
    return decide(rules, cart).candidates().get(0).gainCents();
  }

  private static Line line(String category, Long cents) {
    return new Line("p", category, 1, cents, NOON);
  }

  @Test
  void whatHardlyEarnsAnythingIsNotDiscounted() {
    var electronics = new Cart(20_000, List.of(line("electronics", 20_000L)));
    // .12 * (6000 - 900) - .1 * 6000
    assertThat(gain(OFFERS, electronics)).isCloseTo(12, within(1e-9));
    // .12 * (1000 - 900) - .1 * 1000
    assertThat(gain(OFFERS.withMargin(STATED), electronics)).isCloseTo(-88, within(1e-9));
    assertThat(decide(OFFERS.withMargin(STATED), electronics).promotionId()).isEqualTo("tenth-off");
  }

  @Test
  void whatIsOfNoKnownCategoryGoesByTheUsualShare() {
    RuleSet stated = OFFERS.withMargin(STATED);
    // .12 * (8000 - 900) - .1 * 8000
    assertThat(gain(stated, new Cart(20_000, List.of()))).isCloseTo(52, within(1e-9));
    assertThat(gain(stated, new Cart(20_000, List.of(line(null, 20_000L), line("tea", null)))))
        .isCloseTo(52, within(1e-9));
    var mixed =
        List.of(line("electronics", 8_000L), line("tea", 2_000L), line("electronics", null));
    // 8000 * .05 + 12000 * .4 = 5200
    assertThat(gain(stated, new Cart(20_000, mixed))).isCloseTo(-4, within(1e-9));
  }

  @Test
  void aCartThatIsWorthLessThanItsLinesHasAsMuchLessOfAMargin() {
    RuleSet stated = OFFERS.withMargin(STATED);
    var lines = List.of(line("electronics", 16_000L), line("tea", 24_000L));
    // half of 16000 * .05 + 24000 * .4 = 10400
    assertThat(gain(stated, new Cart(20_000, lines))).isCloseTo(-4, within(1e-9));
    // twice as much of what earns more than usual is worth no more than the cart
    Margin tea = new Margin(0.1, 0, Map.of("tea", 0.4), Map.of());
    Cart cart = new Cart(20_000, List.of(line("tea", 40_000L)));
    assertThat(gain(OFFERS.withMargin(tea), cart)).isCloseTo(52, within(1e-9));
  }

  /** Both ways of deciding agree, and the log tells the margin without the lines. */
  @Test
  void theMarginFollowsFromWhatIsLogged() {
    var random = new Random(8);
    RuleSet stated = OFFERS.withMargin(STATED);
    for (int i = 0; i < 2_000; i++) {
      var lines = new ArrayList<Line>();
      double margin = 0;
      long total = 0;
      for (int l = random.nextInt(4); l > 0; l--) {
        long cents = 1L + random.nextInt(9_000);
        boolean low = random.nextBoolean();
        lines.add(line(low ? "electronics" : "tea", cents));
        total += cents;
        margin += (low ? 0.05 : 0.4) * cents;
      }
      Cart cart = new Cart(total, lines);
      Decision brief =
          new Decider(ASSUMED)
              .decideBriefly(asks(cart), null, NOTHING_SAID, stated, Caps.NONE, null);
      Decision whole = decide(stated, cart);
      assertThat(brief.promotionId()).isEqualTo(whole.promotionId());
      assertThat(brief.candidates().get(0).score()).isEqualTo(whole.candidates().get(0).score());
      OptionalDouble told = LoggedMargin.cents(brief, stated, NOTHING_SAID, ASSUMED);
      assertThat(told.orElseThrow()).isCloseTo(total == 0 ? 2_000 : margin, within(0.3));
      Decision again =
          new Decider(ASSUMED)
              .decideBriefly(
                  asks(new Cart(total, List.of())).making(told.orElseThrow()),
                  null,
                  NOTHING_SAID,
                  stated,
                  Caps.NONE,
                  null);
      assertThat(again.candidates().get(0).score())
          .isCloseTo(brief.candidates().get(0).score(), within(0.02));
    }
  }

  @Test
  void whatNoCandidateTellsNobodyKnows() {
    Decision none =
        decide(rules(1, List.of(), List.of()).withMargin(STATED), new Cart(9, List.of()));
    assertThat(LoggedMargin.cents(none, OFFERS, NOTHING_SAID, ASSUMED)).isEmpty();
    Decision some = decide(OFFERS, new Cart(20_000, List.of()));
    var others = new Assumptions(0.3, 0.3, 0.1, 5);
    assertThat(LoggedMargin.cents(some, OFFERS, NOTHING_SAID, others))
        .as("by assumptions that were others then")
        .isEmpty();
  }
}
