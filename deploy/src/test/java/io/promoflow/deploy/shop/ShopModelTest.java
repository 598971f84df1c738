package io.promoflow.deploy.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShopModelTest {
  private static final ShopModel MODEL = new ShopModel(7, 20_000);

  @Test
  void typesComeInTheirShares() {
    var counts = new EnumMap<ResponseType, Integer>(ResponseType.class);
    for (int shopper = 0; shopper < MODEL.shoppers(); shopper++) {
      counts.merge(MODEL.type(shopper), 1, Integer::sum);
    }
    counts.forEach(
        (type, count) ->
            assertThat((double) count / MODEL.shoppers()).isCloseTo(type.share(), within(0.012)));
  }

  @Test
  void theEffectThatIsWrittenDownIsTheOneThatTheModelHas() {
    var sums = new EnumMap<ResponseType, double[]>(ResponseType.class);
    for (int shopper = 0; shopper < MODEL.shoppers(); shopper++) {
      for (int phase = 0; phase < Calendar.PHASES; phase++) {
        double[] sum = sums.computeIfAbsent(MODEL.type(shopper), t -> new double[2]);
        sum[0] +=
            MODEL.cartProfitCents(shopper, phase, true)
                - MODEL.cartProfitCents(shopper, phase, false);
        sum[1]++;
      }
    }
    // three of a hundred orders are paid back, which the closed form leaves out
    sums.forEach(
        (type, sum) ->
            assertThat(sum[0] / sum[1]).isCloseTo(0.97 * type.profitEffectCents(), within(15.0)));
  }

  @Test
  void theDiscountPaysWithThePersuadableOnly() {
    assertThat(ResponseType.PERSUADABLE.profitEffectCents()).isGreaterThan(150);
    assertThat(List.of(ResponseType.SURE_THING, ResponseType.LOST_CAUSE, ResponseType.SLEEPING_DOG))
        .allSatisfy(type -> assertThat(type.profitEffectCents()).isNegative());
  }

  @Test
  void aPhaseIsWrittenTheSameAgainAndInOrderOfTime() {
    var script = new Script(new ShopModel(7, 500));
    assertThat(script.browsing(3)).isEqualTo(new Script(new ShopModel(7, 500)).browsing(3));
    assertThat(script.browsing(3)).isNotEqualTo(new Script(new ShopModel(8, 500)).browsing(3));
    List<SentEvent> answers = script.answers(3, Map.of(1, "fifteen-off"), List.of());
    assertThat(answers).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
    assertThat(script.browsing(3))
        .allSatisfy(
            e ->
                assertThat(e.at())
                    .isBetween(Calendar.start(3), Calendar.start(3).plusSeconds(21_600)));
    assertThat(answers)
        .allSatisfy(
            e ->
                assertThat(e.at())
                    .isBetween(Calendar.start(3).plusSeconds(21_600), Calendar.end(3)));
  }
}
