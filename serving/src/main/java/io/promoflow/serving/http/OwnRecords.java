package io.promoflow.serving.http;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where in a topic this server's own records lie, as the broker acknowledged them, so that whoever
 * follows the topic need not read them back. May be asked and told by different threads.
 */
public final class OwnRecords {
  /** What is forgotten is read back, which costs time but changes nothing. */
  private static final int MOST_STRETCHES = 10_000;

  private final Map<Integer, Stretches> partitions = new ConcurrentHashMap<>();

  /** Own records side by side: offsets from (inclusive) until (exclusive). */
  private static final class Stretch {
    private final long from;
    private long until;

    Stretch(long offset) {
      from = offset;
      until = offset + 1;
    }
  }

  /** Of one partition, in the order of offsets. */
  private static final class Stretches {
    private final ArrayDeque<Stretch> waiting = new ArrayDeque<>();

    synchronized void add(long offset) {
      Stretch last = waiting.peekLast();
      if (last != null && last.until == offset) {
        last.until++;
      } else if (last == null || last.until < offset) {
        waiting.addLast(new Stretch(offset));
        if (waiting.size() > MOST_STRETCHES) {
          waiting.removeFirst();
        }
      }
    }

    synchronized long next(long from) {
      long next = from;
      while (!waiting.isEmpty() && waiting.peekFirst().from <= next) {
        next = Math.max(next, waiting.peekFirst().until);
        if (waiting.size() == 1) {
          break; // it may grow
        }
        waiting.removeFirst();
      }
      return next;
    }
  }

  /** One more own record; its neighbours were told in the order of their offsets. */
  public void add(int partition, long offset) {
    partitions.computeIfAbsent(partition, number -> new Stretches()).add(offset);
  }

  /**
   * The first offset, from a position on, that is not known to be an own record's. What lies before
   * it is forgotten.
   */
  long next(int partition, long position) {
    Stretches stretches = partitions.get(partition);
    return stretches == null ? position : stretches.next(position);
  }
}
