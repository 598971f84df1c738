package io.promoflow.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.ModelVersion.OneHot;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.ModelOptions;
import io.promoflow.models.training.Fits.Centroids;
import io.promoflow.models.training.Fits.Input;
import io.promoflow.models.training.Fits.Logistic;
import io.promoflow.models.training.Fits.Segmentations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The rules of a training with an engine that answers what a test wants. */
class WindowTrainingTest {
  private static final Instant END = Shoppers.MONDAY.plus(Duration.ofDays(3));
  private static final Champions NONE = new Champions(Optional.empty(), Optional.empty(), Set.of());
  private static final double[][] BROKEN = {{Double.NaN, 0}, {1, 1}};

  private final List<FitPlan> plans = new ArrayList<>();
  private double[][] centroids = {{-1, -1}, {1, 1}};
  private double[][] centroidsOfRetry = centroids;
  private ToDoubleFunction<String> coefficient = name -> name.equals("eagerness") ? 1.2 : 0;
  private double intercept = -1.1;

  /** Standardises properly; what it has "learnt" is given. */
  private final class Given implements ModelFitter {
    @Override
    public String name() {
      return "given";
    }

    @Override
    public Fits fit(FitPlan plan) {
      plans.add(plan);
      return new Fits(
          plan.segments()
              .map(
                  s ->
                      new Segmentations(
                          input(plan.rows(), s.features()),
                          List.of(
                              new Centroids(
                                  2, 1, plans.size() == 1 ? centroids : centroidsOfRetry)))),
          plan.propensity()
              .map(
                  p ->
                      new Logistic(
                          input(plan.rows(), p.features()),
                          p.features().stream().mapToDouble(coefficient).toArray(),
                          intercept)));
    }

    @Override
    public void close() {
      plans.clear();
    }
  }

