package io.promoflow.serving;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.Period;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * When a promotion may be offered: its own period within the periods of its campaign. A plan for
 * its budget looks at this time alone: while the campaign rests, nothing is due.
 *
 * @param stretches in order and apart from each other; empty for never
 */
public record OpenTime(List<Period> stretches) {
  private static final Comparator<Period> BY_BEGINNING =
      Comparator.comparing(Period::from, Comparator.nullsFirst(Comparator.naturalOrder()));

  /** Of a promotion. */
  public static OpenTime of(Promotion promotion) {
    var whole = new Period(promotion.from(), promotion.until());
    if (promotion.periods().isEmpty()) {
      return new OpenTime(List.of(whole));
    }
    var apart = new ArrayList<Period>();
    promotion.periods().stream()
        .map(period -> both(whole, period))
        .filter(OpenTime::holdsAnything)
        .sorted(BY_BEGINNING)
        .forEach(next -> add(next, apart));
    return new OpenTime(List.copyOf(apart));
  }

  private static void add(Period next, List<Period> apart) {
    Period last = apart.isEmpty() ? null : apart.get(apart.size() - 1);
    boolean touches =
        last != null
            && (last.until() == null || next.from() == null || !next.from().isAfter(last.until()));
    if (touches) {
      boolean endless = last.until() == null || next.until() == null;
      Instant until = endless ? null : later(last.until(), next.until());
      apart.set(apart.size() - 1, new Period(last.from(), until));
    } else {
      apart.add(next);
    }
  }

  private static Period both(Period a, Period b) {
    return new Period(later(a.from(), b.from()), earlier(a.until(), b.until()));
  }

  private static boolean holdsAnything(Period one) {
    return one.from() == null || one.until() == null || one.from().isBefore(one.until());
  }

  private static Instant later(Instant a, Instant b) {
    return a == null || (b != null && b.isAfter(a)) ? b : a;
  }

  private static Instant earlier(Instant a, Instant b) {
    return a == null || (b != null && b.isBefore(a)) ? b : a;
  }

  /** First moment; null when there is none. */
  public Instant from() {
    return stretches.isEmpty() ? null : stretches.get(0).from();
  }

  /** First moment after all of it; null when there is none. */
  public Instant until() {
    return stretches.isEmpty() ? null : stretches.get(stretches.size() - 1).until();
  }

  /** Whether it begins and ends. */
  public boolean isBounded() {
    return from() != null && until() != null;
  }

  /** The same, beginning at a moment when it has no beginning. */
  public OpenTime beginning(Instant from) {
    if (stretches.isEmpty() || from() != null) {
      return this;
    }
    var all = new ArrayList<>(stretches);
    Instant until = all.get(0).until();
    Instant start = until != null && from.isAfter(until) ? until : from;
    all.set(0, new Period(start, until));
    return new OpenTime(List.copyOf(all));
  }

  /** How long it is, when it is bounded. */
  public Duration length() {
    return passed(until());
  }

  /** How much of it is over at a moment, when it is bounded. */
  public Duration passed(Instant at) {
    Duration sum = Duration.ZERO;
    for (Period one : stretches) {
      if (one.from().isBefore(at)) {
        sum = sum.plus(Duration.between(one.from(), earlier(one.until(), at)));
      }
    }
    return sum;
  }
}
