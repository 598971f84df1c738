package io.promoflow.models.offline;

import io.promoflow.models.offline.OfflineTraining.Trained;
import io.promoflow.models.trainer.Knob;
import io.promoflow.models.trainer.LinearModel;
import io.promoflow.models.trainer.Parameters;
import io.promoflow.models.trainer.Standardisation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a training found, as fields with names that stay; see the README. */
final class TrainReport {
  private final OfflineTraining training;
  private final Rows rows;
  private final Trained trained;

  TrainReport(OfflineTraining training, Rows rows, Trained trained) {
    this.training = training;
    this.rows = rows;
    this.trained = trained;
  }

  Map<String, Object> fields() {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("trainer", training.trainer().name());
    fields.put("task", training.trainer().task().name());
    fields.put("settings", settings());
    fields.put("rows", rows.size());
    fields.put("withoutLabel", rows.unlabelled());
    fields.put("badValues", rows.badValues());
    fields.put("columns", trained.preparation().elements());
    fields.put("metrics", finite(trained.metrics()));
    fields.put("validation", trained.validation());
    if (!trained.fitted().isEmpty()) {
      fields.put("fitted", finite(fitted()));
    }
    trained.learned().parameters().ifPresent(parameters -> add(fields, parameters));
    if (trained.learned().parameters().map(Parameters::centroids).isEmpty() && labels() != null) {
      fields.put("clusters", sizes(labels()));
    }
    return fields;
  }

  /** The log likelihood is what other programs print for a logit. */
  private Map<String, Double> fitted() {
    var fitted = new LinkedHashMap<>(trained.fitted());
    if (fitted.containsKey("logLoss")) {
      fitted.put("logLikelihood", -fitted.get("logLoss") * rows.size());
    }
    return fitted;
  }

  private Map<String, Double> settings() {
    var settings = new LinkedHashMap<String, Double>();
    for (Knob knob : training.trainer().knobs()) {
      settings.put(knob.name(), training.settings().number(knob.name()));
    }
    return settings;
  }

  private void add(Map<String, Object> fields, Parameters parameters) {
    switch (parameters.kind()) {
      case KMEANS -> fields.put("centroids", centroids(parameters.centroids()));
      case LOGISTIC, LINEAR -> {
        Standardisation space = trained.preparation().standardisation();
        var standardised =
            new LinearModel(parameters.coefficients(), parameters.intercept(), false);
        LinearModel raw = space.undo(standardised);
        fields.put("coefficients", byColumn(raw.coefficients()));
        fields.put("intercept", raw.intercept());
        fields.put("standardisedCoefficients", byColumn(parameters.coefficients()));
        fields.put("standardisedIntercept", parameters.intercept());
      }
      case FOREST -> fields.put("trees", parameters.trees().size());
    }
  }

  private List<Map<String, Object>> centroids(double[][] centroids) {
    Standardisation space = trained.preparation().standardisation();
    int[] sizes = sizes(labels(), centroids.length);
    var all = new ArrayList<Map<String, Object>>();
    for (int c = 0; c < centroids.length; c++) {
      var one = new LinkedHashMap<String, Object>();
      one.put("cluster", c);
      one.put("rows", sizes[c]);
      one.put("values", byColumn(space.undo(centroids[c])));
      all.add(one);
    }
    return all;
  }

  private int[] labels() {
    return training.trainer().task() == io.promoflow.models.trainer.Task.CLUSTERING
        ? Arrays.stream(trained.answers()).mapToInt(answer -> (int) answer).toArray()
        : null;
  }

  private static int[] sizes(int[] labels, int clusters) {
    var sizes = new int[clusters];
    Arrays.stream(labels).filter(label -> label >= 0).forEach(label -> sizes[label]++);
    return sizes;
  }

  private static List<Map<String, Object>> sizes(int[] labels) {
    int[] sizes = sizes(labels, Arrays.stream(labels).max().orElse(-1) + 1);
    var all = new ArrayList<Map<String, Object>>();
    for (int c = 0; c < sizes.length; c++) {
      all.add(Map.of("cluster", c, "rows", sizes[c]));
    }
    return all;
  }

  private Map<String, Double> byColumn(double[] numbers) {
    List<String> names = trained.preparation().elements();
    var named = new LinkedHashMap<String, Double>();
    for (int i = 0; i < numbers.length; i++) {
      named.put(names.get(i), numbers[i]);
    }
    return named;
  }

  private static Map<String, Double> finite(Map<String, Double> metrics) {
    var finite = new LinkedHashMap<>(metrics);
    finite.values().removeIf(value -> !Double.isFinite(value));
    return finite;
  }
}
