package io.promoflow.deploy.bench;

import java.util.List;

/** Our own trainers against Flink ML's, against scikit-learn's, and warm against cold. */
final class ModelBench implements Bench {

  @Override
  public String name() {
    return "models";
  }

  @Override
  public List<BenchRow> rows() {
    return List.of(
        new RetrainRow("flink ml", Bar.of(">= 25"), RetrainRow.Rival.FLINK_ML),
        new RetrainRow("scikit-learn", Bar.of(">= 2"), RetrainRow.Rival.SCIKIT_LEARN),
        new RetrainRow("warm", Bar.of(">= 4"), RetrainRow.Rival.COLD));
  }
}
