package io.promoflow.deploy.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.DecisionRequest;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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

  @Test
  void placesAreRenderedButForTheirShareWhateverTheShopperIsLike() {
    var unrendered = new EnumMap<ResponseType, double[]>(ResponseType.class);
    for (int shopper = 0; shopper < MODEL.shoppers(); shopper++) {
      double[] count = unrendered.computeIfAbsent(MODEL.type(shopper), t -> new double[2]);
      for (int phase = 0; phase < Calendar.PHASES; phase++) {
        count[0] += MODEL.rendersOffer(shopper, phase) ? 0 : 1;
        count[1]++;
      }
    }
    unrendered.forEach(
        (type, count) ->
            assertThat(count[0] / count[1])
                .as(type.name())
                .isCloseTo(ShopModel.UNRENDERED_SHARE, within(0.003)));
  }

  /** The shopper neither sees it nor clicks, nor uses it; the order is as without it. */
  @Test
  void anOfferThatIsNotRenderedChangesNothing() {
    var model = new ShopModel(7, 2_000);
    var script = new Script(model);
    Map<Integer, String> all = new HashMap<>();
    IntStream.range(0, model.shoppers()).forEach(shopper -> all.put(shopper, "fifteen-off"));
    List<SentEvent> promoted = unrendered(model, script.answers(3, all, List.of()));
    assertThat(promoted)
        .isEqualTo(unrendered(model, script.answers(3, Map.of(), List.of())))
        .noneMatch(event -> event.event().startsWith("Promotion"))
        .anyMatch(event -> event.event().equals("Order Completed"));
  }

  private static List<SentEvent> unrendered(ShopModel model, List<SentEvent> events) {
    return events.stream().filter(event -> !model.rendersOffer(event.shopper(), 3)).toList();
  }

  @Test
  void everyPlaceThatIsRenderedNamesItsDecision() {
    var model = new ShopModel(7, 500);
    var script = new Script(model);
    List<String> rendered =
        script.visits(3).stream()
            .filter(visit -> model.rendersBanner(visit.shopper(), 3))
            .map(visit -> DecisionRequest.decisionId(visit.requestId(), Trigger.VISIT))
            .toList();
    assertThat(script.browsing(3))
        .filteredOn(event -> event.accepted() && "Promotion Viewed".equals(event.event()))
        .extracting(SentEvent::decisionId)
        .containsExactlyInAnyOrderElementsOf(rendered);
  }
}
