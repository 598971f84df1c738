package io.promoflow.models.trainer;

import io.promoflow.ingestion.schema.DecisionTree;
import io.promoflow.ingestion.schema.ModelKind;
import java.util.List;

/**
 * The part of a model version that a trainer makes; see {@link
 * io.promoflow.ingestion.schema.ModelVersion}.
 *
 * @param centroids KMEANS; null otherwise
 * @param coefficients LOGISTIC and LINEAR; null otherwise
 * @param intercept LOGISTIC and LINEAR; 0 otherwise
 * @param trees FOREST; null otherwise
 */
public record Parameters(
    ModelKind kind,
    double[][] centroids,
    double[] coefficients,
    double intercept,
    List<DecisionTree> trees) {

  public static Parameters kmeans(double[][] centroids) {
    return new Parameters(ModelKind.KMEANS, centroids, null, 0, null);
  }

  public static Parameters logistic(double[] coefficients, double intercept) {
    return new Parameters(ModelKind.LOGISTIC, null, coefficients, intercept, null);
  }

  public static Parameters linear(double[] coefficients, double intercept) {
    return new Parameters(ModelKind.LINEAR, null, coefficients, intercept, null);
  }

  public static Parameters forest(List<DecisionTree> trees) {
    return new Parameters(ModelKind.FOREST, null, null, 0, trees);
  }
}
