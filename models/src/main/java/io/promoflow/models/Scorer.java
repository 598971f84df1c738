package io.promoflow.models;

import io.promoflow.features.DenseValues;
import io.promoflow.ingestion.schema.Decision.Contribution;
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
import java.util.stream.Collectors;

/**
 * Answers with a published model: which segment, or how probable, and why. Plain arithmetic on
 * {@link ModelVersion}, so that serving needs no training engine (RATIONALE.md says why not the
 * engine's own online models).
 */
public final class Scorer {
  private final ModelVersion model;
  private final ForestShap shap;

  /** What every element of the vector belongs to. */
  private final List<String> owners;

  /** Of the rows that came last; null before the first. */
  private volatile Places places;

  /** Where rows of these columns have the features of the model. */
  private record Places(DenseValues.Columns columns, int[] ofFeatures) {}

  private Scorer(ModelVersion model) {
    this.model = model;
    this.shap = model.kind() == ModelKind.FOREST ? new ForestShap(model.trees()) : null;
    this.owners = new ArrayList<>(model.features());
    model
        .oneHots()
        .forEach(oneHot -> oneHot.values().forEach(value -> owners.add(oneHot.feature())));
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

  /** Whether both make the same vector of every row. */
  public boolean hasInputOf(Scorer other) {
    ModelVersion others = other.model;
    return model.features().equals(others.features())
        && model.oneHots().equals(others.oneHots())
        && Arrays.equals(model.imputed(), others.imputed())
        && Arrays.equals(model.means(), others.means())
        && Arrays.equals(model.scales(), others.scales());
  }

  /** The vector of a row; see below. */
  public double[] vector(FeatureRow row) {
    return row.values() instanceof DenseValues dense
        ? vector(dense, row.categories())
        : vector(row.values(), row.categories());
  }

  private double[] vector(DenseValues values, Map<String, String> categories) {
    int[] places = places(values.columns());
    var vector = new double[model.means().length];
    for (int i = 0; i < places.length; i++) {
      double value = values.at(places[i]);
      vector[i] = Double.isFinite(value) ? value : model.imputed()[i];
    }
    oneHot(vector, places.length, model.oneHots(), categories);
    return standardised(vector, model.means(), model.scales());
  }

  private int[] places(DenseValues.Columns columns) {
    Places known = places;
    if (known == null || known.columns() != columns) {
      known = new Places(columns, columns.places(model.features()));
      places = known;
    }
    return known.ofFeatures();
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
    oneHot(vector, element, oneHots, categories);
    return standardised(vector, means, scales);
  }

  private static void oneHot(
      double[] vector, int from, List<OneHot> oneHots, Map<String, String> categories) {
    int element = from;
    for (OneHot oneHot : oneHots) {
      String value = categories.get(oneHot.feature());
      for (String known : oneHot.values()) {
        vector[element++] = known.equals(value) ? 1 : 0;
      }
    }
  }

  private static double[] standardised(double[] vector, double[] means, double[] scales) {
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
    return segment(vector(values, categories));
  }

  /** The segment of a vector. */
  public String segment(double[] vector) {
    require(ModelKind.KMEANS);
    return model.segments().get(nearest(model.centroids(), vector));
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
    return probability(vector(values, categories));
  }

  /** Probability of an order within the horizon, of a vector. */
  public double probability(double[] vector) {
    return Calibrated.probability(model.calibration(), score(vector));
  }

  /** What the model itself says, a probability that may be off on average. */
  public double score(Map<String, Double> values, Map<String, String> categories) {
    return score(vector(values, categories));
  }

  private double score(double[] vector) {
    require(ModelKind.LOGISTIC, ModelKind.FOREST);
    return model.kind() == ModelKind.FOREST
        ? ForestModel.mean(model.trees(), vector)
        : Logistic.of(logOdds(vector));
  }

  /** The intercept plus all contributions, before any isotonic calibration. */
  public double logOdds(Map<String, Double> values, Map<String, String> categories) {
    return logOdds(vector(values, categories));
  }

  private double logOdds(double[] vector) {
    require(ModelKind.LOGISTIC);
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

  /**
   * The largest of {@link #contributions} by their size, of equal ones by name; those of 0 are left
   * out.
   */
  public List<Contribution> largest(double[] vector, int most) {
    double[] sums = byOwner(elementContributions(vector));
    var largest = new int[Math.min(most, sums.length)];
    int found = 0;
    for (int i = 0; i < sums.length && largest.length > 0; i++) {
      boolean isFull = found == largest.length;
      if (sums[i] != 0 && !(isFull && goesBefore(largest[found - 1], i, sums))) {
        int at = isFull ? found - 1 : found++;
        for (; at > 0 && goesBefore(i, largest[at - 1], sums); at--) {
          largest[at] = largest[at - 1];
        }
        largest[at] = i;
      }
    }
    var contributions = new ArrayList<Contribution>(found);
    for (int i = 0; i < found; i++) {
      contributions.add(new Contribution(owners.get(largest[i]), sums[largest[i]]));
    }
    return contributions;
  }

  private boolean goesBefore(int one, int other, double[] sums) {
    int order = Double.compare(Math.abs(sums[one]), Math.abs(sums[other]));
    return order > 0 || (order == 0 && owners.get(one).compareTo(owners.get(other)) < 0);
  }

  /** Elements of one owner stand side by side: their sum is put at the first, 0 at the others. */
  private double[] byOwner(double[] elements) {
    int first = model.features().size();
    for (OneHot oneHot : model.oneHots()) {
      for (int i = first + 1; i < first + oneHot.values().size(); i++) {
        elements[first] += elements[i];
        elements[i] = 0;
      }
      first += oneHot.values().size();
    }
    return elements;
  }

  private void require(ModelKind... kinds) {
    for (ModelKind kind : kinds) {
      if (kind == model.kind()) {
        return;
      }
    }
    throw new IllegalStateException(
        model.version()
            + " is "
            + model.kind()
            + ", not "
            + Arrays.stream(kinds).map(Enum::name).collect(Collectors.joining(" or ")));
  }
}
