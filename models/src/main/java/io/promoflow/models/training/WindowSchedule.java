package io.promoflow.models.training;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Which windows are due: all whose end has passed on the event-time clock and which nothing is
 * recorded of, in order; so a restart goes on where it stopped and skips none.
 *
 * @param window length
 * @param slide time between ends, which are its multiples since 1970
 */
record WindowSchedule(Duration window, Duration slide) {

  /**
   * Ends of the windows that are due.
   *
   * @param clock up to which the examples are complete
   * @param first when the first label was known
   * @param last when the last label was known, of those up to the clock
   * @param done ends that are recorded
   */
  List<Instant> due(Instant clock, Instant first, Instant last, Set<Instant> done) {
    var due = new ArrayList<Instant>();
    Instant lastWithExamples = last.plus(window);
    for (Instant end = firstEnd(first);
        !end.isAfter(clock) && end.isBefore(lastWithExamples);
        end = end.plus(slide)) {
      if (!done.contains(end)) {
        due.add(end);
      }
    }
    return due;
  }

  private Instant firstEnd(Instant first) {
    long step = slide.toMillis();
    return Instant.ofEpochMilli(-Math.floorDiv(-first.toEpochMilli(), step) * step);
  }

  Instant start(Instant end) {
    return end.minus(window);
  }
}
