package io.promoflow.models.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.Models;
import io.promoflow.models.Scorer;
import io.promoflow.models.forest.Trees;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImportanceTest {
  private static TrainingExample shopper(String name, double views, double spend) {
    return new TrainingExample(
        name,
        Instant.EPOCH,
        Instant.EPOCH,
        Map.of("views_7d", views, "spend_cents_7d", spend),
        Map.of(),
        false,
        "");
  }

  private final List<TrainingExample> two =
      List.of(shopper("ada", 6, 250), shopper("bob", 2, 1_000));

  @Test
  void isTheMeanAbsoluteContributionLargestFirst() {
    // views: .5 * (2, 0); spend: -1 * (-1, 2); no category: 2 * -.5 + .25 * -1 for both
    Importance importance = Importance.of(Models.propensity(), two);
    assertThat(importance.means().keySet())
        .containsExactly("spend_cents_7d", "preferred_category_7d", "views_7d");
    assertThat(importance.means().get("spend_cents_7d")).isCloseTo(1.5, within(1e-15));
    assertThat(importance.means().get("preferred_category_7d")).isCloseTo(1.25, within(1e-15));
    assertThat(importance.means().get("views_7d")).isCloseTo(0.5, within(1e-15));
    assertThat(importance.shares().get("views_7d")).isCloseTo(0.5 / 3.25, within(1e-15));
    assertThat(Importance.of(Models.linear(), two)).isEqualTo(importance);
  }

  @Test
  void ofAForestIsMadeOfShapleyValues() {
    var model = Models.forest(Trees.three());
    Scorer scorer = Scorer.of(model);
    double ada = scorer.contributions(two.get(0).values(), Map.of()).get("views_7d");
    double bob = scorer.contributions(two.get(1).values(), Map.of()).get("views_7d");
    Importance importance = Importance.of(model, two);
    assertThat(importance.means().get("views_7d"))
        .isCloseTo((Math.abs(ada) + Math.abs(bob)) / 2, within(1e-15));
    assertThat(importance.means().get("preferred_category_7d")).isZero();
    assertThat(importance.shares().values().stream().mapToDouble(s -> s).sum())
        .isCloseTo(1, within(1e-12));
  }

  @Test
  void equalFeaturesAreSortedByName() {
    var importance = new Importance(Map.of("b", 1.0, "a", 1.0, "c", 2.0));
    assertThat(importance.means().keySet()).containsExactly("c", "a", "b");
    assertThat(new Importance(Map.of("a", 0.0)).shares()).containsExactly(Map.entry("a", 0.0));
  }

  @Test
  void noExamplesAreRefused() {
    assertThatThrownBy(() -> Importance.of(Models.propensity(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no examples");
  }
}
