package io.promoflow.models.flink;

import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Sample;
import io.promoflow.models.trainer.Task;
import io.promoflow.models.trainer.TrainingException;
import java.util.Arrays;

/** Refuses what no stage can learn from before a job is started for it. */
final class SampleCheck {
  private SampleCheck() {}

  static void check(Sample sample, Task task) throws TrainingException {
    if (sample.size() == 0 || sample.rows().width() == 0) {
      throw new TrainingException("there are no rows, or they have no columns");
    }
    if (!sample.rows().isFinite()) {
      throw new TrainingException(notFinite(sample.rows()));
    }
    if (!Arrays.stream(sample.weights()).allMatch(w -> w > 0 && Double.isFinite(w))) {
      throw new TrainingException("a weight is not a positive number");
    }
    if (task != Task.CLUSTERING) {
      labels(sample, task);
    }
  }

  private static String notFinite(Matrix rows) {
    int i = 0;
    while (Double.isFinite(rows.values()[i])) {
      i++;
    }
    return "column %d of row %d is %s"
        .formatted(i % rows.width(), i / rows.width(), rows.values()[i]);
  }

  private static void labels(Sample sample, Task task) throws TrainingException {
    double[] labels = sample.labels();
    if (labels.length == 0 || !Arrays.stream(labels).allMatch(Double::isFinite)) {
      throw new TrainingException("there are no labels, or one is not finite");
    }
    if (task == Task.CLASSIFICATION) {
      if (!Arrays.stream(labels).allMatch(label -> label == 0 || label == 1)) {
        throw new TrainingException("a label is neither 0 nor 1");
      }
      if (Arrays.stream(labels).distinct().count() < 2) {
        throw new TrainingException("all labels are " + (int) labels[0]);
      }
    }
  }
}
