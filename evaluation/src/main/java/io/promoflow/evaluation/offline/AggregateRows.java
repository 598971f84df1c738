package io.promoflow.evaluation.offline;

import io.promoflow.evaluation.inference.Moments;
import io.promoflow.evaluation.offline.TableMetric.Columns;
import io.promoflow.evaluation.offline.TableMetric.Kind;

/** Rows of which each is a sum over many units, such as one per day, variant and segment. */
final class AggregateRows {
  private final EvaluationMapping mapping;
  private final TableColumns columns;

  AggregateRows(EvaluationMapping mapping, TableColumns columns) {
    this.mapping = mapping;
    this.columns = columns;
  }

  TableRead read(TableReader reader) {
    String unitsColumn = mapping.rows().units().orElseThrow();
    double[] units = columns.numbers(unitsColumn, 0);
    for (int row = 0; row < units.length; row++) {
      if (!(units[row] >= 0) || units[row] != Math.rint(units[row])) {
        columns.problem(row, unitsColumn, "must be a whole number from 0", units[row]);
      }
    }
    double[][][] sums = new double[mapping.metrics().size()][][];
    for (int m = 0; m < sums.length; m++) {
      sums[m] = sums(mapping.metrics().get(m), units);
    }
    columns.refuseIfAny();
    var all = new ExperimentSums(mapping.metrics());
    long withoutVariant = 0;
    for (int row = 0; row < units.length; row++) {
      if (reader.variant(row) == null) {
        withoutVariant++;
      } else if (units[row] > 0) {
        var cell = new VariantSums(mapping.metrics());
        cell.units((long) units[row]);
        for (int m = 0; m < sums.length; m++) {
          cell.metric(m, moments((long) units[row], sums[m], row));
        }
        all.add(reader.variant(row), reader.segments(row), reader.day(row), cell);
      }
    }
    return new TableRead(all, reader.design(), 0, withoutVariant);
  }

  /** Columns of sum and squares; of a ratio also denominators, cross products and their squares. */
  private double[][] sums(TableMetric metric, double[] units) {
    Columns its = metric.columns();
    double[] sum = columns.numbers(its.value(), 0);
    if (metric.kind() == Kind.PROPORTION) {
      for (int row = 0; row < sum.length; row++) {
        if (sum[row] < 0 || sum[row] > units[row]) {
          columns.problem(row, its.value(), "must be a count from 0 to the units", sum[row]);
        }
      }
      return new double[][] {sum, sum};
    }
    double[] squares = columns.numbers(its.squares().orElseThrow(), 0);
    return metric.kind() == Kind.MEAN
        ? new double[][] {sum, squares}
        : new double[][] {
          sum,
          squares,
          columns.numbers(its.denominator().orElseThrow(), 0),
          columns.numbers(its.cross().orElseThrow(), 0),
          columns.numbers(its.denominatorSquares().orElseThrow(), 0)
        };
  }

  private static Moments moments(long units, double[][] sums, int row) {
    return sums.length == 2
        ? Moments.ofSums(units, new double[] {sums[0][row]}, new double[] {sums[1][row]})
        : Moments.ofSums(
            units,
            new double[] {sums[0][row], sums[2][row]},
            new double[] {sums[1][row], sums[3][row], sums[4][row]});
  }
}
