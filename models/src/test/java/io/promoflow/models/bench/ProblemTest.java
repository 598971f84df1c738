package io.promoflow.models.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.models.ProbabilityQuality;
import io.promoflow.models.trainer.Hyperparameters;
import io.promoflow.models.trainer.Request;
import io.promoflow.models.trainer.Sample;
import io.promoflow.models.trainer.Trainers;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows of the bench are the same at every run, and there is something to learn in them. */
class ProblemTest {
  @TempDir Path folder;

  @Test
  void isReadAsItWasWritten() throws Exception {
    Problem problem = written("one");
    assertThat(problem.values()).containsExactly(written("two").values());
    assertThat(problem.labels()).hasSize(2_000).containsOnly(0, 1);
    assertThat(problem.labelled(500, 1_000).rows().row(0))
        .containsExactly(problem.plain(0, 2_000).rows().row(500));
  }

  @Test
  void itsLabelsFollowItsColumns() throws Exception {
    Sample sample = written("three").labelled(0, 2_000);
    var trainer = Trainers.named("logistic-regression");
    double[] predicted =
        trainer
            .train(new Request(sample, Hyperparameters.defaults(trainer), 1, Optional.empty()))
            .predict(sample.rows());
    var happened = new boolean[predicted.length];
    for (int i = 0; i < happened.length; i++) {
      happened[i] = sample.labels()[i] == 1;
    }
    assertThat(ProbabilityQuality.auc(predicted, happened)).isGreaterThan(0.8);
  }

  private Problem written(String name) throws Exception {
    Path file = folder.resolve(name);
    Problem.write(file, 2_000, 20);
    return Problem.read(file, 20);
  }
}
