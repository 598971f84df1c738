package io.promoflow.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.ModelOptions;
import io.promoflow.models.trainer.CentroidModel;
import io.promoflow.models.trainer.Knob;
import io.promoflow.models.trainer.Learned;
import io.promoflow.models.trainer.LinearModel;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Request;
import io.promoflow.models.trainer.Task;
import io.promoflow.models.trainer.Trainer;
import io.promoflow.models.trainer.TrainingException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The rules of a training with trainers that answer what a test wants. */
class WindowTrainingTest {
  private static final Instant END = Shoppers.MONDAY.plus(Duration.ofDays(3));
  private static final Champions NONE = new Champions(Optional.empty(), Optional.empty(), Set.of());
  private static final double[][] BROKEN = {{Double.NaN, 0}, {1, 1}};

  /** Columns of the propensity, as the planner sorts them. */
  private static final int EAGERNESS = 1;

  private final List<Request> asked = new ArrayList<>();
  private double[][] centroids = {{-1, -1}, {1, 1}};
  private double[][] centroidsOfRetry = centroids;
  private double eagerness = 1.2;
  private double intercept = -1.1;
  private final List<Trainer> clusterers =
      new ArrayList<>(
          List.of(
              new Given(
                  "given-clusters",
                  Task.CLUSTERING,
                  request ->
                      new CentroidModel(clustersAsked() == 1 ? centroids : centroidsOfRetry))));
  private final List<Trainer> classifiers =
      new ArrayList<>(
          List.of(new Given("given", Task.CLASSIFICATION, request -> line(request, eagerness))));

  private LinearModel line(Request request, double weight) {
    var coefficients = new double[request.sample().rows().width()];
    coefficients[EAGERNESS] = weight;
    return new LinearModel(coefficients, intercept, true);
  }

  private long clustersAsked() {
    return asked.stream().filter(r -> r.sample().labels().length == 0).count();
  }

  /** What it has "learnt" is given. */
  private final class Given implements Trainer {
    private final String name;
    private final Task task;
    private final Function<Request, Learned> answer;

    Given(String name, Task task, Function<Request, Learned> answer) {
      this.name = name;
      this.task = task;
      this.answer = answer;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Task task() {
      return task;
    }

    @Override
    public String meaning() {
      return "Answers what a test wants.";
    }

    @Override
    public List<Knob> knobs() {
      return task == Task.CLUSTERING
          ? List.of(Knob.whole("k", 2, 2, 12, "clusters"), Knob.whole("starts", 1, 1, 20, "starts"))
          : List.of();
    }

    @Override
    public Learned train(Request request) throws TrainingException {
      synchronized (asked) {
        asked.add(request);
        Learned learned = answer.apply(request);
        if (learned == null) {
          throw new TrainingException("it will not");
        }
        return learned;
      }
    }
  }

  private List<TrainingResult> train(List<TrainingExample> rows, Map<String, String> settings)
      throws Exception {
    return train(rows, settings, NONE);
  }

