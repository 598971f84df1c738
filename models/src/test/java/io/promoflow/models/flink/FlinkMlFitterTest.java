package io.promoflow.models.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.ModelKind;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.ProbabilityQuality;
import io.promoflow.models.RealData;
import io.promoflow.models.Scorer;
import io.promoflow.models.Silhouette;
import io.promoflow.models.training.FitPlan;
import io.promoflow.models.training.FitPlan.Imputation;
import io.promoflow.models.training.Fits;
import io.promoflow.models.training.Shoppers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.RowTypeInfo;
import org.apache.flink.ml.classification.logisticregression.LogisticRegression;
import org.apache.flink.ml.clustering.kmeans.KMeans;
import org.apache.flink.ml.clustering.kmeans.KMeansModelData;
import org.apache.flink.ml.feature.vectorassembler.VectorAssembler;
import org.apache.flink.ml.linalg.DenseVector;
import org.apache.flink.ml.linalg.Vectors;
import org.apache.flink.ml.linalg.typeinfo.DenseVectorTypeInfo;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Flink ML itself, on data with published results and against our own scoring. */
class FlinkMlFitterTest {
  private static final double SAME = 1e-9;
  private static WarmCluster cluster;
  private static FlinkMlFitter fitter;

  @BeforeAll
  static void start() throws Exception {
    cluster = WarmCluster.start();
    fitter = new FlinkMlFitter(cluster);
  }

  @AfterAll
  static void stop() throws Exception {
    fitter.close();
  }

  @Test
  void irisComesOutWithItsPublishedInertiaSizesAndSilhouette() throws Exception {
    double[][] iris = RealData.numbers(RealData.rows("tiny_gold/iris.csv"), 0, 4);

    double[][] two = tightest(iris, 2);
    double[][] three = tightest(iris, 3);

    assertThat(inertia(iris, two)).isCloseTo(152.34795, within(1e-4));
    assertThat(sizes(iris, two)).containsExactlyInAnyOrder(97L, 53L);
    assertThat(inertia(iris, three)).isCloseTo(78.85144, within(1e-4));
    assertThat(sizes(iris, three)).containsExactlyInAnyOrder(62L, 50L, 38L);
    // silhouette_score of scikit-learn on these clusterings
    assertThat(Silhouette.mean(iris, labels(iris, three))).isCloseTo(0.55281901, within(1e-6));
    assertThat(Silhouette.mean(iris, labels(iris, two))).isCloseTo(0.68104617, within(1e-6));
  }

  private static double[][] tightest(double[][] points, int k) throws Exception {
    var env = cluster.environment();
    var tables = StreamTableEnvironment.create(env);
    List<Row> rows = Arrays.stream(points).map(p -> Row.of((Object) Vectors.dense(p))).toList();
    var table =
        tables.fromDataStream(
            env.fromCollection(
                rows,
                new RowTypeInfo(
                    new TypeInformation<?>[] {DenseVectorTypeInfo.INSTANCE},
                    new String[] {"features"})));
    var tries = new ArrayList<Iterator<KMeansModelData>>();
    for (long seed = 1; seed <= 8; seed++) {
      var model = new KMeans().setK(k).setSeed(seed).setMaxIter(30).fit(table);
      tries.add(KMeansModelData.getModelDataStream(model.getModelData()[0]).collectAsync());
    }
    env.execute("iris");
    double[][] best = null;
    for (var data : tries) {
      double[][] centroids =
          Arrays.stream(data.next().centroids).map(c -> c.values).toArray(double[][]::new);
      if (best == null || inertia(points, centroids) < inertia(points, best)) {
        best = centroids;
      }
    }
    return best;
  }

  private static double inertia(double[][] points, double[][] centroids) {
    return Arrays.stream(points)
        .mapToDouble(p -> Scorer.squaredDistance(p, centroids[Scorer.nearest(centroids, p)]))
        .sum();
  }

  private static int[] labels(double[][] points, double[][] centroids) {
    return Arrays.stream(points).mapToInt(p -> Scorer.nearest(centroids, p)).toArray();
  }

  private static List<Long> sizes(double[][] points, double[][] centroids) {
    int[] labels = labels(points, centroids);
    return IntStream.range(0, centroids.length)
        .mapToObj(c -> Arrays.stream(labels).filter(label -> label == c).count())
        .toList();
  }

