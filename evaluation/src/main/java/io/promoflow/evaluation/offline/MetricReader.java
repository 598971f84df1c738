package io.promoflow.evaluation.offline;

import io.promoflow.evaluation.offline.TableMetric.Columns;
import io.promoflow.evaluation.offline.TableMetric.Kind;
import io.promoflow.evaluation.offline.TableMetric.Role;
import io.promoflow.ingestion.yaml.Block;
import java.util.List;
import java.util.Optional;

/** Reads one metric of a mapping. */
final class MetricReader {
  static final List<String> KEYS =
      List.of(
          "name",
          "kind",
          "column",
          "denominator",
          "covariate",
          "squares",
          "denominatorSquares",
          "cross",
          "winsorise",
          "quantile",
          "better",
          "role",
          "margin");

  /** Which way is better. */
  private enum Better {
    MORE,
    LESS
  }

  private final Block block;
  private final boolean aggregate;

  MetricReader(Block block, boolean aggregate) {
    this.block = block;
    this.aggregate = aggregate;
  }

  TableMetric read() {
    String name = block.requiredText("name");
    Kind kind = block.has("kind") ? block.constant("kind", Kind.class) : Kind.MEAN;
    Role role = block.has("role") ? block.constant("role", Role.class) : Role.SECONDARY;
    Better better = block.has("better") ? block.constant("better", Better.class) : Better.MORE;
    Double winsorise = block.number("winsorise", 0.5, 1);
    Double quantile = block.number("quantile", 0.001, 0.999);
    Double margin = block.number("margin", 0, 1);
    goTogether(kind, role);
    var columns =
        new Columns(
            block.has("column") ? block.requiredText("column") : name,
            Optional.ofNullable(block.text("denominator")),
            Optional.ofNullable(block.text("covariate")),
            Optional.ofNullable(block.text("squares")),
            Optional.ofNullable(block.text("denominatorSquares")),
            Optional.ofNullable(block.text("cross")));
    return new TableMetric(
        name,
        kind == null ? Kind.MEAN : kind,
        columns,
        Optional.ofNullable(winsorise),
        quantile == null ? 0.5 : quantile,
        better == Better.LESS ? -1 : 1,
        role == null ? Role.SECONDARY : role,
        margin == null ? 0 : margin);
  }

  private void goTogether(Kind kind, Role role) {
    demand("denominator", kind == Kind.RATIO, "belongs to kind ratio");
    demand("quantile", kind == Kind.QUANTILE, "belongs to kind quantile");
    demand("margin", role == Role.GUARDRAIL, "belongs to role guardrail");
    boolean summed = kind == Kind.MEAN || kind == Kind.RATIO;
    demand("squares", aggregate && summed, "belongs to means and ratios of rows with units");
    for (String key : List.of("denominatorSquares", "cross")) {
      demand(key, aggregate && kind == Kind.RATIO, "belongs to ratios of rows with units");
    }
    refuse("winsorise", kind != Kind.MEAN || aggregate, "belongs to means of single units");
    refuse(
        "covariate",
        aggregate || (kind != Kind.MEAN && kind != Kind.PROPORTION),
        "belongs to means and proportions of single units");
    if (aggregate && kind == Kind.QUANTILE) {
      block.problem("kind", "must not be quantile where a row stands for many units", null);
    }
  }

  /** Present exactly when it is needed. */
  private void demand(String key, boolean needed, String rule) {
    if (needed && !block.has(key)) {
      block.problem(key, "must be given", null);
    }
    refuse(key, !needed, rule);
  }

  private void refuse(String key, boolean wrong, String rule) {
    if (wrong && block.has(key)) {
      block.problem(key, rule, block.text(key));
    }
  }
}
