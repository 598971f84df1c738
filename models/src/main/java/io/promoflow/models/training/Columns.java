package io.promoflow.models.training;

import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.training.TrainingRules.Imputation;
import java.util.Arrays;
import java.util.List;

/** Figures about one column. */
final class Columns {
  private Columns() {}

  /** A numeric feature of all rows that have it. */
  static double[] of(List<TrainingExample> rows, String feature) {
    return rows.stream()
        .map(row -> row.values().get(feature))
        .filter(value -> value != null && Double.isFinite(value))
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  /** What stands for a missing value; 0 when none is there. */
  static double surrogate(double[] values, Imputation imputation) {
    if (values.length == 0) {
      return 0;
    }
    if (imputation == Imputation.MEAN) {
      return Arrays.stream(values).sum() / values.length;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  static double mean(Matrix rows, int column) {
    double sum = 0;
    for (int i = 0; i < rows.rows(); i++) {
      sum += rows.at(i, column);
    }
    return rows.rows() == 0 ? 0 : sum / rows.rows();
  }

  /** Standard deviation; 1 where nothing differs, so that it can be divided by. */
  static double deviation(Matrix rows, int column, double mean) {
    double squares = 0;
    for (int i = 0; i < rows.rows(); i++) {
      double gap = rows.at(i, column) - mean;
      squares += gap * gap;
    }
    double deviation = Math.sqrt(squares / Math.max(1, rows.rows()));
    return deviation > 0 && Double.isFinite(deviation) ? deviation : 1;
  }
}