  @Test
  void spectorConvergesToThePublishedLogit() throws Exception {
    var rows = new ArrayList<TrainingExample>();
    for (String[] row : RealData.rows("tiny_gold/spector.csv")) {
      rows.add(
          example(
              rows.size(),
              new TreeMap<>(
                  Map.of(
                      "GPA", Double.valueOf(row[0]),
                      "TUCE", Double.valueOf(row[1]),
                      "PSI", Double.valueOf(row[2]))),
              Map.of(),
              Double.parseDouble(row[3]) == 1));
    }

    var logit =
        logistic(
            rows,
            new FitPlan.Propensity(
                List.of("GPA", "TUCE", "PSI"), List.of(), 1, 2.2, 1.3, 400, rows.size(), 0));

    double[] raw = new double[3];
    double constant = logit.intercept();
    for (int i = 0; i < 3; i++) {
      raw[i] = logit.coefficients()[i] / logit.scales()[i];
      constant -= raw[i] * logit.means()[i];
    }
    assertThat(raw[0]).isCloseTo(2.8261, within(1e-3));
    assertThat(raw[1]).isCloseTo(0.0952, within(1e-3));
    assertThat(raw[2]).isCloseTo(2.3787, within(1e-3));
    assertThat(constant).isCloseTo(-13.0213, within(1e-2));
    assertThat(32 * loss(logit, rows)).isCloseTo(12.8896, within(1e-4));
  }

  /** Reference of scikit-learn: .890 with one-hot features, .882 without, each ± .01. */
  @Test
  void onlineShoppersAreToldApartAsWellAsByTheReference() throws Exception {
    List<String[]> sessions = RealData.rows("online_shoppers/online_shoppers_intention.csv.gz");
    assertThat(sessions).hasSize(12_330);
    var learnt = new ArrayList<TrainingExample>();
    var heldOut = new ArrayList<TrainingExample>();
    for (int i = 0; i < sessions.size(); i++) {
      (i % 4 == 3 ? heldOut : learnt).add(session(i, sessions.get(i)));
    }
    List<String> numeric = IntStream.range(0, 10).mapToObj(i -> "f" + i).toList();
    List<String> categorical = IntStream.range(10, 17).mapToObj(i -> "f" + i).toList();

    var numbers =
        logistic(
            learnt, new FitPlan.Propensity(numeric, List.of(), 1, 1.0, 1.8, 200, learnt.size(), 0));
    var all =
        logistic(
            learnt,
            new FitPlan.Propensity(numeric, categorical, 12, 1.0, 1.8, 200, learnt.size(), 0));

    assertThat(quality(numbers, heldOut).auc()).isCloseTo(.882, within(.02));
    ProbabilityQuality quality = quality(all, heldOut);
    assertThat(quality.auc()).isCloseTo(.890, within(.02));
    assertThat(quality.logLoss())
        .isLessThan(ProbabilityQuality.baselineLogLoss(.1547, outcomes(heldOut)) - .1);
    assertThat(quality.meanPredicted()).isCloseTo(quality.observedRate(), within(.01));
    assertThat(quality.calibrationError()).isLessThan(.06);
  }

  private static TrainingExample session(int i, String[] row) {
    var values = new TreeMap<String, Double>();
    var categories = new TreeMap<String, String>();
    for (int column = 0; column < 10; column++) {
      values.put("f" + column, Double.valueOf(row[column]));
    }
    for (int column = 10; column < 17; column++) {
      categories.put("f" + column, row[column]);
    }
    return example(i, values, categories, row[17].equalsIgnoreCase("true"));
  }

  @Test
  void theSamePlanGivesTheSameNumbersToTheLastBit() throws Exception {
    List<TrainingExample> rows = Shoppers.at(Shoppers.MONDAY, 400, 1);
    var plan =
        new FitPlan(
            rows,
            Imputation.MEDIAN,
            Optional.of(
                new FitPlan.Segments(
                    List.of("spend_cents_7d", "views_7d"), List.of(2, 3), List.of(1L, 2L), 10)),
            Optional.of(propensity(rows.size())));

    Fits first = fitter.fit(plan);
    Fits second = fitter.fit(plan);

    assertThat(second.propensity().orElseThrow())
        .usingRecursiveComparison()
        .isEqualTo(first.propensity().orElseThrow());
    assertThat(second.segments().orElseThrow())
        .usingRecursiveComparison()
        .isEqualTo(first.segments().orElseThrow());
  }

