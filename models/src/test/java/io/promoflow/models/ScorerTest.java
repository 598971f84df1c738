package io.promoflow.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.Decision.Contribution;
import io.promoflow.ingestion.schema.DecisionTree;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.models.forest.Trees;
import io.promoflow.models.trainer.Logistic;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScorerTest {
  private final Scorer propensity = Scorer.of(Models.propensity());

  @Test
  void aValueIsStandardisedAndACategoryBecomesItsElement() {
    assertThat(
            propensity.vector(
                Map.of("views_7d", 6.0, "spend_cents_7d", 250.0, "unknown", 1.0),
                Map.of("preferred_category_7d", "tea")))
        .containsExactly(2, -1, -0.5, 1);
  }

  @Test
  void aMissingOrNonFiniteValueIsImputedAndAnUnknownCategoryIsNone() {
    assertThat(
            propensity.vector(
                Map.of("spend_cents_7d", Double.NaN), Map.of("preferred_category_7d", "pots")))
        .containsExactly(1, 2, -0.5, -1);
  }

  @Test
  void theProbabilityIsTheLogisticOfInterceptAndContributions() {
    var values = Map.of("views_7d", 6.0, "spend_cents_7d", 250.0);
    var categories = Map.of("preferred_category_7d", "tea");

    // -1 + 0.5 * 2 + -1 * -1 + 2 * -0.5 + 0.25 * 1
    assertThat(propensity.logOdds(values, categories)).isCloseTo(0.25, within(1e-15));
    assertThat(propensity.probability(new FeatureRow("ada", Instant.EPOCH, values, categories, "")))
        .isCloseTo(0.5621765008857981, within(1e-15));
    assertThat(propensity.contributions(values, categories))
        .containsExactly(
            Map.entry("views_7d", 1.0),
            Map.entry("spend_cents_7d", 1.0),
            Map.entry("preferred_category_7d", -0.75));
  }

  @Test
  void theLargestContributionsGoBySizeThenByName() {
    var values = Map.of("views_7d", 6.0, "spend_cents_7d", 600.0);
    var categories = Map.of("preferred_category_7d", "tea");
    List<Contribution> bySize =
        propensity.contributions(values, categories).entrySet().stream()
            .filter(entry -> entry.getValue() != 0)
            .map(entry -> new Contribution(entry.getKey(), entry.getValue()))
            .sorted(
                Comparator.comparingDouble((Contribution c) -> -Math.abs(c.added()))
                    .thenComparing(Contribution::feature))
            .toList();
    double[] vector = propensity.vector(values, categories);
    assertThat(bySize).hasSizeGreaterThan(1);
    assertThat(propensity.largest(vector, 9)).isEqualTo(bySize);
    assertThat(propensity.largest(vector, 1)).isEqualTo(bySize.subList(0, 1));
  }

  @Test
  void aForestSaysTheMeanOfItsTreesAndItsContributionsAddUpToIt() {
    // elements: views, spend, cups, tea; the second tree asks for tea only
    var tea =
        new DecisionTree(
            new int[] {3, -1, -1},
            new double[3],
            new int[] {1, -1, -1},
            new int[] {2, -1, -1},
            new double[] {0.3, 0.1, 0.7},
            new double[] {90, 60, 30});
    Scorer forest = Scorer.of(Models.forest(Trees.three(), tea));
    var values = Map.of("views_7d", 6.0, "spend_cents_7d", 250.0);
    var categories = Map.of("preferred_category_7d", "tea");

    // views 2 > 0.5 and spend -1 <= -1: 0.4; tea: 0.7
    assertThat(forest.score(values, categories)).isCloseTo(0.55, within(1e-15));
    assertThat(forest.probability(values, categories)).isCloseTo(0.55, within(1e-15));
    assertThat(forest.expected()).isCloseTo((0.64 + 0.3) / 2, within(1e-15));
    var contributions = forest.contributions(values, categories);
    assertThat(contributions.keySet())
        .containsExactly("views_7d", "spend_cents_7d", "preferred_category_7d");
    assertThat(contributions.get("preferred_category_7d")).isCloseTo(0.4 / 2, within(1e-15));
    assertThat(forest.expected() + contributions.values().stream().mapToDouble(c -> c).sum())
        .isCloseTo(0.55, within(1e-15));
  }

  @Test
  void aForestThatWentOverTheWireSaysTheSame() throws IOException {
    var sent = Models.forest(Trees.three());
    var received = Wire.read(Wire.bytes(sent), ModelVersion.class);
    var values = Map.of("views_7d", 6.0, "spend_cents_7d", 600.0);
    assertThat(Scorer.of(received).contributions(values, Map.of()))
        .isEqualTo(Scorer.of(sent).contributions(values, Map.of()));
    assertThat(received.trees()).usingRecursiveComparison().isEqualTo(sent.trees());
  }

  @Test
  void aLinearModelIsExplainedLikeItsLogOdds() {
    var values = Map.of("views_7d", 6.0, "spend_cents_7d", 250.0);
    Scorer linear = Scorer.of(Models.linear());
    assertThat(linear.contributions(values, Map.of()))
        .isEqualTo(propensity.contributions(values, Map.of()));
    assertThat(linear.expected()).isEqualTo(-1);
    assertThatThrownBy(() -> linear.probability(values, Map.of()))
        .hasMessageContaining("LINEAR, not LOGISTIC or FOREST");
  }

  @Test
  void hugeLogOddsGiveZeroOrOneAndNeverNaN() {
    assertThat(Logistic.of(1e9)).isEqualTo(1);
    assertThat(Logistic.of(-1e9)).isEqualTo(0);
    assertThat(Logistic.of(0)).isEqualTo(0.5);
  }

  @Test
  void aShopperBelongsToTheNearestCentroid() {
    Scorer segments = Scorer.of(Models.segments());
    assertThat(segments.segment(Map.of("views_7d", 3.0, "spend_cents_7d", 600.0), Map.of()))
        .isEqualTo("s1");
    assertThat(segments.segment(Map.of("views_7d", 8.0, "spend_cents_7d", 1_100.0), Map.of()))
        .isEqualTo("s2");
  }

  @Test
  void askingTheWrongQuestionOrABrokenModelIsRefused() {
    assertThatThrownBy(() -> propensity.segment(Map.of(), Map.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("LOGISTIC, not KMEANS");
    assertThatThrownBy(
            () ->
                Scorer.of(
                    Models.propensity(
                        new double[] {Double.NaN, 1, 1, 1}, 0, new double[] {1, 1, 1, 1})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("coefficient 0 is NaN");
  }
}
