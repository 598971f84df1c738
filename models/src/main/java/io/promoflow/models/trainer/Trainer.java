package io.promoflow.models.trainer;

import java.util.ArrayList;
import java.util.List;

/**
 * Fits one kind of model. To add one: a class, a line in {@code
 * META-INF/services/io.promoflow.models.trainer.Trainer}, and a test that extends {@code
 * TrainerContract}; {@code ./promoflow new model NAME} writes all three.
 *
 * <p>A trainer never gives a model that says something not finite, and refuses with a reason what
 * it can't learn from.
 */
public interface Trainer extends AutoCloseable {

  /** How it is asked for, for example {@code logistic-regression}. */
  String name();

  Task task();

  /** One sentence for the list of trainers. */
  String meaning();

  /** What may be set. */
  default List<Knob> knobs() {
    return List.of();
  }

  /** Fits. */
  Learned train(Request request) throws TrainingException, InterruptedException;

  /**
   * Fits several at once, for engines that wait more than they work. What can't be fitted is left
   * out of the answer by its {@link Outcome}.
   */
  default List<Outcome> trainAll(List<Request> requests) throws InterruptedException {
    var outcomes = new ArrayList<Outcome>();
    for (Request request : requests) {
      try {
        outcomes.add(new Outcome(train(request), null));
      } catch (TrainingException e) {
        outcomes.add(new Outcome(null, e.getMessage()));
      }
    }
    return outcomes;
  }

  /**
   * What came of one of several fits.
   *
   * @param learned null when it was refused
   * @param refusal why; null when it was not
   */
  record Outcome(Learned learned, String refusal) {}

  /** Ends what it keeps warm between fits. */
  @Override
  default void close() throws Exception {
    // most keep nothing
  }
}
