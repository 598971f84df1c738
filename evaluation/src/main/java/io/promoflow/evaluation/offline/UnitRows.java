package io.promoflow.evaluation.offline;

import io.promoflow.evaluation.inference.Moments;
import io.promoflow.evaluation.inference.Quantile;
import io.promoflow.evaluation.offline.TableMetric.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Rows of which each is a unit or, where they carry its id, a part of one. The first row in time
 * tells a unit's variant and segments; outcomes add up, and a missing outcome is 0.
 */
final class UnitRows {
  private final EvaluationMapping mapping;
  private final TableColumns columns;

  /** First row of each unit. */
  private final List<Integer> first = new ArrayList<>();

  /** Unit of each row; −1 where it has no variant. */
  private int[] unitOf;

  private final Set<Integer> contaminated = new HashSet<>();
  private long withoutVariant;

  UnitRows(EvaluationMapping mapping, TableColumns columns) {
    this.mapping = mapping;
    this.columns = columns;
  }

  TableRead read(TableReader reader) {
    assign(reader);
    List<TableMetric> metrics = mapping.metrics();
    double[][] values = new double[metrics.size()][];
    double[][] seconds = new double[metrics.size()][];
    for (int m = 0; m < values.length; m++) {
      values[m] = values(metrics.get(m));
      seconds[m] = second(metrics.get(m));
    }
    columns.refuseIfAny();
    var sums = new ExperimentSums(metrics);
    for (int unit = 0; unit < first.size(); unit++) {
      var row = new VariantSums(metrics);
      row.units(1);
      for (int m = 0; m < values.length; m++) {
        if (metrics.get(m).kind() == Kind.QUANTILE) {
          row.value(m, values[m][unit]);
        } else if (metrics.get(m).isPair()) {
          row.metric(m, Moments.of(values[m][unit], seconds[m][unit]));
        } else {
          row.metric(m, Moments.of(values[m][unit]));
        }
      }
      int its = first.get(unit);
      sums.add(reader.variant(its), reader.segments(its), reader.day(its), row);
    }
    return new TableRead(sums, reader.design(), contaminated.size(), withoutVariant);
  }

  private void assign(TableReader reader) {
    unitOf = new int[columns.rows()];
    List<String> ids = mapping.rows().unit().map(columns::texts).orElse(null);
    Map<String, Integer> units = new HashMap<>();
    for (int row : inTime(reader)) {
      if (reader.variant(row) == null) {
        unitOf[row] = -1;
        withoutVariant++;
        continue;
      }
      if (ids != null && ids.get(row) == null) {
        columns.problem(row, mapping.rows().unit().orElseThrow(), "must be given", null);
      }
      Integer known =
          ids == null ? null : units.putIfAbsent(String.valueOf(ids.get(row)), first.size());
      unitOf[row] = known == null ? first.size() : known;
      if (known == null) {
        first.add(row);
      } else if (!reader.variant(row).equals(reader.variant(first.get(known)))) {
        contaminated.add(known);
      }
    }
  }

  /** Rows by time, those of one day in the order of the file. */
  private int[] inTime(TableReader reader) {
    var rows = IntStream.range(0, columns.rows()).boxed();
    if (mapping.time().isPresent()) {
      rows = rows.sorted(Comparator.comparing(reader::day));
    }
    return rows.mapToInt(Integer::intValue).toArray();
  }

  /** One number per unit. */
  private double[] values(TableMetric metric) {
    String column = metric.columns().value();
    double[] rows = columns.numbers(column, 0);
    var values = new double[first.size()];
    for (int row = 0; row < rows.length; row++) {
      if (metric.kind() == Kind.PROPORTION && rows[row] != 0 && rows[row] != 1) {
        columns.problem(row, column, "must be 0 or 1", rows[row]);
      }
      if (unitOf[row] >= 0) {
        double before = values[unitOf[row]];
        values[unitOf[row]] =
            metric.kind() == Kind.PROPORTION ? Math.max(before, rows[row]) : before + rows[row];
      }
    }
    if (metric.winsorise().isPresent() && values.length > 0) {
      double cap = Quantile.cap(values, metric.winsorise().get());
      return Arrays.stream(values).map(value -> Math.min(value, cap)).toArray();
    }
    return values;
  }

  /** The denominator or covariate per unit; null when the metric has none. */
  private double[] second(TableMetric metric) {
    if (metric.kind() == Kind.RATIO) {
      double[] rows = columns.numbers(metric.columns().denominator().orElseThrow(), 0);
      var values = new double[first.size()];
      for (int row = 0; row < rows.length; row++) {
        if (unitOf[row] >= 0) {
          values[unitOf[row]] += rows[row];
        }
      }
      return values;
    }
    return metric.columns().covariate().map(this::covariate).orElse(null);
  }

  /** Of each unit's first row; the mean of the others where it is missing, which biases nothing. */
  private double[] covariate(String column) {
    double[] rows = columns.numbers(column, Double.NaN);
    double[] values = first.stream().mapToDouble(row -> rows[row]).toArray();
    double mean = Arrays.stream(values).filter(v -> !Double.isNaN(v)).average().orElse(0);
    return Arrays.stream(values).map(v -> Double.isNaN(v) ? mean : v).toArray();
  }
}
