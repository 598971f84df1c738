package io.promoflow.models.offline;

import io.promoflow.models.trainer.Task;
import io.promoflow.models.trainer.Trainer;
import java.util.List;

/** The trainer for those who name none: the plainest one for the label. */
final class DefaultTrainer {
  private DefaultTrainer() {}

  static Trainer of(Rows rows, List<Trainer> trainers) {
    if (rows.labels().length == 0) {
      return first(trainers, Task.CLUSTERING, "kmeans");
    }
    return rows.binary()
        ? first(trainers, Task.CLASSIFICATION, "logistic-regression")
        : first(trainers, Task.REGRESSION, "linear-regression");
  }

  /** Of a name, else of a name that ends like it, else any of its task. */
  private static Trainer first(List<Trainer> trainers, Task task, String name) {
    List<Trainer> fit = trainers.stream().filter(trainer -> trainer.task() == task).toList();
    return fit.stream()
        .filter(trainer -> trainer.name().equals(name))
        .findFirst()
        .or(() -> fit.stream().filter(trainer -> trainer.name().endsWith(name)).findFirst())
        .or(() -> fit.stream().findFirst())
        .orElseThrow(() -> new IllegalArgumentException("there is no trainer for " + task));
  }
}
