package io.promoflow.models.flink;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.ml.api.AlgoOperator;
import org.apache.flink.ml.api.Estimator;
import org.apache.flink.ml.api.Model;
import org.apache.flink.ml.api.Stage;
import org.apache.flink.table.api.Table;

/**
 * Stages fitted one on the output of the other, as Flink ML's {@code Pipeline} does. That class
 * hides its stages, and asking its model for the output would run every transformation twice.
 *
 * @param stages fitted, in order
 * @param output of the last one
 */
record FittedStages(List<AlgoOperator<?>> stages, Table output) {

  static FittedStages fit(List<Stage<?>> stages, Table input) {
    var fitted = new ArrayList<AlgoOperator<?>>();
    Table output = input;
    for (Stage<?> stage : stages) {
      AlgoOperator<?> operator =
          stage instanceof Estimator<?, ?> estimator
              ? estimator.fit(output)
              : (AlgoOperator<?>) stage;
      fitted.add(operator);
      output = operator.transform(output)[0];
    }
    return new FittedStages(fitted, output);
  }

  /** What the stage of a type has learnt. */
  Table dataOf(Class<? extends Model<?>> type) {
    return stages.stream()
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst()
        .orElseThrow()
        .getModelData()[0];
  }
}
