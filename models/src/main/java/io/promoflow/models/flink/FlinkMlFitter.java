package io.promoflow.models.flink;

import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.training.FitPlan;
import io.promoflow.models.training.Fits;
import io.promoflow.models.training.Fits.Centroids;
import io.promoflow.models.training.Fits.Input;
import io.promoflow.models.training.Fits.Logistic;
import io.promoflow.models.training.Fits.Segmentations;
import io.promoflow.models.training.ModelFitter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.ml.classification.logisticregression.LogisticRegression;
import org.apache.flink.ml.classification.logisticregression.LogisticRegressionModelData;
import org.apache.flink.ml.classification.logisticregression.LogisticRegressionModelDataUtil;
import org.apache.flink.ml.clustering.kmeans.KMeans;
import org.apache.flink.ml.clustering.kmeans.KMeansModelData;
import org.apache.flink.ml.feature.imputer.ImputerModel;
import org.apache.flink.ml.feature.imputer.ImputerModelData;
import org.apache.flink.ml.feature.standardscaler.StandardScalerModel;
import org.apache.flink.ml.feature.standardscaler.StandardScalerModelData;
import org.apache.flink.ml.feature.stringindexer.StringIndexerModel;
import org.apache.flink.ml.feature.stringindexer.StringIndexerModelData;
import org.apache.flink.ml.feature.vectorassembler.VectorAssembler;
import org.apache.flink.ml.linalg.DenseVector;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/**
 * Fits with Flink ML. All tries at a segmentation and the propensity are branches of one job, so
 * that the waits of their iterations overlap.
 */
public final class FlinkMlFitter implements ModelFitter {
  private static final String NAME = "flink-ml-2.3.0";

  private static final int WARM_UP_ROWS = 20;

  private final WarmCluster cluster;

  private FlinkMlFitter(WarmCluster cluster) {
    this.cluster = cluster;
  }

