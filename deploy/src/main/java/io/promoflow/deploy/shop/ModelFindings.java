package io.promoflow.deploy.shop;

import com.fasterxml.jackson.databind.JsonNode;
import io.promoflow.deploy.console.Report;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.models.UpliftScorer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the demo says of models: which trainer won each window, why, and what segments are like. */
record ModelFindings(List<DemoFindings.Model> models, List<String> segments) {

  void print(PrintWriter out) {
    out.println();
    out.println(
        "Models: retrained on sliding windows; trainers compete, Flink ML's among them, and are"
            + " judged on the newest part held out.");
    var rows = new ArrayList<List<?>>();
    for (DemoFindings.Model model : models) {
      rows.add(
          List.of(
              model.windowEnd().toString().substring(0, 10),
              model.name(),
              model.examples(),
              quality(model),
              model.published() ? "published" : "refused: " + model.reason(),
              model.trials() == null ? "" : model.trials()));
    }
    out.print(
        Report.table(
            List.of("window end", "model", "examples", "quality", "outcome", "trainers"), rows));
    out.printf("Segments in force: %s.%n", String.join("; ", segments));
  }

  private static String quality(DemoFindings.Model model) {
    Map<String, Double> metrics = metrics(model);
    if (model.name().equals("propensity")) {
      return "AUC %.3f, log loss %.3f, calibration error %.3f"
          .formatted(of(metrics, "auc"), of(metrics, "logLoss"), of(metrics, "calibrationError"));
    }
    if (!UpliftScorer.isResponse(model.name())) {
      return "%.0f segments, silhouette %.3f"
          .formatted(of(metrics, "segments"), of(metrics, "silhouette"));
    }
    return metrics.containsKey("qini")
        ? "log loss %.3f, uplift %+.3f on average, Qini %+.4f"
            .formatted(of(metrics, "logLoss"), of(metrics, "averageEffect"), of(metrics, "qini"))
        : "log loss %.3f".formatted(of(metrics, "logLoss"));
  }

  private static double of(Map<String, Double> metrics, String name) {
    return metrics.getOrDefault(name, Double.NaN);
  }

  private static Map<String, Double> metrics(DemoFindings.Model model) {
    try {
      JsonNode json = Wire.JSON.readTree(model.metrics());
      var metrics = new LinkedHashMap<String, Double>();
      json.properties().forEach(field -> metrics.put(field.getKey(), field.getValue().asDouble()));
      return metrics;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Map<String, Object>> json() {
    return models.stream().map(ModelFindings::json).toList();
  }

  private static Map<String, Object> json(DemoFindings.Model model) {
    return Map.of(
        "name", model.name(),
        "version", model.version(),
        "windowEnd", model.windowEnd().toString(),
        "examples", model.examples(),
        "metrics", metrics(model),
        "published", model.published(),
        "reason", model.reason(),
        "trainer", model.trainer());
  }
}