  /** Missing numbers, absent and rare categories: the published form says what the stages say. */
  @Test
  void ourScoringAgreesWithTheFittedStages() throws Exception {
    List<TrainingExample> rows = Shoppers.at(Shoppers.MONDAY, 300, 7);
    FitPlan.Propensity wanted = propensity(rows.size());
    var levels = InputPipeline.CategoryLevels.of("preferred_category_7d", rows, 2);
    var pipeline = new InputPipeline(wanted.features(), List.of(levels));
    var env = cluster.environment();
    var tables = StreamTableEnvironment.create(env);
    var input =
        tables.fromDataStream(
            env.fromCollection(pipeline.rows(rows, wanted.constant()), pipeline.type()));
    var scaled = FittedStages.fit(pipeline.stages(Imputation.MEAN), input).output();
    var assembled =
        new VectorAssembler()
            .setInputCols(InputPipeline.SCALED, InputPipeline.CONSTANT)
            .setInputSizes(pipeline.width(), 1)
            .setOutputCol("features")
            .transform(scaled)[0];
    var model =
        new LogisticRegression()
            .setLabelCol(InputPipeline.LABEL)
            .setLearningRate(wanted.learningRate())
            .setMaxIter(wanted.iterations())
            .setGlobalBatchSize(rows.size())
            .setReg(0.0)
            .setTol(0.0)
            .fit(assembled);
    var answers = tables.toDataStream(model.transform(assembled)[0]).collectAsync();
    env.execute("stages");

    ModelVersion published = logistic(rows, wanted);
    Scorer scorer = Scorer.of(published);

    for (TrainingExample row : rows) {
      var answer = answers.next();
      double theirs = ((DenseVector) answer.getField("rawPrediction")).get(1);
      assertThat(scorer.probability(row.values(), row.categories()))
          .isCloseTo(theirs, within(SAME));
      double[] vector = scorer.vector(row.values(), row.categories());
      double[] scaledByStages =
          ((org.apache.flink.ml.linalg.Vector) answer.getField(InputPipeline.SCALED)).toArray();
      assertThat(vector).hasSameSizeAs(scaledByStages);
      for (int i = 0; i < vector.length; i++) {
        assertThat(vector[i]).isCloseTo(scaledByStages[i], within(SAME));
      }
    }
    assertThat(published.oneHots().get(0).values()).hasSize(2);
  }

  private static FitPlan.Propensity propensity(int rows) {
    return new FitPlan.Propensity(
        List.of("discounted_spend_share_7d", "eagerness", "spend_cents_7d", "views_7d"),
        List.of("preferred_category_7d"),
        2,
        1.5,
        1.3,
        60,
        rows,
        0);
  }

  private static ModelVersion logistic(List<TrainingExample> rows, FitPlan.Propensity wanted)
      throws Exception {
    Fits.Logistic fit =
        fitter
            .fit(new FitPlan(rows, Imputation.MEAN, Optional.empty(), Optional.of(wanted)))
            .propensity()
            .orElseThrow();
    return new ModelVersion(
        "propensity",
        "propensity@test",
        ModelKind.LOGISTIC,
        fitter.name(),
        Instant.EPOCH,
        Instant.EPOCH,
        wanted.features(),
        fit.input().imputed(),
        fit.input().oneHots(),
        fit.input().means(),
        fit.input().scales(),
        null,
        null,
        fit.coefficients(),
        fit.intercept(),
        rows.size(),
        Map.of());
  }

  private static double loss(ModelVersion model, List<TrainingExample> rows) {
    return quality(model, rows).logLoss();
  }

  private static ProbabilityQuality quality(ModelVersion model, List<TrainingExample> rows) {
    Scorer scorer = Scorer.of(model);
    return ProbabilityQuality.of(
        rows.stream().mapToDouble(r -> scorer.probability(r.values(), r.categories())).toArray(),
        outcomes(rows));
  }

  private static boolean[] outcomes(List<TrainingExample> rows) {
    var outcomes = new boolean[rows.size()];
    for (int i = 0; i < outcomes.length; i++) {
      outcomes[i] = rows.get(i).ordered();
    }
    return outcomes;
  }

  private static TrainingExample example(
      int i, Map<String, Double> values, Map<String, String> categories, boolean ordered) {
    return new TrainingExample(
        "shopper-" + i, Instant.EPOCH, Instant.EPOCH, values, categories, ordered, "real");
  }
}
