package io.promoflow.models.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.models.trainer.Trainer.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every trainer promises. Extend it and give yours. */
public abstract class TrainerContract {
  private static final int ROWS = 400;
  private static final int WIDTH = 4;
  private static final long SEED = 7;

  /** Yours. Called once per test; closing it is up to you. */
  protected abstract Trainer trainer() throws Exception;

  /** How many degenerate samples are tried; fewer for an engine that takes seconds per fit. */
  protected int degenerateCases() {
    return 280;
  }

  /** Settings under which the plain samples below are learnt. */
  protected Map<String, Double> settings() {
    return Map.of();
  }

  @Test
  protected void sameRequestGivesSameModel() throws Exception {
    Trainer trainer = trainer();
    Sample sample = plain(trainer.task(), 1);
    assertThat(trainer.train(request(trainer, sample)).predict(sample.rows()))
        .containsExactly(trainer.train(request(trainer, sample)).predict(sample.rows()));
  }

  @Test
  protected void learnsWhatIsPlain() throws Exception {
    Trainer trainer = trainer();
    Learned learned = trainer.train(request(trainer, plain(trainer.task(), 1)));
    Sample unseen = plain(trainer.task(), 2);
    double[] answers = learned.predict(unseen.rows());
    assertThat(answers).hasSize(ROWS);
    if (trainer.task() == Task.CLUSTERING) {
      assertThat(share(i -> (answers[i] == answers[0]) == (truth(unseen, i) == truth(unseen, 0))))
          .as("share of rows clustered with their like")
          .isGreaterThan(0.95);
    } else if (trainer.task() == Task.CLASSIFICATION) {
      assertThat(Arrays.stream(answers).boxed()).allMatch(p -> p >= 0 && p <= 1);
      assertThat(share(i -> (answers[i] > 0.5) == (unseen.labels()[i] == 1)))
          .as("share of labels that were told right")
          .isGreaterThan(0.85);
    } else {
      assertThat(unexplained(answers, unseen.labels()))
          .as("share of the labels' variance that stays unexplained")
          .isLessThan(0.2);
    }
  }

  @Test
  protected void degenerateSamplesAreRefusedOrGiveFiniteAnswers() throws Exception {
    Trainer trainer = trainer();
    Task task = trainer.task();
    var samples = new ArrayList<Sample>();
    for (int number = 0; number < degenerateCases(); number++) {
      samples.add(DegenerateCases.of(number, task));
    }
    List<Outcome> outcomes =
        trainer.trainAll(samples.stream().map(sample -> request(trainer, sample)).toList());
    assertThat(outcomes).hasSameSizeAs(samples);
    for (int number = 0; number < outcomes.size(); number++) {
      Outcome outcome = outcomes.get(number);
      if (outcome.learned() == null) {
        assertThat(outcome.refusal())
            .as("case %s", number)
            .isNotBlank()
            .doesNotContain("null")
            .doesNotContain("Exception");
      } else {
        double[] answers = outcome.learned().predict(plainRows(samples.get(number).rows().width()));
        assertThat(Arrays.stream(answers).boxed())
            .as("case %s, %s", number, DegenerateCases.kind(number))
            .allMatch(Double::isFinite);
      }
    }
  }

  @Test
  protected void settingsAreChecked() throws Exception {
    Trainer trainer = trainer();
    assertThatThrownBy(() -> Hyperparameters.of(trainer, Map.of("nobody-knows-this", 1.0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(trainer.name())
        .hasMessageContaining("nobody-knows-this");
    for (Knob knob : trainer.knobs()) {
      assertThat(knob.refusal(knob.value())).as(knob.name()).isNull();
      assertThatThrownBy(() -> Hyperparameters.of(trainer, Map.of(knob.name(), Double.NaN)))
          .hasMessageContaining(knob.name());
    }
  }

  @Test
  protected void isFoundByItsName() throws Exception {
    Trainer trainer = trainer();
    assertThat(Trainers.named(trainer.name())).hasSameClassAs(trainer);
  }

  /** A request for a sample with the settings of this test. */
  protected Request request(Trainer trainer, Sample sample) {
    return new Request(sample, Hyperparameters.of(trainer, settings()), SEED, Optional.empty());
  }

  /**
   * Two clouds of equal size, far apart in every column; a row's label says which (classification)
   * or grows with its columns (regression).
   */
  protected static Sample plain(Task task, long seed) {
    var random = new SplittableRandom(seed);
    var values = new double[ROWS * WIDTH];
    var labels = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      double sum = 0;
      for (int c = 0; c < WIDTH; c++) {
        double value = (i % 2 == 0 ? -1 : 1) + random.nextDouble(-0.7, 0.7);
        values[i * WIDTH + c] = value;
        sum += value;
      }
      labels[i] = task == Task.REGRESSION ? 2 * sum + 1 : i % 2;
    }
    if (task == Task.CLASSIFICATION) {
      // some labels are wrong, so that no line separates them all
      IntStream.range(0, ROWS / 20).forEach(i -> labels[i * 20] = 1 - labels[i * 20]);
    }
    var matrix = new Matrix(ROWS, WIDTH, values);
    return task == Task.CLUSTERING ? Sample.of(matrix) : Sample.of(matrix, labels);
  }

  private static Matrix plainRows(int width) {
    var random = new SplittableRandom(3);
    return new Matrix(
        10, width, IntStream.range(0, 10 * width).mapToDouble(i -> random.nextDouble()).toArray());
  }

  private static double truth(Sample sample, int row) {
    return sample.rows().at(row, 0) > 0 ? 1 : 0;
  }

  private static double share(java.util.function.IntPredicate holds) {
    return IntStream.range(0, ROWS).filter(holds).count() / (double) ROWS;
  }

  private static double unexplained(double[] answers, double[] labels) {
    double mean = Arrays.stream(labels).average().orElseThrow();
    double left = 0;
    double all = 0;
    for (int i = 0; i < labels.length; i++) {
      left += (labels[i] - answers[i]) * (labels[i] - answers[i]);
      all += (labels[i] - mean) * (labels[i] - mean);
    }
    return left / all;
  }
}
