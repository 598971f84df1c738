package io.promoflow.features;

import io.promoflow.features.aggregate.Cells;
import io.promoflow.features.aggregate.Hash;
import java.util.Arrays;

/**
 * The slices of one key, oldest first, side by side in a few arrays; slices without events are not
 * there. Beside them, the totals of the windows at the last boundary, which are computed and never
 * saved.
 */
public final class Slices {
  private static final int LEAST_CAPACITY = 2;

  /**
   * Room is made by moving slices down once this part of them has gone. What leaves and what enters
   * a long window is far apart in memory; the less of it there is, the more stays in the caches.
   */
  private static final int MOVED_AT = 4;

  final Layout layout;
  long[] starts = new long[LEAST_CAPACITY];

  /** Which events slices hold; null while none remembers any. */
  EventIds[] ids;

  Cells cells;

  /** Slices are at the indexes from here ... */
  int first;

  /** ... to before here. */
  int end;

  /** The sum of slices that were dropped, of what is never forgotten; null for none. */
  Cells gone;

  /** The last boundary at which rows were considered. */
  long boundary = Long.MIN_VALUE;

  /** When the pending timer fires. */
  long timer = Long.MAX_VALUE;

  /** Totals of the windows at {@link #boundary}; null when they must be computed anew. */
  Cells totals;

  /** Index of the first slice in each window's total. */
  int[] from;

  /** Index behind the last slice in the totals. */
  int to;

  Slices(Layout layout) {
    this.layout = layout;
    this.cells = new Cells(LEAST_CAPACITY * layout.numbers(), LEAST_CAPACITY * layout.parts());
  }

  public boolean isEmpty() {
    return first == end;
  }

  /** When the pending timer fires; {@code Long.MAX_VALUE} without one. */
  public long timer() {
    return timer;
  }

  public void timer(long at) {
    timer = at;
  }

  /** Index of the first slice that starts at or after a moment. */
  int firstFrom(long start) {
    if (first == end || starts[end - 1] < start) {
      return end;
    }
    int found = Arrays.binarySearch(starts, first, end, start);
    return found >= 0 ? found : -found - 1;
  }

  /** The same, looked for from an index that is not behind it: a step or two as windows slide. */
  int firstFrom(long start, int hint) {
    int index = hint;
    while (index < end && starts[index] < start) {
      index++;
    }
    return index;
  }

  /** Index of a slice; -1 when there is none. */
  public int find(long start) {
    if (end > first && starts[end - 1] == start) {
      return end - 1;
    }
    int index = firstFrom(start);
    return index < end && starts[index] == start ? index : -1;
  }

  /** Makes a slice without events and gives its index. */
  public int insert(long start) {
    if (end == starts.length) {
      makeRoom();
    }
    int index = firstFrom(start);
    if (index < end) {
      shiftUp(index);
    }
    if (index < to) {
      totals = null;
    }
    starts[index] = start;
    if (ids != null) {
      ids[index] = null;
    }
    end++;
    for (Column column : layout.columns()) {
      column.aggregate().zero(cells, number(index, column), part(index, column));
    }
    return index;
  }

  int number(int slice, Column column) {
    return slice * layout.numbers() + column.n();
  }

  int part(int slice, Column column) {
    return slice * layout.parts() + column.p();
  }

  private void makeRoom() {
    int size = end - first;
    if (first * MOVED_AT > size) {
      move(first, 0, size);
      if (ids != null) {
        Arrays.fill(ids, size, end, null);
      }
      Arrays.fill(cells.parts, size * layout.parts(), end * layout.parts(), null);
      if (totals != null) {
        to -= first;
        for (int w = 0; w < from.length; w++) {
          from[w] -= first;
        }
      }
      first = 0;
      end = size;
    } else {
      int capacity = starts.length + Math.max(LEAST_CAPACITY, starts.length / 2);
      starts = Arrays.copyOf(starts, capacity);
      ids = ids == null ? null : Arrays.copyOf(ids, capacity);
      cells.grow(capacity * layout.numbers(), capacity * layout.parts());
    }
  }

  private void shiftUp(int index) {
    move(index, index + 1, end - index);
    Arrays.fill(cells.parts, index * layout.parts(), (index + 1) * layout.parts(), null);
  }

  private void move(int source, int target, int count) {
    System.arraycopy(starts, source, starts, target, count);
    if (ids != null) {
      System.arraycopy(ids, source, ids, target, count);
    }
    int n = layout.numbers();
    System.arraycopy(cells.numbers, source * n, cells.numbers, target * n, count * n);
    int p = layout.parts();
    System.arraycopy(cells.parts, source * p, cells.parts, target * p, count * p);
  }

  /** Drops the slices below an index. */
  void evict(int keep) {
    if (keep > first) {
      if (ids != null) {
        Arrays.fill(ids, first, keep, null);
      }
      Arrays.fill(cells.parts, first * layout.parts(), keep * layout.parts(), null);
      first = keep;
    }
  }

  /** Whether a slice holds an event already. */
  public boolean holds(int slice, String eventId) {
    EventIds held = idsOf(slice);
    return held != null && held.contains(Hash.of(eventId));
  }

  /** Null when a slice remembers none. */
  EventIds idsOf(int slice) {
    return ids == null ? null : ids[slice];
  }

  void idsOf(int slice, EventIds held) {
    if (ids == null && held != null) {
      ids = new EventIds[starts.length];
    }
    if (ids != null) {
      ids[slice] = held;
    }
  }

  /** Makes a slice know that it holds an event. */
  public void remember(int slice, String eventId) {
    if (idsOf(slice) == null) {
      idsOf(slice, new EventIds());
    }
    ids[slice].add(Hash.of(eventId));
  }

  /** Lets slices that start before a moment forget which events they hold. */
  void forget(long before) {
    if (ids == null || (first < end && starts[first] >= before)) {
      return;
    }
    for (int i = firstFrom(before) - 1; i >= first && ids[i] != null; i--) {
      ids[i] = null;
    }
  }
}
