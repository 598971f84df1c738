package io.promoflow.serving.http;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * How long answers took. Noting one is all that the way of a question pays for; what is known of
 * them is put together when somebody reads it. May be told and asked by many threads.
 */
final class AnswerTimes {
  private static final long TURN_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier clock;
  private final LongAdder count = new LongAdder();
  private final LongAdder sum = new LongAdder();

  /** Longest since the last turn. */
  private final LongAccumulator most = new LongAccumulator(Math::max, 0);

  private long mostBefore;
  private long turnedAt;

  AnswerTimes(LongSupplier nanos) {
    clock = nanos;
    turnedAt = nanos.getAsLong();
  }

  void note(long nanos) {
    count.increment();
    sum.add(nanos);
    most.accumulate(nanos);
  }

  long count() {
    return count.sum();
  }

  double sumNanos() {
    return sum.sum();
  }

  /** Of the last minute at least; of the time since it was last asked, when that is longer. */
  synchronized double mostNanos() {
    double answer = Math.max(mostBefore, most.get());
    long now = clock.getAsLong();
    if (now - turnedAt >= TURN_NANOS) {
      mostBefore = most.getThenReset();
      turnedAt = now;
    }
    return answer;
  }
}
