package io.promoflow.serving.rules;

import static io.promoflow.serving.rules.RulePreview.NOTHING;
import static io.promoflow.serving.rules.TestLog.byName;
import static io.promoflow.serving.rules.TestLog.knowing;
import static io.promoflow.serving.rules.TestLog.response;
import static io.promoflow.serving.rules.TestLog.rules;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.LoopHoldout;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Assignment;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Versions of models beside a log. Ada has four orders, Bob none; the old models give ten per cent
 * off to her only, the new ones to him only.
 */
class ModelShadowTest {
  private static final Instant TUESDAY = Cast.NOON.plusSeconds(86_400);
  private static final String TEN =
      "promotions: [{id: ten, kind: percent-off, terms: {percent: 10}%s}]\n";
  private static final String RULES = TEN.formatted("");
  private static final List<ModelVersion> OLD =
      List.of(response("none", Cast.NOON, 0.001, -2), response("percent-off", Cast.NOON, 1, -3));
  private static final List<ModelVersion> NEW =
      List.of(response("none", TUESDAY, 0.001, -2), response("percent-off", TUESDAY, -1, 1));

  @RegisterExtension private static final TestLog LOG = new TestLog();

  private static FeatureRow row(String shopper) {
    return Cast.row(shopper, Cast.NOON, shopper.equals(Cast.ADA) ? 4 : 0);
  }

  private static Decision decided(
      Assumptions assumptions, RuleSet rules, List<ModelVersion> models, String shopper, int second)
      throws Exception {
    LOG.write(row(shopper));
    Decision decision =
        new Decider(assumptions)
            .decideBriefly(
                new DecisionRequest(
                    shopper + second,
                    Trigger.VISIT,
                    shopper,
                    Cast.NOON.plusSeconds(second),
                    new Cart(10_000, List.of())),
                row(shopper),
                byName(models),
                rules,
                Caps.NONE,
                null);
    LOG.write(decision);
    return decision;
  }

  private static List<Shadowed> shadowed(
      Assumptions assumptions,
      String rules,
      ModelShadow.Versions versions,
      List<ModelVersion> incumbents,
      List<ModelVersion> challengers) {
    return ModelShadow.of(
        LOG.store(),
        assumptions,
        Map.of(1L, rules(1, rules))::get,
        versions,
        incumbents,
        challengers,
        Cast.NOON,
        Cast.NOON.plusSeconds(60));
  }

  private static List<Shadowed> shadowed(
      List<ModelVersion> incumbents, List<ModelVersion> challengers) {
    return shadowed(Cast.ASSUMED, RULES, knowing(OLD), incumbents, challengers);
  }

  private static List<String> choices(List<Map<String, Double>> sure) {
    var choices = new ArrayList<String>();
    for (Map<String, Double> one : sure) {
      assertThat(one).hasSize(1).containsValue(1.0);
      choices.addAll(one.keySet());
    }
    return choices;
  }

  @Test
  void everyVersionChoosesForItself() throws Exception {
    decided(Cast.ASSUMED, rules(1, RULES), OLD, Cast.ADA, 0);
    decided(Cast.ASSUMED, rules(1, RULES), OLD, Cast.BOB, 1);
    List<Shadowed> log = shadowed(OLD, NEW);
    assertThat(log).extracting(Shadowed::choice).containsExactly("ten", NOTHING);
    assertThat(choices(log.stream().map(Shadowed::then).toList())).containsExactly("ten", NOTHING);
    assertThat(choices(log.stream().map(Shadowed::incumbent).toList()))
        .containsExactly("ten", NOTHING);
    assertThat(choices(log.stream().map(Shadowed::challenger).toList()))
        .containsExactly(NOTHING, "ten");
  }

  @Test
  void theOneInForceNeedNotHaveDecided() throws Exception {
    decided(Cast.ASSUMED, rules(1, RULES), OLD, Cast.ADA, 0);
    Shadowed one = shadowed(NEW, OLD).get(0);
    assertThat(one.then()).isEqualTo(Map.of("ten", 1.0));
    assertThat(one.incumbent()).isEqualTo(Map.of(NOTHING, 1.0));
    assertThat(one.challenger()).isEqualTo(Map.of("ten", 1.0));
  }

  @Test
  void whereNoneIsInForceServingAssumes() throws Exception {
    decided(Cast.ASSUMED, rules(1, RULES), OLD, Cast.BOB, 0);
    Shadowed one = shadowed(List.of(), OLD).get(0);
    assertThat(one.incumbent()).as("the assumed lift pays").isEqualTo(Map.of("ten", 1.0));
    assertThat(one.challenger()).isEqualTo(Map.of(NOTHING, 1.0));
  }

