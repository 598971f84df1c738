package io.promoflow.evaluation;

import io.promoflow.evaluation.Metric.Span;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What one shopper contributes to an experiment, tick by tick. Sums over ticks up to T are the
 * result of all records with event time up to T: that makes the evidence at a tick independent of
 * what arrived early.
 *
 * <p>Metrics with the same filter and window share one {@link ShopperTotals}, so that an outcome is
 * folded once for all of them. A metric that matures belongs to the tick of its maturity, and later
 * ones; that tick may lie ahead of event time.
 */
public final class Attribution implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Shoppers mature at full hours, so that not every one of them makes a tick of its own. */
  private static final long MATURING_MILLIS = Duration.ofHours(1).toMillis();

  /** Outcomes that are folded together. */
  private record Fold(OutcomeFilter filter, Span span) implements Serializable {}

  private final Metrics metrics;
  private final long windowMillis;
  private final long covariateMillis;
  private final long tickMillis;
  private final double marginShare;
  private final ArrayList<Fold> folds = new ArrayList<>();
  private final ArrayList<OutcomeFilter> earlierFolds = new ArrayList<>();

  /** Per metric: which of the folds, and of those from before the exposure. */
  private final int[] foldOf;

  private final int[] earlierOf;

  /** By the metrics that we ship. */
  public Attribution(long windowMillis, long covariateMillis, long tickMillis, double marginShare) {
    this(Metrics.shipped(), windowMillis, covariateMillis, tickMillis, marginShare);
  }

  /**
   * @param windowMillis an outcome counts when it lies in [exposure, exposure + window), unless the
   *     metric has a window of its own
   * @param covariateMillis what CUPED knows of a shopper lies in [exposure − this, exposure)
   * @param tickMillis distance of ticks, which are its multiples since the epoch
   * @param marginShare profit before discount as a share of value, 0 to 1
   */
  public Attribution(
      Metrics metrics,
      long windowMillis,
      long covariateMillis,
      long tickMillis,
      double marginShare) {
    this.metrics = metrics;
    this.windowMillis = windowMillis;
    this.covariateMillis = covariateMillis;
    this.tickMillis = tickMillis;
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

  /** Whether an outcome of that time says anything of this exposure. */
  public boolean isAbout(Exposure exposure, long atMillis) {
    long since = atMillis - exposure.first().atMillis();
    return isBefore(since) || counts(since);
  }

  private boolean isBefore(long sinceMillis) {
    return sinceMillis < 0 && sinceMillis >= -covariateMillis;
  }

  private boolean counts(long sinceMillis) {
    for (Fold fold : folds) {
      if (fold.span().covers(sinceMillis)) {
        return true;
      }
    }
    return false;
  }

  /** The contributions of an exposed shopper, as increments by tick. */
  public Map<CellKey, CellSums> contributions(Exposure exposure, Collection<Outcome> outcomes) {
    long exposed = exposure.first().atMillis();
    var counted = new ArrayList<Outcome>();
    var ticks = new TreeSet<Long>();
    for (Outcome outcome : outcomes) {
      long since = outcome.atMillis() - exposed;
      if (counts(since)) {
        counted.add(outcome);
        ticks.add(tick(outcome.atMillis()));
      } else if (isBefore(since)) {
        counted.add(outcome);
      }
    }
    counted.sort(Outcome.BY_TIME);
    long[] releases = releases(exposed);
    ticks.add(tick(exposed));
    exposure.contaminatedAtMillis(windowMillis).ifPresent(at -> ticks.add(tick(at)));
    exposure.triggeredAtMillis(windowMillis).ifPresent(at -> ticks.add(tick(at)));
    for (long release : releases) {
      if (release != Long.MIN_VALUE) {
        ticks.add(release);
      }
    }
    return contributions(exposure, counted, ticks, releases);
  }

  private Map<CellKey, CellSums> contributions(
      Exposure exposure, List<Outcome> counted, TreeSet<Long> ticks, long[] releases) {
    long exposed = exposure.first().atMillis();
    List<ShopperTotals> earlier = earlierFolds.stream().map(this::totals).toList();
    List<ShopperTotals> totals = folds.stream().map(fold -> totals(fold.filter())).toList();
    int next = 0;
    for (; next < counted.size() && counted.get(next).atMillis() < exposed; next++) {
      Outcome outcome = counted.get(next);
      earlier.forEach(fold -> fold.add(outcome));
    }
    var contributions = new HashMap<CellKey, CellSums>();
    ShopperScores before = ShopperScores.NONE;
    Standing stood = exposure.standing(ticks.first(), windowMillis);
    for (long tick : ticks) {
      for (; next < counted.size() && counted.get(next).atMillis() <= tick; next++) {
        add(counted.get(next), exposed, totals);
      }
      Standing stands = exposure.standing(tick, windowMillis);
      if (stands != stood) {
        contributions.put(
            key(exposure, tick, stood), CellSums.difference(before, ShopperScores.NONE));
        before = ShopperScores.NONE;
        stood = stands;
      }
      ShopperScores now = scores(tick, stands.isContaminated(), releases, totals, earlier);
      contributions.put(key(exposure, tick, stands), CellSums.difference(before, now));
      before = now;
    }
    return contributions;
  }

  private ShopperTotals totals(OutcomeFilter filter) {
    return new ShopperTotals(marginShare, filter);
  }

  private void add(Outcome outcome, long exposed, List<ShopperTotals> totals) {
    for (int i = 0; i < folds.size(); i++) {
      if (folds.get(i).span().covers(outcome.atMillis() - exposed)) {
        totals.get(i).add(outcome);
      }
    }
  }

  /** Ticks from which the shopper counts, by metric; the smallest number for at once. */
  private long[] releases(long exposed) {
    var releases = new long[metrics.size()];
    for (int i = 0; i < releases.length; i++) {
      Metric metric = metrics.get(i);
      releases[i] =
          metric.matures()
              ? tick(ceiling(exposed + metric.maturityMillis(), MATURING_MILLIS))
              : Long.MIN_VALUE;
    }
    return releases;
  }

  private ShopperScores scores(
      long tick,
      boolean contaminated,
      long[] releases,
      List<ShopperTotals> totals,
      List<ShopperTotals> earlier) {
    var scores = ShopperScores.empty(metrics, contaminated);
    for (int place = 0; place < releases.length; place++) {
      if (tick >= releases[place]) {
        scores.count(metrics.get(place), totals.get(foldOf[place]), earlier.get(earlierOf[place]));
      }
    }
    return scores;
  }

  /** What has to be added to turn the one into the other; cells without a change are left out. */
  public static Map<CellKey, CellSums> difference(
      Map<CellKey, CellSums> before, Map<CellKey, CellSums> after) {
    var difference = new HashMap<CellKey, CellSums>();
    after.forEach(
        (key, sums) -> {
          CellSums earlier = before.get(key);
          if (earlier == null) {
            difference.put(key, sums);
          } else if (!earlier.equals(sums)) {
            difference.put(key, sums.minus(earlier));
          }
        });
    before.forEach(
        (key, sums) -> {
          if (!after.containsKey(key)) {
            difference.put(key, CellSums.ZERO.minus(sums));
          }
        });
    difference.values().removeIf(CellSums::isZero);
    return difference;
  }

  /** The first tick at or after that time. */
  public long tick(long atMillis) {
    return ceiling(atMillis, tickMillis);
  }

  private static long ceiling(long atMillis, long multiplesOf) {
    return -Math.floorDiv(-atMillis, multiplesOf) * multiplesOf;
  }

  private static CellKey key(Exposure exposure, long tick, Standing standing) {
    var first = exposure.first();
    return new CellKey(
        exposure.experimentId(),
        first.variant(),
        first.segment(),
        first.ruleVersion(),
        tick,
        standing);
  }
}
