package io.promoflow.models;

import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ModelKind;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.ModelVersion.OneHot;
import io.promoflow.models.forest.ForestModel;
import io.promoflow.models.forest.ForestShap;
import io.promoflow.models.trainer.Logistic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Answers with a published model: which segment, or how probable, and why. Plain arithmetic on
 * {@link ModelVersion}, so that serving needs no training engine (RATIONALE.md says why not the
 * engine's own online models).
 */
public final class Scorer {
  private final ModelVersion model;
  private final ForestShap shap;

  private Scorer(ModelVersion model) {
    this.model = model;
    this.shap = model.kind() == ModelKind.FOREST ? new ForestShap(model.trees()) : null;
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
    return Calibrated.probability(model.calibration(), score(values, categories));
  }

  /** What the model itself says, a probability that may be off on average. */
  public double score(Map<String, Double> values, Map<String, String> categories) {
    require(ModelKind.LOGISTIC, ModelKind.FOREST);
    return model.kind() == ModelKind.FOREST
        ? ForestModel.mean(model.trees(), vector(values, categories))
        : Logistic.of(logOdds(values, categories));
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

  /** What is said before anything is known of a shopper; in the unit of the contributions. */
  public double expected() {
    require(ModelKind.LOGISTIC, ModelKind.LINEAR, ModelKind.FOREST);
    return model.kind() == ModelKind.FOREST ? shap.expected() : model.intercept();
  }

  /**
   * What each feature adds to what is expected: to the log-odds of a LOGISTIC model and to the
   * answer of a LINEAR one, against a shopper who is average in it; to the score of a FOREST, as
   * its Shapley value. Expected and all contributions add up to the log-odds, the answer or the
   * score. The elements of a categorical feature are added up under its name. In the model's order.
   */
  public Map<String, Double> contributions(
      Map<String, Double> values, Map<String, String> categories) {
    double[] elements = elementContributions(vector(values, categories));
    List<String> owners = elementOwners();
    var contributions = new LinkedHashMap<String, Double>();
    for (int i = 0; i < elements.length; i++) {
      contributions.merge(owners.get(i), elements[i], Double::sum);
    }
    return contributions;
  }

  private double[] elementContributions(double[] vector) {
    require(ModelKind.LOGISTIC, ModelKind.LINEAR, ModelKind.FOREST);
    if (model.kind() == ModelKind.FOREST) {
      return shap.contributions(vector);
    }
    var products = new double[vector.length];
    for (int i = 0; i < vector.length; i++) {
      products[i] = model.coefficients()[i] * vector[i];
    }
    return products;
  }

  private List<String> elementOwners() {
    var owners = new ArrayList<>(model.features());
    model
        .oneHots()
        .forEach(oneHot -> oneHot.values().forEach(value -> owners.add(oneHot.feature())));
    return owners;
  }

  private void require(ModelKind... kinds) {
    if (!Set.of(kinds).contains(model.kind())) {
      throw new IllegalStateException(
          model.version()
              + " is "
              + model.kind()
              + ", not "
              + Arrays.stream(kinds).map(Enum::name).collect(Collectors.joining(" or ")));
    }
  }
}
