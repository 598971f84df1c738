package io.promoflow.models.training;

import io.promoflow.models.trainer.Hyperparameters;
import io.promoflow.models.trainer.Knob;
import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Parameters;
import io.promoflow.models.trainer.Request;
import io.promoflow.models.trainer.Sample;
import io.promoflow.models.trainer.Trainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks a trainer for segmentations with several numbers of segments and from several starts; when
 * not one came out, once more from other starts.
 */
final class SegmentTries {
  private static final String COUNT = "k";
  private static final String STARTS = "starts";
  private static final long SEEDS_APART = 1_000;
  private static final int ATTEMPTS = 2;

  private final Sample sample;
  private final List<Integer> ks;
  private final TrainingRules rules;
  private final Contestants contestants;
  private final Optional<Parameters> champion;

  SegmentTries(
      Matrix rows,
      List<Integer> ks,
      TrainingRules rules,
      Contestants contestants,
      Optional<Parameters> champion) {
    this.sample = Sample.of(rows);
    this.ks = ks;
    this.rules = rules;
    this.contestants = contestants;
    this.champion = champion;
  }

  /** Centroids of every try; why others were refused is added to {@code refusals}. */
  List<double[][]> of(Trainer trainer, List<String> refusals) throws InterruptedException {
    var centroids = new ArrayList<double[][]>();
    for (int attempt = 0; attempt < ATTEMPTS && centroids.isEmpty(); attempt++) {
      for (Trainer.Outcome outcome : trainer.trainAll(requests(trainer, attempt))) {
        if (outcome.learned() == null) {
          refusals.add(outcome.refusal());
        } else {
          outcome
              .learned()
              .parameters()
              .map(Parameters::centroids)
              .ifPresentOrElse(
                  centroids::add, () -> refusals.add("it has no centroids to publish"));
        }
      }
    }
    return centroids;
  }

  private List<Request> requests(Trainer trainer, int attempt) {
    var requests = new ArrayList<Request>();
    long seed = rules.seed() + attempt * SEEDS_APART;
    boolean startsItself = trainer.knobs().stream().map(Knob::name).anyMatch(STARTS::equals);
    for (int k : ks) {
      if (startsItself) {
        requests.add(request(trainer, k, seed, Map.of(STARTS, (double) rules.segments().starts())));
      } else {
        for (int start = 0; start < rules.segments().starts(); start++) {
          requests.add(request(trainer, k, seed + start, Map.of()));
        }
      }
    }
    return requests;
  }

  private Request request(Trainer trainer, int k, long seed, Map<String, Double> more) {
    var beyond = new java.util.HashMap<>(more);
    beyond.put(COUNT, (double) k);
    Hyperparameters settings = contestants.settingsOf(trainer, beyond);
    return new Request(sample, settings, seed, champion.filter(c -> c.centroids().length == k));
  }
}
