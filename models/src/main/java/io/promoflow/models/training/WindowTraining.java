package io.promoflow.models.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Trains all models on one window and says what came of it. Models are trained side by side,
 * because some trainers wait more than they work.
 */
public final class WindowTraining implements AutoCloseable {
  private static final int MODELS = 2;

  private final Contestants contestants;
  private final TrainingRules rules;
  private final ExecutorService sideBySide =
      Executors.newFixedThreadPool(
          MODELS,
          work -> {
            var thread = new Thread(work, "training");
            thread.setDaemon(true);
            return thread;
          });

  public WindowTraining(Contestants contestants, TrainingRules rules) {
    this.contestants = contestants;
    this.rules = rules;
  }

  /** The first fit of some engines takes several times as long as later ones: one for nothing. */
  public void warmUp() throws InterruptedException {
    contestants.warmUp();
  }

  /** Without what shoppers were given. */
  public List<TrainingResult> train(TrainingWindow window, Champions champions) throws Exception {
    return train(window, Treatments.NONE, champions);
  }

  /**
   * Always one result per model, published or refused; responses only where shoppers were given
   * something by chance.
   */
  public List<TrainingResult> train(
      TrainingWindow window, Treatments treatments, Champions champions) throws Exception {
    Optional<String> tooFew = tooFew(window);
    if (tooFew.isPresent()) {
      return refused(window, tooFew.get());
    }
    Future<TrainingResult> segments =
        start(() -> SegmentTraining.train(window, rules, contestants, champions));
    Future<TrainingResult> propensity =
        start(() -> PropensityTraining.train(window, rules, contestants, champions));
    List<TrainingResult> responses = ResponseTraining.train(window, treatments, rules, champions);
    var results = new ArrayList<>(List.of(result(segments), result(propensity)));
    results.addAll(responses);
    return results;
  }

  private Future<TrainingResult> start(Callable<TrainingResult> work) {
    return sideBySide.submit(work);
  }

  private static TrainingResult result(Future<TrainingResult> work) throws Exception {
    try {
      return work.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** The results of a window whose fit broke. */
  List<TrainingResult> failed(TrainingWindow window, Exception why) {
    return refused(window, "the fit failed: " + why);
  }

  private static List<TrainingResult> refused(TrainingWindow window, String reason) {
    return List.of(
        new Judgement(window, SegmentTraining.NAME).refused(reason),
        new Judgement(window, PropensityTraining.NAME).refused(reason));
  }

  private Optional<String> tooFew(TrainingWindow window) {
    if (window.fitted().size() < rules.minimumRows()) {
      return Optional.of(
          "too few rows: %d of %d examples are old enough to fit on, models.minimum-rows is %d"
              .formatted(window.fitted().size(), window.examples().size(), rules.minimumRows()));
    }
    if (window.heldOut().size() < rules.minimumHeldOut()) {
      return Optional.of(
          "too few rows: %d held out to judge on, a quarter of models.minimum-rows is %d"
              .formatted(window.heldOut().size(), rules.minimumHeldOut()));
    }
    return Optional.empty();
  }

  @Override
  public void close() throws Exception {
    sideBySide.shutdownNow();
    contestants.close();
  }
}