  @Test
  void responsesOfTwoWindowsAreNeverAskedTogether() throws Exception {
    decided(Cast.ASSUMED, rules(1, RULES), OLD, Cast.BOB, 0);
    var gift = List.of(response("none", TUESDAY, 0.001, -2), response("gift", TUESDAY, 0.001, 0));
    assertThat(ModelShadow.placeOf(gift, OLD)).isEqualTo(OLD);
    assertThat(shadowed(OLD, gift).get(0).challenger())
        .as("nothing is known of per cent off, so the assumed lift counts")
        .isEqualTo(Map.of("ten", 1.0));
  }

  @Test
  void otherModelsStayThoseOfThen() throws Exception {
    var models = new ArrayList<>(OLD);
    models.add(Cast.segments()); // few orders are s0, many are s1
    String onlyFew = TEN.formatted(", eligibility: [{field: segment, operator: IN, values: [s0]}]");
    decided(Cast.ASSUMED, rules(1, onlyFew), models, Cast.ADA, 0);
    decided(Cast.ASSUMED, rules(1, onlyFew), models, Cast.BOB, 1);
    assertThat(ModelShadow.placeOf(NEW, models)).isEqualTo(OLD);
    List<Shadowed> log = shadowed(Cast.ASSUMED, onlyFew, knowing(models), OLD, NEW);
    assertThat(choices(log.stream().map(Shadowed::challenger).toList()))
        .as("Bob is of s0; the new models give nothing to Ada anyway")
        .containsExactly(NOTHING, "ten");
    assertThat(choices(log.stream().map(Shadowed::then).toList()))
        .as("the old ones would give to Ada, were she of s0")
        .containsExactly(NOTHING, NOTHING);
  }

  @Test
  void earlierOffersCountForEverybody() throws Exception {
    String once = TEN.formatted(", perShopperCap: 1");
    decided(Cast.ASSUMED, rules(1, once), OLD, Cast.ADA, -60);
    decided(Cast.ASSUMED, rules(1, once), NEW, Cast.ADA, 0);
    var known = new ArrayList<>(OLD);
    known.addAll(NEW);
    Shadowed one = shadowed(Cast.ASSUMED, once, knowing(known), NEW, OLD).get(0);
    assertThat(one.challenger())
        .as("it would give, had she not had it")
        .isEqualTo(Map.of(NOTHING, 1.0));
  }

  @Test
  void whatCannotBeMadeAgainHasNoProbabilities() throws Exception {
    decided(Cast.ASSUMED, rules(1, RULES), OLD, Cast.ADA, 0);
    decided(Cast.ASSUMED, rules(7, RULES), OLD, Cast.ADA, 1);
    decided(Cast.ASSUMED, rules(1, RULES), NEW, Cast.ADA, 2);
    List<Shadowed> log = shadowed(OLD, NEW);
    assertThat(log).hasSize(3);
    assertThat(log.get(0).then()).isNotEmpty();
    for (Shadowed lost : log.subList(1, 3)) { // unknown rules; models that nobody knows
      assertThat(lost.then()).isEmpty();
      assertThat(lost.incumbent()).isEmpty();
      assertThat(lost.challenger()).isEmpty();
    }
  }

  @Test
  void explorationIsLeftToChanceInEveryVersion() throws Exception {
    var exploring = new Assumptions(0.5, 0.4, 0.1, 5, 0.2, 0);
    Decision decision = decided(exploring, rules(1, RULES), OLD, Cast.ADA, 0);
    Shadowed one = shadowed(exploring, RULES, knowing(OLD), OLD, NEW).get(0);
    assertThat(one.then()).isEqualTo(Map.of("ten", 0.9, NOTHING, 0.1));
    assertThat(one.then().get(one.choice())).isEqualTo(decision.probability());
    assertThat(one.challenger()).isEqualTo(Map.of("ten", 0.1, NOTHING, 0.9));
  }

  @Test
  void whoIsHeldOutIsLeftOut() throws Exception {
    String holding = "holdoutShare: 0.5\n" + RULES;
    String shopper =
        IntStream.range(0, 100)
            .mapToObj(i -> "k1.s" + i)
            .filter(one -> Assignment.isHeldOut(0.5, one))
            .findFirst()
            .orElseThrow();
    Decision decision = decided(Cast.ASSUMED, rules(1, holding), OLD, shopper, 0);
    assertThat(decision.experimentId()).isEqualTo(LoopHoldout.ID);
    assertThat(shadowed(Cast.ASSUMED, holding, knowing(OLD), OLD, NEW)).isEmpty();
  }
}
