package io.promoflow.models.offline;

import io.promoflow.models.trainer.Hyperparameters;
import io.promoflow.models.trainer.Learned;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Preparation;
import io.promoflow.models.trainer.Request;
import io.promoflow.models.trainer.Sample;
import io.promoflow.models.trainer.Task;
import io.promoflow.models.trainer.Trainer;
import io.promoflow.models.trainer.Trainer.Outcome;
import io.promoflow.models.trainer.TrainingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Fits a trainer on all rows of a table, and on all but each fold to see how good it is on rows
 * that it has not seen. Rows are prepared anew for every fit, so that nothing of a fold leaks into
 * it.
 *
 * @param folds to part the rows in; 0 for none
 * @param balance whether both labels weigh the same
 */
record OfflineTraining(
    Trainer trainer, Hyperparameters settings, int folds, long seed, boolean balance) {

  /**
   * What came of it.
   *
   * @param answers of the model on all rows that it was fitted on
   * @param validation how metrics were measured
   * @param metrics on rows that were not learnt, where there are labels
   * @param fitted on the rows that were learnt; empty without labels
   */
  record Trained(
      Learned learned,
      Preparation preparation,
      double[] answers,
      String validation,
      Map<String, Double> metrics,
      Map<String, Double> fitted) {}

  /** Rows to learn from, prepared. */
  private record Part(Preparation preparation, Sample sample) {}

  Trained run(Rows rows, Preparation.Rules rules) throws TrainingException, InterruptedException {
    List<int[]> held = folds(rows);
    var parts = new ArrayList<Part>();
    parts.add(part(rows, rules, IntStream.range(0, rows.size()).toArray()));
    held.forEach(fold -> parts.add(part(rows, rules, Folds.others(rows.size(), fold))));
    List<Learned> learned = train(parts);
    double[] answers = learned.get(0).predict(parts.get(0).sample().rows());
    return trainer.task() == Task.CLUSTERING
        ? clustered(learned.get(0), parts.get(0), answers)
        : judged(rows, held, parts, learned, answers);
  }

  private Trained clustered(Learned learned, Part all, double[] answers) {
    int[] labels = Arrays.stream(answers).mapToInt(answer -> (int) answer).toArray();
    String sampled =
        labels.length > Metrics.SILHOUETTE_ROWS
            ? "; silhouette of %,d rows, seed %d".formatted(Metrics.SILHOUETTE_ROWS, seed)
            : "";
    return new Trained(
        learned,
        all.preparation(),
        answers,
        "on the rows that were clustered" + sampled,
        Metrics.clustering(vectors(all), labels, seed),
        Map.of());
  }

  private Trained judged(
      Rows rows, List<int[]> held, List<Part> parts, List<Learned> learned, double[] answers) {
    Part all = parts.get(0);
    Map<String, Double> fitted = measure(answers, all.sample().labels(), all);
    var unseen = new ArrayList<Map<String, Double>>();
    for (int f = 0; f < held.size(); f++) {
      Part part = parts.get(f + 1);
      Matrix vectors = part.preparation().apply(rows.table().select(held.get(f)));
      unseen.add(measure(learned.get(f + 1).predict(vectors), labels(rows, held.get(f)), part));
    }
    return new Trained(
        learned.get(0),
        all.preparation(),
        answers,
        held.isEmpty() ? "on the rows that were learnt" : validation(held.size()),
        held.isEmpty() ? fitted : Metrics.mean(unseen),
        fitted);
  }

  private String validation(int parts) {
    return "mean over %d folds%s, seed %d"
        .formatted(
            parts, trainer.task() == Task.CLASSIFICATION ? ", stratified by label" : "", seed);
  }

  private List<int[]> folds(Rows rows) throws TrainingException {
    if (trainer.task() == Task.CLUSTERING || folds == 0) {
      return List.of();
    }
    if (trainer.task() == Task.REGRESSION) {
      return Folds.of(rows.size(), Math.min(folds, rows.size()), seed);
    }
    long positives = Arrays.stream(rows.labels()).filter(label -> label == 1).count();
    long fewest = Math.min(positives, rows.size() - positives);
    if (fewest < 2) {
      throw new TrainingException(
          "%d of %d rows have the label 1; at least two of each are needed"
              .formatted(positives, rows.size()));
    }
    return Folds.stratified(rows.labels(), (int) Math.min(folds, fewest), seed);
  }

  private Part part(Rows rows, Preparation.Rules rules, int[] chosen) {
    var table = rows.table().select(chosen);
    var preparation = Preparation.fit(table, rules);
    double[] labels = labels(rows, chosen);
    double[] weights = Arrays.stream(chosen).mapToDouble(i -> rows.weights()[i]).toArray();
    return new Part(
        preparation,
        new Sample(
            preparation.apply(table), labels, balance ? balanced(weights, labels) : weights));
  }

  private static double[] labels(Rows rows, int[] chosen) {
    return rows.labels().length == 0
        ? rows.labels()
        : Arrays.stream(chosen).mapToDouble(i -> rows.labels()[i]).toArray();
  }

  private static double[] balanced(double[] weights, double[] labels) {
    double all = Arrays.stream(weights).sum();
    double positive = 0;
    for (int i = 0; i < labels.length; i++) {
      positive += labels[i] * weights[i];
    }
    var balanced = new double[weights.length];
    for (int i = 0; i < labels.length; i++) {
      double its = labels[i] == 1 ? positive : all - positive;
      balanced[i] = weights[i] * all / (2 * its);
    }
    return balanced;
  }

  private List<Learned> train(List<Part> parts) throws TrainingException, InterruptedException {
    List<Outcome> outcomes =
        trainer.trainAll(
            parts.stream()
                .map(part -> new Request(part.sample(), settings, seed, Optional.empty()))
                .toList());
    for (int i = 0; i < outcomes.size(); i++) {
      if (outcomes.get(i).learned() == null) {
        throw new TrainingException(
            trainer.name()
                + " refuses "
                + (i == 0 ? "the rows" : "the rows but those of fold " + i)
                + ": "
                + outcomes.get(i).refusal());
      }
    }
    return outcomes.stream().map(Outcome::learned).toList();
  }

  private Map<String, Double> measure(double[] predicted, double[] labels, Part learnt) {
    double mean = Arrays.stream(learnt.sample().labels()).average().orElseThrow();
    return trainer.task() == Task.CLASSIFICATION
        ? Metrics.classification(predicted, labels, mean)
        : Metrics.regression(predicted, labels, mean);
  }

  private static double[][] vectors(Part part) {
    Matrix rows = part.sample().rows();
    return IntStream.range(0, rows.rows()).mapToObj(rows::row).toArray(double[][]::new);
  }
}
