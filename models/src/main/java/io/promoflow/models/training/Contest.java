package io.promoflow.models.training;

import io.promoflow.ingestion.schema.ModelVersion;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which of several trainers made the best of a window, by one metric on the held-out rows. Of
 * equally good ones the one that was named first wins.
 */
record Contest(String metric, boolean smallerIsBetter, List<Trial> trials) {

  /** How a trial ended. */
  enum Outcome {
    WON,
    LOST,
    REFUSED
  }

  /** A trial with its outcome and the reason for it. */
  record Verdict(Trial trial, Outcome outcome, String reason) {}

  /** Empty when all were refused. */
  Optional<Trial> winner() {
    Comparator<Trial> byMetric = Comparator.comparingDouble(this::value);
    return trials.stream()
        .filter(trial -> trial.model().isPresent())
        .min(smallerIsBetter ? byMetric : byMetric.reversed());
  }

  Optional<ModelVersion> winningModel() {
    return winner().flatMap(Trial::model);
  }

  /** Why no trainer made a usable model. */
  String refusals() {
    return String.join(
        "; ", trials.stream().map(t -> t.trainer() + ": " + t.refusal().orElse("")).toList());
  }

  /** In the order of the trials. */
  List<Verdict> verdicts() {
    Trial winner = winner().orElse(null);
    return trials.stream().map(trial -> verdict(trial, winner)).toList();
  }

  private Verdict verdict(Trial trial, Trial winner) {
    if (trial.refusal().isPresent()) {
      return new Verdict(trial, Outcome.REFUSED, trial.refusal().get());
    }
    if (trial.equals(winner)) {
      return new Verdict(trial, Outcome.WON, winning(trial));
    }
    return new Verdict(
        trial,
        Outcome.LOST,
        format(
            "%s %.6g is not better than %.6g of %s",
            metric, value(trial), value(winner), winner.trainer()));
  }

  private String winning(Trial trial) {
    long usable = trials.stream().filter(t -> t.model().isPresent()).count();
    return usable == 1
        ? format("%s %.6g, the only usable model", metric, value(trial))
        : format("%s %.6g is the best of %d trainers", metric, value(trial), usable);
  }

  private double value(Trial trial) {
    return trial.metrics().get(metric);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
