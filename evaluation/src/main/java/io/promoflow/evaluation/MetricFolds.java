package io.promoflow.evaluation;

import io.promoflow.evaluation.Metric.Span;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Which outcomes each metric folds. Metrics with the same filter and window share one {@link
 * ShopperTotals}, so that an outcome is folded once for all of them.
 */
final class MetricFolds implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Outcomes that are folded together. */
  private record Fold(OutcomeFilter filter, Span span) implements Serializable {}

  private final Metrics metrics;
  private final double marginShare;
  private final ArrayList<Fold> folds = new ArrayList<>();
  private final ArrayList<OutcomeFilter> earlierFolds = new ArrayList<>();

  /** Per metric: which of the folds, and of those from before the exposure. */
  private final int[] foldOf;

  private final int[] earlierOf;

  MetricFolds(Metrics metrics, long windowMillis, double marginShare) {
    this.metrics = metrics;
    this.marginShare = marginShare;
    this.foldOf = new int[metrics.size()];
    this.earlierOf = new int[metrics.size()];
    for (Metric metric : metrics) {
      var fold = new Fold(metric.filter(), metric.span().orUntil(windowMillis));
      foldOf[metric.place()] = placed(fold, folds);
      earlierOf[metric.place()] = placed(metric.filter(), earlierFolds);
    }
  }

  private static <T> int placed(T fold, List<T> folds) {
    if (!folds.contains(fold)) {
      folds.add(fold);
    }
    return folds.indexOf(fold);
  }

  /** Whether any metric counts an outcome so long after the exposure. */
  boolean counts(long sinceMillis) {
    for (int i = 0; i < folds.size(); i++) {
      if (folds.get(i).span().covers(sinceMillis)) {
        return true;
      }
    }
    return false;
  }

  /** What one exposed shopper's outcomes come to, as they are added in the order of time. */
  final class Course {
    private final long exposed;
    private final long[] releases;
    private final ShopperTotals[] totals = new ShopperTotals[folds.size()];
    private final ShopperTotals[] earlier = new ShopperTotals[earlierFolds.size()];

    /**
     * @param releases ticks from which the shopper counts, by metric
     */
    Course(long exposed, long[] releases) {
      this.exposed = exposed;
      this.releases = releases;
      for (int i = 0; i < totals.length; i++) {
        totals[i] = new ShopperTotals(marginShare, folds.get(i).filter());
      }
      for (int i = 0; i < earlier.length; i++) {
        earlier[i] = new ShopperTotals(marginShare, earlierFolds.get(i));
      }
    }

    void add(Outcome outcome) {
      long since = outcome.atMillis() - exposed;
      if (since < 0) {
        for (ShopperTotals fold : earlier) {
          fold.add(outcome);
        }
        return;
      }
      for (int i = 0; i < totals.length; i++) {
        if (folds.get(i).span().covers(since)) {
          totals[i].add(outcome);
        }
      }
    }

    ShopperScores scores(long tick, boolean contaminated) {
      var scores = ShopperScores.empty(metrics, contaminated);
      for (int place = 0; place < releases.length; place++) {
        if (tick >= releases[place]) {
          scores.count(metrics.get(place), totals[foldOf[place]], earlier[earlierOf[place]]);
        }
      }
      return scores;
    }
  }
}
