package io.promoflow.models;

import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ModelKind;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.ModelVersion.OneHot;
import io.promoflow.models.trainer.Logistic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers with a published model: which segment, or how probable, and why. Plain arithmetic on
 * {@link ModelVersion}, so that serving needs no training engine (RATIONALE.md says why not the
 * engine's own online models).
 */
public final class Scorer {
  private final ModelVersion model;

  private Scorer(ModelVersion model) {
    this.model = model;
  }

  /** Refuses a model that {@link ModelGuard} refuses, so that no answer is ever NaN. */
  public static Scorer of(ModelVersion model) {
    ModelGuard.refusal(model)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(model.version() + " is refused: " + reason);
            });
    return new Scorer(model);
  }

  /** Impute, one-hot, standardise. A value that is no finite number counts as missing. */
  public double[] vector(Map<String, Double> values, Map<String, String> categories) {
    return vector(model, values, categories);
  }

  /** The same for a model that is not finished yet: only its input pipeline is used. */
  public static double[] vector(
      ModelVersion model, Map<String, Double> values, Map<String, String> categories) {
    return vector(
        model.features(),
        model.imputed(),
        model.oneHots(),
        model.means(),
        model.scales(),
        values,
        categories);
  }

  /** The same for an input pipeline without a model. */
  public static double[] vector(
      List<String> features,
      double[] imputed,
      List<OneHot> oneHots,
      double[] means,
      double[] scales,
      Map<String, Double> values,
      Map<String, String> categories) {
    var vector = new double[means.length];
    int element = 0;
    for (String feature : features) {
      Double value = values.get(feature);
      vector[element] = value == null || !Double.isFinite(value) ? imputed[element] : value;
      element++;
    }
    for (OneHot oneHot : oneHots) {
      String value = categories.get(oneHot.feature());
      for (String known : oneHot.values()) {
        vector[element++] = known.equals(value) ? 1 : 0;
      }
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (vector[i] - means[i]) / scales[i];
    }
    return vector;
  }

  /** The segment whose centroid is nearest; of equally near ones the first. */
  public String segment(FeatureRow row) {
    return segment(row.values(), row.categories());
  }

  /** The segment whose centroid is nearest; of equally near ones the first. */
  public String segment(Map<String, Double> values, Map<String, String> categories) {
    require(ModelKind.KMEANS);
    return model.segments().get(nearest(model.centroids(), vector(values, categories)));
  }

  /** Index of the nearest centroid, Euclidean; of equally near ones the first. */
  public static int nearest(double[][] centroids, double[] vector) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int c = 0; c < centroids.length; c++) {
      double distance = squaredDistance(centroids[c], vector);
      if (distance < least) {
        least = distance;
        best = c;
      }
    }
    return best;
  }

  /** Sum of squared differences. */
  public static double squaredDistance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double gap = a[i] - b[i];
      sum += gap * gap;
    }
    return sum;
  }

  /** Probability of an order within the horizon, strictly between 0 and 1 or rounded to them. */
  public double probability(FeatureRow row) {
    return probability(row.values(), row.categories());
  }

  /** Probability of an order within the horizon. */
  public double probability(Map<String, Double> values, Map<String, String> categories) {
    return Calibrated.probability(model.calibration(), Logistic.of(logOdds(values, categories)));
  }

  /** The intercept plus all contributions, before any isotonic calibration. */
  public double logOdds(Map<String, Double> values, Map<String, String> categories) {
    require(ModelKind.LOGISTIC);
    double[] vector = vector(values, categories);
    double sum = model.intercept();
    for (int i = 0; i < vector.length; i++) {
      sum += model.coefficients()[i] * vector[i];
    }
    return sum;
  }

  /**
   * What each feature adds to the log-odds, against a shopper who is average in it. The elements of
   * a categorical feature are added up under its name. In the model's order.
   */
  public Map<String, Double> contributions(
      Map<String, Double> values, Map<String, String> categories) {
    require(ModelKind.LOGISTIC);
    double[] vector = vector(values, categories);
    List<String> owners = elementOwners();
    var contributions = new LinkedHashMap<String, Double>();
    for (int i = 0; i < vector.length; i++) {
      contributions.merge(owners.get(i), model.coefficients()[i] * vector[i], Double::sum);
    }
    return contributions;
  }

  private List<String> elementOwners() {
    var owners = new ArrayList<>(model.features());
    model
        .oneHots()
        .forEach(oneHot -> oneHot.values().forEach(value -> owners.add(oneHot.feature())));
    return owners;
  }

  private void require(ModelKind kind) {
    if (model.kind() != kind) {
      throw new IllegalStateException(model.version() + " is " + model.kind() + ", not " + kind);
    }
  }
}
