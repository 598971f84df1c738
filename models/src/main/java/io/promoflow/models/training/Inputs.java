package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.ModelVersion.OneHot;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.Scorer;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.training.TrainingRules.Imputation;
import java.util.Arrays;
import java.util.List;

/**
 * How the examples of a window become vectors, the same for all of its trainers; see {@link
 * ModelVersion}.
 *
 * @param features numeric ones
 * @param imputed per numeric feature
 * @param oneHots categorical ones
 * @param means per element
 * @param scales per element
 */
record Inputs(
    List<String> features,
    double[] imputed,
    List<OneHot> oneHots,
    double[] means,
    double[] scales) {

  /**
   * Learns the means, scales and values from rows.
   *
   * @param levels values of a categorical feature that get an element of their own
   */
  static Inputs fit(
      List<TrainingExample> rows,
      List<String> features,
      List<String> categories,
      int levels,
      Imputation imputation) {
    var imputed =
        features.stream()
            .mapToDouble(feature -> Columns.surrogate(Columns.of(rows, feature), imputation))
            .toArray();
    var oneHots =
        categories.stream()
            .map(category -> new OneHot(category, Levels.frequent(rows, category, levels)))
            .toList();
    int width = features.size() + oneHots.stream().mapToInt(oneHot -> oneHot.values().size()).sum();
    var plain = new Inputs(features, imputed, oneHots, new double[width], ones(width));
    Matrix raw = plain.matrix(rows);
    var means = new double[width];
    var scales = new double[width];
    for (int c = 0; c < width; c++) {
      means[c] = Columns.mean(raw, c);
      scales[c] = Columns.deviation(raw, c, means[c]);
    }
    return new Inputs(features, imputed, oneHots, means, scales);
  }

  private static double[] ones(int width) {
    var ones = new double[width];
    Arrays.fill(ones, 1);
    return ones;
  }

  int width() {
    return means.length;
  }

  /** Examples as standardised vectors, by the arithmetic that serving uses. */
  Matrix matrix(List<TrainingExample> rows) {
    var values = new double[rows.size() * width()];
    for (int i = 0; i < rows.size(); i++) {
      double[] vector = vector(rows.get(i));
      System.arraycopy(vector, 0, values, i * width(), width());
    }
    return new Matrix(rows.size(), width(), values);
  }

  private double[] vector(TrainingExample row) {
    return Scorer.vector(features, imputed, oneHots, means, scales, row.values(), row.categories());
  }

  /** Whether a model's vectors have the same elements. */
  boolean sameElements(ModelVersion model) {
    return model.features().equals(features) && model.oneHots().equals(oneHots);
  }
}