  private List<TrainingResult> train(
      List<TrainingExample> rows, Map<String, String> settings, Champions champions)
      throws Exception {
    var all =
        new java.util.TreeMap<>(
            Map.of(
                "models.segments.features", "views_7d,spend_cents_7d",
                "models.segments.k", "2..2",
                "models.propensity.calibration", "none"));
    all.putAll(settings);
    TrainingRules rules = ModelOptions.rules(Settings.of(all));
    var window = TrainingWindow.of(Shoppers.MONDAY, END, rows, rules.holdoutShare(), true);
    try (var training =
        new WindowTraining(new Contestants(clusterers, classifiers, Map.of()), rules)) {
      return training.train(window, champions);
    }
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
  void triesThatAreNotFiniteAreDroppedAndTheWindowIsRefusedWithTheReason() throws Exception {
    centroids = BROKEN;
    var segments = train(rows(), Map.of()).get(0);
    assertThat(segments.published()).isFalse();
    assertThat(segments.model()).isEmpty();
    assertThat(segments.reason())
        .isEqualTo("no try was usable: given-clusters: k=2: centroid 0, element 0 is NaN");
    assertThat(segments.verdicts()).extracting(v -> v.outcome().name()).containsExactly("REFUSED");
  }

  @Test
  void aTrainerThatRefusedEveryTryIsAskedAgainWithOtherSeeds() throws Exception {
    centroids = null;
    clusterers.set(
        0,
        new Given(
            "hesitant",
            Task.CLUSTERING,
            request -> clustersAsked() == 1 ? null : new CentroidModel(centroidsOfRetry)));
    assertThat(train(rows(), Map.of()).get(0).published()).isTrue();
    assertThat(asked.stream().filter(r -> r.sample().labels().length == 0).map(Request::seed))
        .doesNotHaveDuplicates()
        .hasSize(2);
  }

  @Test
  void aSegmentThatIsTooSmallIsNotChosen() throws Exception {
    centroids = new double[][] {{0, 0}, {99, 99}};
    assertThat(train(rows(), Map.of()).get(0).reason()).contains("a segment has only 0 of");
  }

  /** A model that can only be used where it was fitted. */
  private static Learned withoutNumbers(Learned learned) {
    return new Learned() {
      @Override
      public double[] predict(Matrix rows) {
        return learned.predict(rows);
      }
    };
  }

  @Test
  void theBestTrainerChallengesAndTheOthersAreRecordedWithTheirReason() throws Exception {
    classifiers.add(0, new Given("dull", Task.CLASSIFICATION, request -> line(request, 0.3)));
    classifiers.add(new Given("unwilling", Task.CLASSIFICATION, request -> null));
    classifiers.add(
        new Given("offline", Task.CLASSIFICATION, request -> withoutNumbers(line(request, 1))));
    var propensity = train(rows(), Map.of()).get(1);
    assertThat(propensity.trainer()).isEqualTo("given");
    assertThat(propensity.verdicts())
        .extracting(v -> v.trial().trainer() + " " + v.outcome())
        .containsExactly("dull LOST", "given WON", "unwilling REFUSED", "offline REFUSED");
    assertThat(propensity.verdicts().get(0).reason())
        .matches("logLoss .* is not better than .* of given");
    assertThat(propensity.verdicts().get(1).reason()).endsWith("is the best of 2 trainers");
    assertThat(propensity.verdicts().get(2).reason()).isEqualTo("it will not");
    assertThat(propensity.verdicts().get(3).reason()).contains("serving cannot score");
  }

  @Test
  void ofEquallyGoodTrainersTheFirstWins() throws Exception {
    classifiers.add(new Given("twin", Task.CLASSIFICATION, request -> line(request, eagerness)));
    assertThat(train(rows(), Map.of()).get(1).trainer()).isEqualTo("given");
  }

  @Test
  void fitsStartFromTheChampionMovedToTheNewScales() throws Exception {
    var first = train(rows(), Map.of());
    asked.clear();
    var champions = new Champions(first.get(0).model(), first.get(1).model(), Set.of("s1", "s2"));
    train(rows(), Map.of(), champions);
    assertThat(asked).hasSize(2).allMatch(request -> request.from().isPresent());
    double[] start =
        asked.stream()
            .filter(r -> r.sample().labels().length > 0)
            .findFirst()
            .orElseThrow()
            .from()
            .orElseThrow()
            .coefficients();
    assertThat(start[EAGERNESS]).as("the same rows have the same scales").isEqualTo(eagerness);
    asked.clear();
    train(rows(), Map.of("models.warm-start", "false"), champions);
    assertThat(asked).allMatch(request -> request.from().isEmpty());
  }

  @Test
  void calibrationMendsProbabilitiesThatAreTooSure() throws Exception {
    eagerness = 2.5;
    for (String how : List.of("platt", "isotonic")) {
      var mended = train(rows(), Map.of("models.propensity.calibration", how)).get(1);
      assertThat(mended.published()).as(how).isTrue();
      assertThat(mended.metrics().get("calibrationError"))
          .as(how)
          .isLessThan(0.5 * mended.metrics().get("calibrationErrorBefore"));
    }
  }

  @Test
  void balancedOutcomesWeighTheSame() throws Exception {
    train(
        rows(),
        Map.of("models.propensity.balance", "true", "models.propensity.calibration", "platt"));
    var sample =
        asked.stream()
            .map(Request::sample)
            .filter(s -> s.labels().length > 0)
            .findFirst()
            .orElseThrow();
    double yes = 0;
    double all = 0;
    for (int i = 0; i < sample.size(); i++) {
      yes += sample.labels()[i] * sample.weights()[i];
      all += sample.weights()[i];
    }
    assertThat(yes / all).isCloseTo(0.5, org.assertj.core.api.Assertions.within(1e-12));
    assertThat(all).isCloseTo(sample.size(), org.assertj.core.api.Assertions.within(1e-9));
  }

  @Test
  void trainersOfTheWrongKindAndSettingsOfNobodyAreRefusedAtTheStart() {
    assertThatThrownBy(() -> contestants(Map.of("models.segments.trainers", "nobody")))
        .hasMessageContaining("there is no trainer 'nobody'; there are ");
    assertThatThrownBy(() -> contestants(Map.of("models.propensity.trainers", "kmeans")))
        .hasMessageContaining("trainer kmeans is for CLUSTERING, not for CLASSIFICATION");
    assertThatThrownBy(() -> contestants(Map.of("models.settings", "kmeans.kk=3")))
        .hasMessageContaining("kmeans: there is no setting kk");
    assertThatThrownBy(() -> contestants(Map.of("models.settings", "random-tree.depth=3")))
        .hasMessageContaining("random-tree is set but does not compete");
  }

  private static Contestants contestants(Map<String, String> settings) {
    return Contestants.of(ModelOptions.rules(Settings.of(settings)));
  }

  @Test
  void aRegressionThatDivergedIsRefused() throws Exception {
    intercept = Double.NaN;
    var propensity = train(rows(), Map.of()).get(1);
    assertThat(propensity.published()).isFalse();
    assertThat(propensity.reason())
        .isEqualTo("no trainer made a usable model: given: its intercept is NaN");
    assertThat(propensity.model()).isEmpty();
  }

  @Test
  void aRegressionThatKnowsLessThanTheBaseRateIsRefused() throws Exception {
    intercept = 3;
    var propensity = train(rows(), Map.of()).get(1);
    assertThat(propensity.published()).isFalse();
    assertThat(propensity.reason())
        .startsWith("no trainer made a usable model: given: the fit has not converged: logLoss")
        .endsWith("of the base rate");
  }

  @Test
  void aChallengerWithinTheToleranceIsPublishedAndOneBeyondIsNot() throws Exception {
    var champion = train(rows(), Map.of()).get(1).model();
    var champions = new Champions(Optional.empty(), champion, Set.of());

    eagerness = 0.6;
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
    var propensity = train(rows(), Map.of()).get(1).model().orElseThrow();
    assertThat(propensity.features())
        .containsExactly("discounted_spend_share_7d", "eagerness", "spend_cents_7d", "views_7d");
    assertThat(propensity.oneHots())
        .extracting(oneHot -> oneHot.feature())
        .containsExactly("preferred_category_7d");
  }

  @Test
  void tooFewRowsAndOneSidedOutcomesAreRefusedInWords() throws Exception {
    var few = train(rows(), Map.of("models.minimum-rows", "10000"));
    assertThat(few)
        .allMatch(result -> !result.published())
        .allMatch(result -> result.reason().startsWith("too few rows: 600 of 720 examples"));
    assertThat(asked).isEmpty();

    var never = rows().stream().filter(row -> !row.ordered()).toList();
    var results = train(never, Map.of());
    assertThat(results.get(0).published()).isTrue();
    assertThat(results.get(1).reason()).isEqualTo("all rows to fit on have the same outcome");
  }

  @Test
  void noMoreSegmentsAreTriedThanThereAreDistinctRows() throws Exception {
    var three = rows().stream().map(row -> row(row, row.shopperId().hashCode() % 3)).toList();
    train(three, Map.of("models.segments.k", "2..5"));
    assertThat(asked.stream().filter(r -> r.sample().labels().length == 0))
        .extracting(request -> request.settings().whole("k"))
        .containsExactly(2, 3);
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
