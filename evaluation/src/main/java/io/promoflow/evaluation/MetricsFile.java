package io.promoflow.evaluation;

import io.promoflow.ingestion.yaml.Block;
import io.promoflow.ingestion.yaml.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/** Reads {@code metrics.yaml} and validates it whole. */
final class MetricsFile {
  private static final String SHIPPED = "/metrics.yaml";
  private static final int MOST_METRICS = 100;

  private MetricsFile() {}

  /** The declarations that we ship. */
  static Metrics shipped() {
    try (InputStream in = MetricsFile.class.getResourceAsStream(SHIPPED)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return parse("metrics.yaml", text, List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The declarations of a file. */
  static Metrics read(Path file) {
    try {
      return parse(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e, e);
    }
  }

  /** The declarations of a text and, unless it says otherwise, those that we ship. */
  static Metrics parse(String source, String yaml) {
    var shipped = new ArrayList<Metric>();
    Metrics.shipped().forEach(shipped::add);
    return parse(source, yaml, shipped);
  }

  private static Metrics parse(String source, String yaml, List<Metric> shipped) {
    var problems = new Problems(source, MetricsException::new);
    Block top = problems.read(yaml, List.of("shipped", "metrics"));
    boolean alone = top.has("shipped") && !top.flag("shipped");
    var metrics = new ArrayList<Metric>(alone ? List.of() : shipped);
    var lines = new HashMap<String, Integer>();
    for (Block block : top.rules("metrics", "metric", MetricBlock.KEYS)) {
      Metric metric = new MetricBlock(block).read();
      Integer earlier = lines.putIfAbsent(metric.id(), block.line());
      if (earlier != null) {
        block.problem("id", "is taken on line " + earlier, metric.id());
      }
      put(metric, metrics);
    }
    if (lines.isEmpty()) {
      top.problem("metrics", "must be a list with a metric at least", null);
    }
    if (metrics.size() > MOST_METRICS) {
      top.problem("metrics", "must be at most " + MOST_METRICS, metrics.size());
    }
    problems.refuseIfAny();
    return new Metrics(metrics);
  }

  /** At the place of the one of its name, or at the end: what is kept of others stays in place. */
  private static void put(Metric metric, List<Metric> metrics) {
    for (int i = 0; i < metrics.size(); i++) {
      if (metrics.get(i).id().equals(metric.id())) {
        metrics.set(i, metric.at(i));
        return;
      }
    }
    metrics.add(metric.at(metrics.size()));
  }
}
