package io.promoflow.models.flink;

import io.promoflow.models.trainer.Learned;
import io.promoflow.models.trainer.Sample;
import io.promoflow.models.trainer.TrainingException;
import java.util.List;
import org.apache.flink.ml.api.Stage;

/**
 * What one fit asks of Flink ML.
 *
 * @param input what the first stage gets to see
 * @param stages any of Flink ML's, each fitted on the output of the one before
 * @param reading what the fitted stages have learnt
 */
public record PipelinePlan(Sample input, List<Stage<?>> stages, Reading reading) {

  /** Makes a model out of fitted stages. */
  @FunctionalInterface
  public interface Reading {
    Learned read(FittedPipeline fitted) throws TrainingException;
  }

  /** Stages whose last one's {@code prediction} is the answer, asked of Flink ML itself. */
  public static PipelinePlan of(Sample input, Stage<?>... stages) {
    return new PipelinePlan(input, List.of(stages), fitted -> fitted);
  }

  /** The same stages, read by ourselves: answers then need no engine. */
  public PipelinePlan reading(Reading other) {
    return new PipelinePlan(input, stages, other);
  }
}