  private static Input input(List<TrainingExample> rows, List<String> features) {
    var means = new double[features.size()];
    var scales = new double[features.size()];
    for (int f = 0; f < means.length; f++) {
      String feature = features.get(f);
      double[] values =
          rows.stream()
              .filter(row -> row.values().containsKey(feature))
              .mapToDouble(row -> row.values().get(feature))
              .toArray();
      double mean = Arrays.stream(values).average().orElseThrow();
      means[f] = mean;
      scales[f] =
          Math.sqrt(
              Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
    }
    return new Input(means.clone(), List.<OneHot>of(), means, scales);
  }

  private List<TrainingResult> train(List<TrainingExample> rows, Map<String, String> settings)
      throws Exception {
    return train(rows, settings, NONE);
  }

  private List<TrainingResult> train(
      List<TrainingExample> rows, Map<String, String> settings, Champions champions)
      throws Exception {
    var all =
        new java.util.TreeMap<>(Map.of("models.segments.features", "views_7d,spend_cents_7d"));
    all.putAll(settings);
    TrainingRules rules = ModelOptions.rules(Settings.of(all));
    var window = TrainingWindow.of(Shoppers.MONDAY, END, rows, rules.holdoutShare(), true);
    return new WindowTraining(new Given(), rules).train(window, champions);
  }

  private static List<TrainingExample> rows() {
    return Shoppers.between(Shoppers.MONDAY, END, 120, 1);
  }

  @Test
  void goodFitsArePublishedWithTheirQuality() throws Exception {
    var results = train(rows(), Map.of());
    assertThat(results).extracting(TrainingResult::name).containsExactly("segments", "propensity");
    assertThat(results).allMatch(TrainingResult::published);
    assertThat(results.get(0).model().orElseThrow().segments()).containsExactly("s1", "s2");
    assertThat(results.get(1).metrics()).containsKeys("auc", "logLoss", "baselineLogLoss");
    assertThat(results.get(1).reason()).startsWith("first version; logLoss");
    assertThat(results.get(1).heldOut()).isEqualTo(120);
  }

  @Test
  void triesThatAreNotFiniteAreTriedAgainWithOtherSeeds() throws Exception {
    centroids = BROKEN;
    var results = train(rows(), Map.of());
    assertThat(results.get(0).published()).isTrue();
    assertThat(plans).hasSize(2);
    assertThat(plans.get(1).propensity()).isEmpty();
    assertThat(plans.get(1).segments().orElseThrow().seeds())
        .doesNotContainAnyElementsOf(plans.get(0).segments().orElseThrow().seeds());
  }

  @Test
  void aSegmentationThatStaysBrokenIsRefusedWithItsReason() throws Exception {
    centroids = BROKEN;
    centroidsOfRetry = BROKEN;
    var segments = train(rows(), Map.of()).get(0);
    assertThat(segments.published()).isFalse();
    assertThat(segments.model()).isEmpty();
    assertThat(segments.reason()).isEqualTo("no try was usable: k=2: centroid 0, element 0 is NaN");
  }

  @Test
  void aSegmentThatIsTooSmallIsNotChosen() throws Exception {
    centroids = new double[][] {{0, 0}, {99, 99}};
    centroidsOfRetry = centroids;
    assertThat(train(rows(), Map.of()).get(0).reason()).contains("a segment has only 0 of");
  }

  @Test
  void aRegressionThatDivergedIsRefused() throws Exception {
    intercept = Double.NaN;
    var propensity = train(rows(), Map.of()).get(1);
    assertThat(propensity.published()).isFalse();
    assertThat(propensity.reason()).isEqualTo("its intercept is NaN");
    assertThat(propensity.model()).isEmpty();
  }

  @Test
  void aRegressionThatKnowsLessThanTheBaseRateIsRefused() throws Exception {
    intercept = 3;
    var propensity = train(rows(), Map.of()).get(1);
    assertThat(propensity.published()).isFalse();
    assertThat(propensity.reason())
        .startsWith("the fit has not converged: logLoss")
        .endsWith("of the base rate");
  }

  @Test
  void aChallengerWithinTheToleranceIsPublishedAndOneBeyondIsNot() throws Exception {
    var champion = train(rows(), Map.of()).get(1).model();
    var champions = new Champions(Optional.empty(), champion, Set.of());

    coefficient = name -> name.equals("eagerness") ? 0.6 : 0;
    var worse = train(rows(), Map.of("models.tolerance", "0.005"), champions).get(1);
    assertThat(worse.published()).isFalse();
    assertThat(worse.reason()).contains("is worse than").contains("beyond the tolerance");
    assertThat(worse.championVersion()).contains("propensity@" + END);
    assertThat(worse.championMetrics().get("logLoss")).isLessThan(worse.metrics().get("logLoss"));
    assertThat(worse.model()).as("kept for study").isPresent();

    var tolerated = train(rows(), Map.of("models.tolerance", "0.2"), champions).get(1);
    assertThat(tolerated.published()).isTrue();
    assertThat(tolerated.reason()).contains("is worse than").contains("within the tolerance");
  }

  @Test
  void constantFeaturesAreNotFitted() throws Exception {
    train(rows(), Map.of());
    assertThat(plans.get(0).propensity().orElseThrow().features())
        .containsExactly("discounted_spend_share_7d", "eagerness", "spend_cents_7d", "views_7d");
    assertThat(plans.get(0).propensity().orElseThrow().categories())
        .containsExactly("preferred_category_7d");
  }

  @Test
  void tooFewRowsAndOneSidedOutcomesAreRefusedInWords() throws Exception {
    var few = train(rows(), Map.of("models.minimum-rows", "10000"));
    assertThat(few)
        .allMatch(result -> !result.published())
        .allMatch(result -> result.reason().startsWith("too few rows: 600 of 720 examples"));
    assertThat(plans).isEmpty();

    var never = rows().stream().filter(row -> !row.ordered()).toList();
    var results = train(never, Map.of());
    assertThat(results.get(0).published()).isTrue();
    assertThat(results.get(1).reason()).isEqualTo("all rows to fit on have the same outcome");
  }

  @Test
  void noMoreSegmentsAreTriedThanThereAreDistinctRows() throws Exception {
    var three = rows().stream().map(row -> row(row, row.shopperId().hashCode() % 3)).toList();
    train(three, Map.of());
    assertThat(plans.get(0).segments().orElseThrow().ks()).containsExactly(2, 3);
  }

  private static TrainingExample row(TrainingExample row, double value) {
    return new TrainingExample(
        row.shopperId(),
        row.at(),
        row.labelledAt(),
        Map.of("views_7d", value, "spend_cents_7d", value),
        row.categories(),
        row.ordered(),
        row.featuresVersion());
  }
}
