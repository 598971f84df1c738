package io.promoflow.models.training;

import io.promoflow.ingestion.schema.TrainingExample;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The examples of one training window, in an order that depends on nothing but themselves, and how
 * they are parted: older ones to fit on, the newest in time to judge on.
 *
 * @param start exclusive
 * @param end inclusive
 * @param examples sorted by moment and shopper
 * @param fitted part to fit on
 * @param heldOut newest part
 */
public record TrainingWindow(
    Instant start,
    Instant end,
    List<TrainingExample> examples,
    List<TrainingExample> fitted,
    List<TrainingExample> heldOut) {

  /**
   * Parts a window at the moment whose newer part is closest to the wanted share; rows of one
   * moment stay together.
   *
   * @param embargo leaves rows out of the fit whose label was known only after the first held-out
   *     moment: the same order could otherwise be learnt from and judged on
   */
  public static TrainingWindow of(
      Instant start, Instant end, List<TrainingExample> rows, double share, boolean embargo) {
    List<TrainingExample> examples =
        rows.stream()
            .sorted(
                Comparator.comparing(TrainingExample::at).thenComparing(TrainingExample::shopperId))
            .toList();
    Instant cut = cut(examples, share);
    if (cut == null) {
      return new TrainingWindow(start, end, examples, List.of(), List.of());
    }
    List<TrainingExample> heldOut =
        examples.stream().filter(row -> !row.labelledAt().isBefore(cut)).toList();
    Instant firstMoment =
        heldOut.stream().map(TrainingExample::at).min(Comparator.naturalOrder()).orElse(cut);
    List<TrainingExample> fitted =
        examples.stream()
            .filter(row -> row.labelledAt().isBefore(cut))
            .filter(row -> !embargo || !row.labelledAt().isAfter(firstMoment))
            .toList();
    return new TrainingWindow(start, end, examples, fitted, heldOut);
  }

  private static Instant cut(List<TrainingExample> examples, double share) {
    NavigableMap<Instant, Integer> perMoment = new TreeMap<>();
    examples.forEach(row -> perMoment.merge(row.labelledAt(), 1, Integer::sum));
    double wanted = share * examples.size();
    Instant best = null;
    double leastGap = Double.POSITIVE_INFINITY;
    int newer = 0;
    for (var moment : perMoment.descendingMap().entrySet()) {
      newer += moment.getValue();
      double gap = Math.abs(newer - wanted);
      if (newer < examples.size() && gap < leastGap) {
        leastGap = gap;
        best = moment.getKey();
      }
    }
    return best;
  }

  /** The newest example of every shopper. */
  public Map<String, TrainingExample> newestOfShopper() {
    var newest = new LinkedHashMap<String, TrainingExample>();
    examples.forEach(row -> newest.put(row.shopperId(), row));
    return newest;
  }
}