  /** Starts a cluster in this process. */
  public static FlinkMlFitter start() throws Exception {
    return new FlinkMlFitter(WarmCluster.start());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Fits fit(FitPlan plan) throws Exception {
    var env = cluster.environment();
    var job = new Job(env, StreamTableEnvironment.create(env), plan);
    var segments = plan.segments().map(job::segments);
    var propensity = plan.propensity().map(job::propensity);
    if (segments.isPresent() || propensity.isPresent()) {
      env.execute("promoflow training");
    }
    return new Fits(
        segments.isPresent() ? Optional.of(segments.get().read()) : Optional.empty(),
        propensity.isPresent() ? Optional.of(propensity.get().read()) : Optional.empty());
  }

  /** One small fit of everything: the first one in a process takes several times as long. */
  public void warmUp() throws Exception {
    var rows = new ArrayList<TrainingExample>();
    for (int i = 0; i < WARM_UP_ROWS; i++) {
      rows.add(
          new TrainingExample(
              "warm-up-" + i,
              Instant.EPOCH,
              Instant.EPOCH,
              Map.of("x", (double) (i % 2), "y", (double) i),
              Map.of("c", i % 3 == 0 ? "a" : "b"),
              i % 5 == 0,
              ""));
    }
    List<String> features = List.of("x", "y");
    fit(
        new FitPlan(
            rows,
            FitPlan.Imputation.MEAN,
            Optional.of(new FitPlan.Segments(features, List.of(2), List.of(1L), 2)),
            Optional.of(
                new FitPlan.Propensity(features, List.of("c"), 2, 1, 1, 2, rows.size(), 0))));
  }

  @Override
  public void close() throws Exception {
    cluster.close();
  }

  /** Something that can be read once the job has run. */
  private interface Pending<T> {
    T read() throws Exception;
  }

  /** The one job of one plan while it is put together. */
  private record Job(StreamExecutionEnvironment env, StreamTableEnvironment tables, FitPlan plan) {

    Pending<Segmentations> segments(FitPlan.Segments wanted) {
      var pipeline = new InputPipeline(wanted.features(), List.of());
      Prepared prepared = prepare(pipeline, 1);
      var tries = new ArrayList<Pending<Centroids>>();
      for (int k : wanted.ks()) {
        for (long seed : wanted.seeds()) {
          tries.add(oneTry(prepared.scaled(), k, seed, wanted.iterations()));
        }
      }
      return () -> new Segmentations(prepared.input().read(), readAll(tries));
    }

    private static Pending<Centroids> oneTry(Table scaled, int k, long seed, int iterations) {
      var model =
          new KMeans()
              .setFeaturesCol(InputPipeline.SCALED)
              .setK(k)
              .setSeed(seed)
              .setMaxIter(iterations)
              .fit(scaled);
      Pending<KMeansModelData> data =
          collected(KMeansModelData.getModelDataStream(model.getModelData()[0]));
      return () ->
          new Centroids(
              k,
              seed,
              Stream.of(data.read().centroids).map(c -> c.values).toArray(double[][]::new));
    }

    Pending<Logistic> propensity(FitPlan.Propensity wanted) {
      var levels =
          wanted.categories().stream()
              .map(
                  category ->
                      InputPipeline.CategoryLevels.of(
                          category, plan.rows(), wanted.maxCategories()))
              .toList();
      var pipeline = new InputPipeline(wanted.features(), levels);
      Prepared prepared = prepare(pipeline, wanted.constant());
      Table withConstant =
          new VectorAssembler()
              .setInputCols(InputPipeline.SCALED, InputPipeline.CONSTANT)
              .setInputSizes(pipeline.width(), 1)
              .setOutputCol("features")
              .transform(prepared.scaled())[0];
      var model =
          new LogisticRegression()
              .setFeaturesCol("features")
              .setLabelCol(InputPipeline.LABEL)
              .setLearningRate(wanted.learningRate())
              .setMaxIter(wanted.iterations())
              .setGlobalBatchSize(Math.min(wanted.batchSize(), plan.rows().size()))
              .setReg(wanted.l2())
              .setElasticNet(0.0)
              .setTol(0.0)
              .fit(withConstant);
      Pending<LogisticRegressionModelData> data =
          collected(LogisticRegressionModelDataUtil.getModelDataStream(model.getModelData()[0]));
      return () -> logistic(prepared.input().read(), data.read().coefficient, wanted.constant());
    }

    private static Logistic logistic(Input input, DenseVector withIntercept, double constant) {
      double[] all = withIntercept.values;
      return new Logistic(
          input, java.util.Arrays.copyOf(all, all.length - 1), constant * all[all.length - 1]);
    }

    private Prepared prepare(InputPipeline pipeline, double constant) {
      var rows = env.fromCollection(pipeline.rows(plan.rows(), constant), pipeline.type());
      Table examples = tables.fromDataStream(rows);
      FittedStages fitted = FittedStages.fit(pipeline.stages(plan.imputation()), examples);
      return new Prepared(fitted.output(), input(pipeline, fitted));
    }

    private static Pending<Input> input(InputPipeline pipeline, FittedStages stages) {
      Pending<ImputerModelData> imputer =
          collected(ImputerModelData.getModelDataStream(stages.dataOf(ImputerModel.class)));
      Pending<StringIndexerModelData> indexer =
          pipeline.hasCategories()
              ? collected(
                  StringIndexerModelData.getModelDataStream(
                      stages.dataOf(StringIndexerModel.class)))
              : () -> new StringIndexerModelData(new String[0][]);
      Pending<StandardScalerModelData> scaler =
          collected(
              StandardScalerModelData.getModelDataStream(stages.dataOf(StandardScalerModel.class)));
      return () -> {
        var scales = scaler.read();
        return pipeline.input(
            imputer.read().surrogates, indexer.read().stringArrays, scales.mean, scales.std);
      };
    }
  }

  /** Standardised vectors, and how they came about. */
  private record Prepared(Table scaled, Pending<Input> input) {}

  private static <T> Pending<T> collected(DataStream<T> stream) {
    Iterator<T> results = stream.collectAsync();
    return results::next;
  }

  private static <T> List<T> readAll(List<Pending<T>> pending) throws Exception {
    var all = new ArrayList<T>();
    for (Pending<T> one : pending) {
      all.add(one.read());
    }
    return all;
  }
}
