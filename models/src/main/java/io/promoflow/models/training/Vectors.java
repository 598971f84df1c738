package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelVersion.OneHot;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Preparation;
import io.promoflow.models.trainer.RawTable;
import java.util.List;

/** Training examples as vectors. */
final class Vectors {
  private Vectors() {}

  /**
   * Learns how rows become vectors.
   *
   * @param levels values of a categorical feature that get an element of their own
   */
  static Preparation learn(
      List<TrainingExample> rows,
      List<String> features,
      List<String> categories,
      int levels,
      TrainingRules rules) {
    return Preparation.fit(
        RawTable.of(rows, features, categories),
        new Preparation.Rules(rules.imputation(), levels, true));
  }

  static Matrix of(Preparation inputs, List<TrainingExample> rows) {
    return inputs.apply(
        RawTable.of(
            rows, inputs.features(), inputs.oneHots().stream().map(OneHot::feature).toList()));
  }
}
