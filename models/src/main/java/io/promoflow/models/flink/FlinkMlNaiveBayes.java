package io.promoflow.models.flink;

import io.promoflow.models.trainer.Knob;
import io.promoflow.models.trainer.Request;
import io.promoflow.models.trainer.Task;
import java.util.List;
import java.util.Map;
import org.apache.flink.ml.classification.naivebayes.NaiveBayes;
import org.apache.flink.ml.classification.naivebayes.NaiveBayesModel;
import org.apache.flink.ml.feature.kbinsdiscretizer.KBinsDiscretizer;
import org.apache.flink.ml.feature.kbinsdiscretizer.KBinsDiscretizerModel;
import org.apache.flink.ml.feature.kbinsdiscretizer.KBinsDiscretizerParams;
import org.apache.flink.ml.linalg.DenseVector;
import org.apache.flink.types.Row;

/**
 * Flink ML's naive Bayes, which wants values that repeat: so a stage before it puts every column
 * into bins of equally many rows. Answered by {@link BinnedBayes}.
 */
public final class FlinkMlNaiveBayes extends FlinkMlTrainer {
  private static final String BINS = "bins";

  @Override
  public String name() {
    return "flink-ml-naive-bayes";
  }

  @Override
  public Task task() {
    return Task.CLASSIFICATION;
  }

  @Override
  public String meaning() {
    return "Flink ML's naive Bayes on columns in bins of equally many rows; weights are not looked"
        + " at.";
  }

  @Override
  public List<Knob> knobs() {
    return List.of(
        Knob.whole(BINS, 10, 2, 1_000, "per column, of equally many rows"),
        Knob.number("smoothing", 1, 1e-6, 1e6, "rows added to every bin of every label"));
  }

  @Override
  protected PipelinePlan plan(Request request) {
    return PipelinePlan.of(
            request.sample(),
            new KBinsDiscretizer()
                .setInputCol(FEATURES)
                .setOutputCol(BINS)
                .setStrategy(KBinsDiscretizerParams.QUANTILE)
                .setNumBins(request.settings().whole(BINS))
                .setSubSamples(request.sample().size()),
            new NaiveBayes()
                .setFeaturesCol(BINS)
                .setLabelCol(LABEL)
                .setSmoothing(request.settings().number("smoothing")))
        .reading(
            fitted ->
                model(
                    fitted.data(KBinsDiscretizerModel.class), fitted.data(NaiveBayesModel.class)));
  }

  private static BinnedBayes model(Row bins, Row bayes) {
    double[] labels = bayes.<DenseVector>getFieldAs("labels").values;
    Map<Double, Double>[][] theta = bayes.getFieldAs("theta");
    double[] priors = bayes.<DenseVector>getFieldAs("piArray").values;
    int one = labels[0] == 1 ? 0 : 1;
    return new BinnedBayes(
        bins.getFieldAs("binEdges"),
        priors[one] - priors[1 - one],
        logRatios(theta[one], theta[1 - one]));
  }

  /** Per column and bin, by how much the bin speaks for the label 1, log-odds. */
  private static double[][] logRatios(Map<Double, Double>[] one, Map<Double, Double>[] zero) {
    var ratios = new double[one.length][];
    for (int c = 0; c < ratios.length; c++) {
      double last = one[c].keySet().stream().mapToDouble(Double::doubleValue).max().orElse(0);
      ratios[c] = new double[(int) last + 1];
      for (Map.Entry<Double, Double> bin : one[c].entrySet()) {
        ratios[c][bin.getKey().intValue()] = bin.getValue() - zero[c].get(bin.getKey());
      }
    }
    return ratios;
  }
}
