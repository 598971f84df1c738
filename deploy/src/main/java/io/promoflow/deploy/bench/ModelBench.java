package io.promoflow.deploy.bench;

import java.util.List;

/** Our own trainers against Flink ML's, against scikit-learn's, and warm against cold. */
final class ModelBench implements Bench {
  /** Iterations against other libraries, so that both sides do the same. */
  private static final int FEW = 20;

  /** Iterations and starts of a fit without a version before it, as the trainer defaults to. */
  private static final int MANY = 100;

  private static final int STARTS = 5;

  @Override
  public String name() {
    return "models";
  }

  @Override
  public List<BenchRow> rows() {
    return List.of(
        new RetrainRow("flink ml", Bar.of(">= 25"), RetrainRow.Rival.FLINK_ML, FEW, 1),
        new RetrainRow("scikit-learn", Bar.of(">= 2"), RetrainRow.Rival.SCIKIT_LEARN, FEW, 1),
        new RetrainRow("warm", Bar.of(">= 4"), RetrainRow.Rival.COLD, MANY, STARTS),
        new RetrainRow("warm one start", Bar.of("goal >= 4"), RetrainRow.Rival.COLD, MANY, 1));
  }
}
