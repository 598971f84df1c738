package io.promoflow.serving.ledger;

import io.promoflow.serving.OpenTime;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How much of a budget may be in use by when: a curve from (0, 0) to (1, 1), straight between its
 * points. A plan for spend over a period is the first of the two controls of Agarwal, Ghosh, Wei
 * and You, "Budget pacing for targeted online advertisements at LinkedIn" (KDD 2014), section 3;
 * instead of their throttle, what is ahead of the plan is not leased.
 *
 * @param curve points in between, in the order of time; empty for an even spend
 * @param on whether anything is paced
 */
public record Pacing(boolean on, List<Point> curve) implements Serializable {
  /**
   * By when how much.
   *
   * @param time share of the period, 0 to 1
   * @param spend share of the budget, 0 to 1
   */
  public record Point(double time, double spend) implements Serializable {}

  /** Share of the budget that may be ahead of the plan, 0 to 1. */
  static final double AHEAD = 0.01;

  public static final Pacing NONE = new Pacing(false, List.of());
  public static final Pacing EVEN = new Pacing(true, List.of());

  /** Reads {@code none}, {@code even}, or points such as {@code 0.25:0.1,0.5:0.4}. */
  public static Pacing parse(String text) {
    return switch (text.trim()) {
      case "none" -> NONE;
      case "even" -> EVEN;
      default -> new Pacing(true, points(text));
    };
  }

  private static List<Point> points(String text) {
    var points = new ArrayList<Point>();
    Point last = new Point(0, 0);
    for (String part : text.split(",", -1)) {
      last = after(last, part.split(":", -1));
      points.add(last);
    }
    return List.copyOf(points);
  }

  private static Point after(Point last, String[] pair) {
    try {
      var point = new Point(Double.parseDouble(pair[0]), Double.parseDouble(pair[1]));
      boolean rising = point.time > last.time && point.spend >= last.spend;
      if (pair.length == 2 && rising && point.time < 1 && point.spend <= 1) {
        return point;
      }
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new IllegalArgumentException(rule(), e);
    }
    throw new IllegalArgumentException(rule());
  }

  private static String rule() {
    return "must be none, even, or points time:spend, both rising shares between 0 and 1";
  }

  /** Share of the budget that should be spent at a share of the period. */
  double planned(double time) {
    Point before = new Point(0, 0);
    for (Point point : curve) {
      if (time < point.time) {
        return between(before, point, time);
      }
      before = point;
    }
    return between(before, new Point(1, 1), Math.min(1, time));
  }

  private static double between(Point a, Point b, double time) {
    return a.spend + (b.spend - a.spend) * (time - a.time) / (b.time - a.time);
  }

  /** What may be in use at a moment: all of it when the time to offer it is not bounded. */
  Amount allowed(Amount budget, OpenTime open, Instant at) {
    if (!on || at == null || !open.isBounded() || open.length().isZero()) {
      return budget;
    }
    double time = open.passed(at).toMillis() / (double) open.length().toMillis();
    double share = Math.min(1, planned(time) + AHEAD);
    return new Amount(part(budget.cents(), share), part(budget.units(), share));
  }

  private static long part(long whole, double share) {
    return whole >= Amount.UNLIMITED ? whole : Math.min(whole, (long) Math.ceil(whole * share));
  }
}
