package io.promoflow.serving.scoring;

import io.promoflow.ingestion.schema.Decision.Contribution;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ModelVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Scores a feature row with published models, as {@link ModelVersion} says. */
public final class ModelScores {
  public static final String SEGMENTS = "segments";
  public static final String PROPENSITY = "propensity";

  private ModelScores() {}

  /** Asks the models that there are; a model whose answer is not finite is left out. */
  public static Scores of(FeatureRow row, Map<String, ModelVersion> models, int contributions) {
    if (row == null) {
      return Scores.UNKNOWN;
    }
    var versions = new TreeMap<String, String>();
    String segment = null;
    ModelVersion segments = models.get(SEGMENTS);
    if (segments != null) {
      segment = nearest(segments, vector(segments, row));
      versions.put(SEGMENTS, segments.version());
    }
    ModelVersion propensity = models.get(PROPENSITY);
    if (propensity == null) {
      return new Scores(segment, null, List.of(), versions);
    }
    versions.put(PROPENSITY, propensity.version());
    double[] x = vector(propensity, row);
    double logOdds = propensity.intercept();
    for (int i = 0; i < x.length; i++) {
      logOdds += propensity.coefficients()[i] * x[i];
    }
    if (!Double.isFinite(logOdds)) {
      return new Scores(segment, null, List.of(), versions);
    }
    double probability = 1 / (1 + Math.exp(-logOdds));
    return new Scores(segment, probability, largest(propensity, x, contributions), versions);
  }

  private static double[] vector(ModelVersion model, FeatureRow row) {
    var x = new double[model.means().length];
    int i = 0;
    for (; i < model.features().size(); i++) {
      Double value = row.values().get(model.features().get(i));
      x[i] = value == null || !Double.isFinite(value) ? model.imputed()[i] : value;
    }
    for (ModelVersion.OneHot oneHot : model.oneHots()) {
      String value = row.categories().get(oneHot.feature());
      for (String known : oneHot.values()) {
        x[i++] = known.equals(value) ? 1 : 0;
      }
    }
    for (int j = 0; j < x.length; j++) {
      x[j] = (x[j] - model.means()[j]) / model.scales()[j];
    }
    return x;
  }

  private static String nearest(ModelVersion model, double[] x) {
    String best = null;
    double least = Double.POSITIVE_INFINITY;
    for (int c = 0; c < model.centroids().length; c++) {
      double distance = 0;
      for (int i = 0; i < x.length; i++) {
        double gap = x[i] - model.centroids()[c][i];
        distance += gap * gap;
      }
      if (distance < least) {
        least = distance;
        best = model.segments().get(c);
      }
    }
    return best;
  }

  private static List<Contribution> largest(ModelVersion model, double[] x, int most) {
    var all = new ArrayList<Contribution>(x.length);
    List<String> names = names(model);
    for (int i = 0; i < x.length; i++) {
      double added = model.coefficients()[i] * x[i];
      if (added != 0) {
        all.add(new Contribution(names.get(i), added));
      }
    }
    all.sort(
        Comparator.comparingDouble((Contribution c) -> -Math.abs(c.logOdds()))
            .thenComparing(Contribution::feature));
    return List.copyOf(all.subList(0, Math.min(most, all.size())));
  }

  private static List<String> names(ModelVersion model) {
    var names = new ArrayList<>(model.features());
    for (ModelVersion.OneHot oneHot : model.oneHots()) {
      oneHot.values().forEach(value -> names.add(oneHot.feature() + "=" + value));
    }
    return names;
  }
}
