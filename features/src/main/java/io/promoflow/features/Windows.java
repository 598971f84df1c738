package io.promoflow.features;

import io.promoflow.features.aggregate.Cells;
import java.io.Serializable;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Slides the windows of a key from boundary to boundary. What enters is merged and what leaves is
 * subtracted, so a step costs the same however long the windows are; where an aggregate cannot
 * subtract, its window is built again from its slices.
 */
final class Windows implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The window of what is never forgotten: longer than all time. */
  static final Duration EVER = Duration.ofMillis(Long.MAX_VALUE / 4);

  private final Layout layout;
  private final long[] millis;

  /** Which columns some feature reads over which window. */
  private final boolean[][] used;

  /** Which of them never forgets; -1 when none does. */
  private final int ever;

  /** Columns that some feature reads over {@link #EVER}. */
  private final List<Column> lasting;

  /**
   * @param windows shortest first
   * @param used which columns some feature reads over which window
   */
  Windows(Layout layout, List<Duration> windows, boolean[][] used) {
    this.layout = layout;
    this.millis = windows.stream().mapToLong(Duration::toMillis).toArray();
    this.used = used;
    this.ever = windows.indexOf(EVER);
    this.lasting =
        ever < 0
            ? List.of()
            : IntStream.range(0, layout.columns().size())
                .filter(c -> used[ever][c])
                .mapToObj(layout::column)
                .toList();
  }

  /** Whether anything is never forgotten. */
  boolean last() {
    return ever >= 0;
  }

  /** Drops slices that start before a moment; of what is never forgotten their sum is kept. */
  void evict(long before, Slices s) {
    int keep = s.firstFrom(before, s.first);
    if (keep > s.first && last()) {
      remember(s, keep);
    }
    s.evict(keep);
    if (s.totals != null && last()) {
      s.from[ever] = Math.max(s.from[ever], keep);
    }
  }

  private void remember(Slices s, int until) {
    Cells nothing = layout.nothing();
    for (Column column : lasting) {
      for (int i = s.first; i < until; i++) {
        if (holdsAny(s, i, column, nothing)) {
          s.gone = s.gone == null ? layout.nothing() : s.gone;
          merge(s.gone, column.n(), column.p(), s, i, column);
        }
      }
    }
  }

  private static boolean holdsAny(Slices s, int i, Column column, Cells nothing) {
    int n = s.number(i, column);
    int numbers = column.aggregate().numbers();
    return (column.aggregate().hasPart() && s.cells.parts[s.part(i, column)] != null)
        || !Arrays.equals(
            s.cells.numbers, n, n + numbers, nothing.numbers, column.n(), column.n() + numbers);
  }

  private static void merge(Cells into, int n, int p, Slices s, int i, Column column) {
    column.aggregate().merge(into, n, p, s.cells, s.number(i, column), s.part(i, column));
  }

  int count() {
    return millis.length;
  }

  int number(int window, Column column) {
    return window * layout.numbers() + column.n();
  }

  int part(int window, Column column) {
    return window * layout.parts() + column.p();
  }

  /** Moves the totals on to a later boundary; says whether a slice entered or left a window. */
  boolean slideTo(long boundary, Slices s) {
    if (s.totals == null) {
      boolean changed = changed(s, s.boundary, boundary);
      build(boundary, s);
      return changed;
    }
    int to = s.firstFrom(boundary, s.to);
    boolean changed = to > s.to;
    for (int w = 0; w < count(); w++) {
      int from = s.firstFrom(boundary - millis[w], s.from[w]);
      changed |= from > s.from[w];
      for (int c = 0; c < layout.columns().size(); c++) {
        if (used[w][c]) {
          slide(s, w, layout.column(c), from, to);
        }
      }
      s.from[w] = from;
    }
    s.to = to;
    s.boundary = boundary;
    return changed;
  }

  private void build(long boundary, Slices s) {
    s.totals = empty();
    s.from = new int[count()];
    s.to = s.firstFrom(boundary);
    s.boundary = boundary;
    for (int w = 0; w < count(); w++) {
      s.from[w] = s.firstFrom(boundary - millis[w]);
      for (int c = 0; c < layout.columns().size(); c++) {
        build(s, s.totals, w, c, s.from[w], s.to);
      }
    }
  }

  private void slide(Slices s, int w, Column column, int from, int to) {
    var aggregate = column.aggregate();
    int n = number(w, column);
    int p = part(w, column);
    for (int i = Math.max(s.to, from); i < to; i++) {
      merge(s.totals, n, p, s, i, column);
    }
    for (int i = s.from[w]; i < Math.min(from, s.to); i++) {
      if (!aggregate.subtract(s.totals, n, p, s.cells, s.number(i, column), s.part(i, column))) {
        aggregate.zero(s.totals, n, p);
        merge(s, s.totals, w, column, from, to);
        return;
      }
    }
  }

  private void build(Slices s, Cells into, int w, int c, int from, int to) {
    if (used[w][c]) {
      merge(s, into, w, layout.column(c), from, to);
    }
  }

  private void merge(Slices s, Cells into, int w, Column column, int from, int to) {
    int n = number(w, column);
    int p = part(w, column);
    if (w == ever && s.gone != null) {
      column.aggregate().merge(into, n, p, s.gone, column.n(), column.p());
    }
    for (int i = from; i < to; i++) {
      merge(into, n, p, s, i, column);
    }
  }

  /** Totals at any boundary, built from the slices; does not move the windows. */
  Cells at(long boundary, Slices s) {
    Cells totals = empty();
    int to = s.firstFrom(boundary);
    for (int w = 0; w < count(); w++) {
      int from = s.firstFrom(boundary - millis[w]);
      for (int c = 0; c < layout.columns().size(); c++) {
        build(s, totals, w, c, from, to);
      }
    }
    return totals;
  }

  private Cells empty() {
    var totals = new Cells(count() * layout.numbers(), count() * layout.parts());
    for (int w = 0; w < count(); w++) {
      for (Column column : layout.columns()) {
        column.aggregate().zero(totals, number(w, column), part(w, column));
      }
    }
    return totals;
  }

  private boolean changed(Slices s, long before, long now) {
    if (s.firstFrom(now) > s.firstFrom(before)) {
      return true;
    }
    for (long window : bounded()) {
      if (s.firstFrom(now - window)
          > s.firstFrom(Math.max(before, Long.MIN_VALUE + window) - window)) {
        return true;
      }
    }
    return false;
  }

  /** What something can leave. */
  private long[] bounded() {
    return ever < 0 ? millis : Arrays.copyOf(millis, ever);
  }

  /** The next boundary at which a slice enters or leaves; none: Long.MAX_VALUE. */
  long nextChange(Slices s, long slide) {
    boolean standing = s.totals != null;
    long boundary = Math.max(s.boundary, Long.MIN_VALUE / 2);
    int entering = standing ? s.to : s.firstFrom(boundary);
    long next = entering < s.end ? s.starts[entering] + slide : Long.MAX_VALUE;
    for (int w = 0; w < count(); w++) {
      if (w == ever) {
        continue; // nothing leaves it
      }
      int leaving = standing ? s.from[w] : s.firstFrom(boundary - millis[w]);
      if (leaving < s.end) {
        next = Math.min(next, s.starts[leaving] + slide + millis[w]);
      }
    }
    return next;
  }

  /** All boundaries up to {@code last} at which a slice enters or leaves, from {@code first} on. */
  long[] changes(Slices s, long first, long last, long slide) {
    return java.util.stream.IntStream.range(s.first, s.end)
        .mapToLong(i -> s.starts[i] + slide)
        .flatMap(
            e ->
                java.util.stream.LongStream.concat(
                    java.util.stream.LongStream.of(e), Arrays.stream(bounded()).map(w -> e + w)))
        .filter(b -> b >= first && b <= last)
        .sorted()
        .distinct()
        .toArray();
  }
}
