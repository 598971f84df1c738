package io.promoflow.ingestion.schema;

import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.SettingsException;
import io.promoflow.ingestion.yaml.Block;
import io.promoflow.ingestion.yaml.Problem;
import io.promoflow.ingestion.yaml.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Which metrics experiments may name. What they mean is the business of evaluation; whoever reads
 * rules needs the names only.
 */
public final class MetricNames {
  /** The setting that names the file of declared metrics. */
  public static final Option<String> FILE =
      Option.text(
          "evaluation.metrics",
          "",
          "file of metrics on top of the shipped ones, or instead of them; empty takes the shipped");

  /** Those that we ship, as {@code metrics.yaml} of evaluation declares them. */
  public static final List<String> SHIPPED =
      List.of(
          "conversion",
          "orders",
          "spend",
          "profit",
          "discount",
          "ctr",
          "order_value",
          "order_value_median",
          "retention_7d",
          "review_rating");

  private MetricNames() {}

  /** The names that these settings declare. */
  public static List<String> of(Settings settings) {
    String file = settings.get(FILE);
    if (file.isEmpty()) {
      return SHIPPED;
    }
    try {
      return parse(file, Files.readString(Path.of(file)));
    } catch (IOException | IllegalArgumentException e) {
      throw new SettingsException(FILE.key() + ": cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Names only: the job that computes them refuses whatever else is wrong. */
  static List<String> parse(String source, String yaml) {
    Block top =
        new Problems(source, MetricNames::refused).read(yaml, List.of("shipped", "metrics"));
    boolean alone = top.has("shipped") && !top.flag("shipped");
    var names = new LinkedHashSet<String>(alone ? List.of() : SHIPPED);
    for (Block metric : top.rules("metrics", "metric", List.of("id"))) {
      names.add(metric.requiredText("id"));
    }
    return List.copyOf(names);
  }

  private static RuntimeException refused(List<Problem> problems) {
    return new IllegalArgumentException(problems.get(0).toString());
  }
}
