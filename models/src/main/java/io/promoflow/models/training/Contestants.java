package io.promoflow.models.training;

import io.promoflow.models.trainer.Hyperparameters;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Request;
import io.promoflow.models.trainer.Sample;
import io.promoflow.models.trainer.Task;
import io.promoflow.models.trainer.Trainer;
import io.promoflow.models.trainer.Trainers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The trainers that compete for each model, kept open between windows. */
public final class Contestants implements AutoCloseable {
  private static final int WARM_UP_ROWS = 20;

  private final List<Trainer> segments;
  private final List<Trainer> propensity;
  private final Map<String, Map<String, Double>> settings;

  public Contestants(
      List<Trainer> segments, List<Trainer> propensity, Map<String, Map<String, Double>> settings) {
    this.segments = segments;
    this.propensity = propensity;
    this.settings = settings;
  }

  /**
   * The trainers that the rules name, with their settings.
   *
   * @throws IllegalArgumentException that names the trainer, what is wrong and what there is
   */
  public static Contestants of(TrainingRules rules) {
    var contestants =
        new Contestants(
            named(rules.segments().trainers(), Task.CLUSTERING),
            named(rules.propensity().trainers(), Task.CLASSIFICATION),
            rules.settings());
    contestants.checkSettings();
    return contestants;
  }

  private static List<Trainer> named(List<String> names, Task task) {
    List<Trainer> trainers = names.stream().map(Trainers::named).toList();
    for (Trainer trainer : trainers) {
      if (trainer.task() != task) {
        throw new IllegalArgumentException(
            "trainer " + trainer.name() + " is for " + trainer.task() + ", not for " + task);
      }
    }
    return trainers;
  }

  private void checkSettings() {
    var names = new HashSet<String>();
    for (Trainer trainer : all()) {
      names.add(trainer.name());
      settingsOf(trainer, Map.of());
    }
    for (String name : settings.keySet()) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            "models.settings: " + name + " is set but does not compete; there are " + names);
      }
    }
  }

  List<Trainer> segments() {
    return segments;
  }

  List<Trainer> propensity() {
    return propensity;
  }

  private List<Trainer> all() {
    var all = new ArrayList<>(segments);
    all.addAll(propensity);
    return all;
  }

  /** As set, and what a fit sets beyond. */
  Hyperparameters settingsOf(Trainer trainer, Map<String, Double> beyond) {
    var wanted = new HashMap<>(settings.getOrDefault(trainer.name(), Map.of()));
    wanted.putAll(beyond);
    return Hyperparameters.of(trainer, wanted);
  }

  /** One small fit by everybody; what comes of it does not matter. */
  void warmUp() throws InterruptedException {
    for (Trainer trainer : all()) {
      var rows = new Matrix(WARM_UP_ROWS, 1, warmUpColumn(2));
      Sample sample =
          trainer.task() == Task.CLUSTERING
              ? Sample.of(rows)
              : Sample.of(rows, warmUpColumn(WARM_UP_ROWS / 2));
      trainer.trainAll(
          List.of(new Request(sample, settingsOf(trainer, Map.of()), 1, Optional.empty())));
    }
  }

  private static double[] warmUpColumn(int period) {
    return IntStream.range(0, WARM_UP_ROWS).mapToDouble(i -> i / (period / 2) % 2).toArray();
  }

  @Override
  public void close() throws Exception {
    for (Trainer trainer : all()) {
      trainer.close();
    }
  }
}
