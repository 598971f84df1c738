package io.promoflow.serving.rules;

import static io.promoflow.serving.rules.TestLog.byName;
import static io.promoflow.serving.rules.TestLog.knowing;
import static io.promoflow.serving.rules.TestLog.response;
import static io.promoflow.serving.rules.TestLog.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Decider;
import io.promoflow.serving.rules.RulePreview.Move;
import io.promoflow.serving.rules.RulePreview.Preview;
import io.promoflow.serving.scoring.Scores;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Decisions that response models made, made again by {@link RuleShadow} and {@link RulePreview}:
 * ten per cent off pays with Ada, who orders often, and costs with Bob, who never does. By
 * propensity alone both would get free shipping.
 */
class RuleShadowTest {
  private static final String RULES =
      """
      promotions:
        - {id: ten, kind: percent-off, terms: {percent: 10}}
        - {id: ship, kind: free-shipping, terms: {amountCents: 500}}
      """;
  private static final RuleSet LIVE = rules(1, RULES);
  private static final List<ModelVersion> MODELS =
      List.of(
          Cast.segments(),
          response("none", Cast.NOON, 0.001, -2),
          response("percent-off", Cast.NOON, 1, -3));

  @RegisterExtension private static final TestLog LOG = new TestLog();

  /** Ada, Bob, and Eve of whom nothing is known. */
  private static List<Decision> logged(Assumptions assumptions) throws Exception {
    var decider = new Decider(assumptions);
    FeatureRow ada = Cast.row(Cast.ADA, Cast.NOON, 4);
    FeatureRow bob = Cast.row(Cast.BOB, Cast.NOON, 0);
    LOG.write(ada);
    LOG.write(bob);
    var decisions =
        List.of(
            decided(decider, "r1", Cast.ADA, ada),
            decided(decider, "r2", Cast.BOB, bob),
            decided(decider, "r3", "k1.eve", null));
    LOG.write(decisions.toArray(Decision[]::new));
    return decisions;
  }

  private static Decision decided(
      Decider decider, String request, String shopper, FeatureRow features) {
    return decider.decideBriefly(
        Cast.asks(request, Trigger.VISIT, shopper, 10_000),
        features,
        byName(MODELS),
        LIVE,
        Caps.NONE,
        null);
  }

  private static List<Shadowed> shadowed(
      Assumptions assumptions, ModelShadow.Versions models, RuleSet planned) {
    return RuleShadow.of(
        LOG.store(),
        assumptions,
        Map.of(1L, LIVE)::get,
        models,
        planned,
        Cast.NOON,
        Cast.NOON.plusSeconds(1));
  }

  private static Preview preview(ModelShadow.Versions models, RuleSet planned) {
    return RulePreview.of(
        LOG.store(), Cast.ASSUMED, planned, models, Cast.NOON, Cast.NOON.plusSeconds(1));
  }

  private static Shadowed of(List<Shadowed> log, String shopper) {
    return log.stream().filter(one -> one.shopperId().equals(shopper)).findFirst().orElseThrow();
  }

  @Test
  void theSameRulesChooseWhatResponseModelsChose() throws Exception {
    assertThat(logged(Cast.ASSUMED))
        .extracting(Decision::promotionId)
        .containsExactly("ten", "ship", "ship");
    List<Shadowed> log = shadowed(Cast.ASSUMED, knowing(MODELS), rules(2, RULES));
    assertThat(log).hasSize(3);
    for (Shadowed one : log) {
      assertThat(one.then()).isEqualTo(Map.of(one.choice(), 1.0));
      assertThat(one.incumbent()).isEqualTo(one.then());
      assertThat(one.challenger()).isEqualTo(one.then());
    }
    Preview preview = preview(knowing(MODELS), rules(2, RULES));
    assertThat(preview.changed()).isZero();
    assertThat(preview.moves())
        .isEqualTo(Map.of(new Move("ten", "ten"), 1L, new Move("ship", "ship"), 2L));
    assertThat(preview.costCentsAfter()).isEqualTo(preview.costCentsBefore());
  }

  @Test
  void withoutTheirResponsesTheChoiceWouldBeAnother() throws Exception {
    Decision ada = logged(Cast.ASSUMED).get(0);
    var said = new Scores(ada.segment(), ada.propensity(), List.of(), ada.modelVersions());
    Decision again =
        new Decider(Cast.ASSUMED)
            .decideBriefly(
                Cast.asks("r1", Trigger.VISIT, Cast.ADA, 10_000),
                Cast.row(Cast.ADA, Cast.NOON, 4),
                said,
                LIVE,
                Caps.NONE,
                null);
    assertThat(again.promotionId()).isEqualTo("ship").isNotEqualTo(ada.promotionId());
  }

  @Test
  void whatExplorationDrewHasTheProbabilityThatWasLogged() throws Exception {
    var exploring = new Assumptions(0.5, 0.4, 0.1, 5, 0.3, 0);
    logged(exploring);
    for (Shadowed one : shadowed(exploring, knowing(MODELS), rules(2, RULES))) {
      assertThat(one.then().get(one.choice())).isCloseTo(one.drawn(), within(1e-12));
      assertThat(one.then().values().stream().mapToDouble(share -> share).sum())
          .isCloseTo(1, within(1e-12));
    }
  }

  @Test
  void otherRulesAreAskedWithTheResponsesOfThen() throws Exception {
    logged(Cast.ASSUMED);
    String onlyTen = "promotions: [{id: ten, kind: percent-off, terms: {percent: 10}}]\n";
    List<Shadowed> log = shadowed(Cast.ASSUMED, knowing(MODELS), rules(2, onlyTen));
    assertThat(of(log, Cast.ADA).challenger()).isEqualTo(Map.of("ten", 1.0));
    assertThat(of(log, Cast.BOB).challenger())
        .as("it would cost with him")
        .isEqualTo(Map.of(RulePreview.NOTHING, 1.0));
    assertThat(preview(knowing(MODELS), rules(2, onlyTen)).moves())
        .isEqualTo(
            Map.of(
                new Move("ten", "ten"), 1L,
                new Move("ship", RulePreview.NOTHING), 1L,
                new Move("ship", "ten"), 1L));
  }

  @Test
  void decisionsWhoseResponseModelsAreLostCannotBeMadeAgain() throws Exception {
    logged(Cast.ASSUMED);
    ModelShadow.Versions none = (name, version) -> Optional.empty();
    List<Shadowed> log = shadowed(Cast.ASSUMED, none, LIVE);
    assertThat(of(log, Cast.ADA).then()).isEmpty();
    assertThat(of(log, Cast.ADA).challenger()).isEmpty();
    assertThat(of(log, "k1.eve").then()).as("no model was asked").isEqualTo(Map.of("ship", 1.0));
    assertThat(preview(none, LIVE).unknown()).isEqualTo(2);
    assertThat(preview(none, LIVE).decisions()).isEqualTo(1);
  }

  @Test
  void decisionsWhoseFeaturesAreLostCannotBeMadeAgain() throws Exception {
    logged(Cast.ASSUMED);
    try (var connection = LOG.store().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("TRUNCATE features.shopper_feature_history");
    }
    List<Shadowed> log = shadowed(Cast.ASSUMED, knowing(MODELS), LIVE);
    assertThat(log).filteredOn(one -> one.then().isEmpty()).hasSize(2);
    assertThat(preview(knowing(MODELS), LIVE).unknown()).isEqualTo(2);
  }
}
