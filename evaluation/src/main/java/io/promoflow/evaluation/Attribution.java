package io.promoflow.evaluation;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * What one shopper contributes to an experiment, tick by tick. Sums over ticks up to T are the
 * result of all records with event time up to T: that makes the evidence at a tick independent of
 * what arrived early.
 *
 * <p>A metric that matures belongs to the tick of its maturity, and later ones; that tick may lie
 * ahead of event time.
 */
public final class Attribution implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Shoppers mature at full hours, so that not every one of them makes a tick of its own. */
  private static final long MATURING_MILLIS = Duration.ofHours(1).toMillis();

  private final Metrics metrics;
  private final long windowMillis;
  private final long covariateMillis;
  private final long tickMillis;
  private final MetricFolds folds;

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
    this.folds = new MetricFolds(metrics, windowMillis, marginShare);
  }

  /** Whether an outcome of that time says anything of this exposure. */
  public boolean isAbout(Exposure exposure, long atMillis) {
    long since = atMillis - exposure.first().atMillis();
    return isBefore(since) || folds.counts(since);
  }

  private boolean isBefore(long sinceMillis) {
    return sinceMillis < 0 && sinceMillis >= -covariateMillis;
  }

  /** The contributions of an exposed shopper, as increments by tick. */
  public Map<CellKey, CellSums> contributions(Exposure exposure, Collection<Outcome> outcomes) {
    long exposed = exposure.first().atMillis();
    List<Outcome> counted = counted(exposure, outcomes);
    long[] releases = releases(exposed);
    long[] ticks = ticks(exposure, counted, releases);
    var course = folds.new Course(exposed, releases);
    int next = 0;
    var contributions = new HashMap<CellKey, CellSums>();
    ShopperScores before = ShopperScores.NONE;
    Standing stood = exposure.standing(ticks[0], windowMillis);
    for (long tick : ticks) {
      for (; next < counted.size() && counted.get(next).atMillis() <= tick; next++) {
        course.add(counted.get(next));
      }
      Standing stands = exposure.standing(tick, windowMillis);
      if (stands != stood) {
        contributions.put(
            key(exposure, tick, stood), CellSums.difference(before, ShopperScores.NONE));
        before = ShopperScores.NONE;
        stood = stands;
      }
      ShopperScores now = course.scores(tick, stands.isContaminated());
      contributions.put(key(exposure, tick, stands), CellSums.difference(before, now));
      before = now;
    }
    return contributions;
  }

  /**
   * What one more outcome changes in the contributions: the {@link #difference} between those
   * without and with it. Ticks that are over before the outcome are not computed.
   *
   * @param added none of those that are known
   */
  public Map<CellKey, CellSums> correction(
      Exposure exposure, Collection<Outcome> known, Outcome added) {
    long exposed = exposure.first().atMillis();
    List<Outcome> counted = counted(exposure, known);
    counted.add(added);
    counted.sort(Outcome.BY_TIME);
    long[] releases = releases(exposed);
    long[] ticks = ticks(exposure, counted, releases);
    int first = Arrays.binarySearch(ticks, tick(Math.max(exposed, added.atMillis())));
    var without = folds.new Course(exposed, releases);
    var with = folds.new Course(exposed, releases);
    int next = 0;
    ShopperScores before = ShopperScores.NONE;
    Standing stood = exposure.standing(ticks[Math.max(0, first - 1)], windowMillis);
    if (first > 0) {
      for (; counted.get(next).atMillis() <= ticks[first - 1]; next++) {
        without.add(counted.get(next));
        with.add(counted.get(next));
      }
      before = with.scores(ticks[first - 1], stood.isContaminated());
    }
    ShopperScores nowBefore = before;
    var corrections = new HashMap<CellKey, CellSums>();
    for (int i = first; i < ticks.length; i++) {
      long tick = ticks[i];
      for (; next < counted.size() && counted.get(next).atMillis() <= tick; next++) {
        Outcome outcome = counted.get(next);
        with.add(outcome);
        if (!outcome.eventId().equals(added.eventId())) {
          without.add(outcome);
        }
      }
      Standing stands = exposure.standing(tick, windowMillis);
      if (stands != stood) {
        var nobody = ShopperScores.NONE;
        put(corrections, exposure, tick, stood, before, nobody, nowBefore, nobody);
        before = nobody;
        nowBefore = nobody;
        stood = stands;
      }
      ShopperScores after = without.scores(tick, stands.isContaminated());
      ShopperScores nowAfter = with.scores(tick, stands.isContaminated());
      put(corrections, exposure, tick, stands, before, after, nowBefore, nowAfter);
      before = after;
      nowBefore = nowAfter;
    }
    return corrections;
  }

  private static void put(
      Map<CellKey, CellSums> corrections,
      Exposure exposure,
      long tick,
      Standing standing,
      ShopperScores before,
      ShopperScores after,
      ShopperScores nowBefore,
      ShopperScores nowAfter) {
    CellSums sums = CellSums.correction(before, after, nowBefore, nowAfter);
    if (!sums.isZero()) {
      corrections.put(key(exposure, tick, standing), sums);
    }
  }

  /** Those that say anything of the exposure, in the order of time. */
  private List<Outcome> counted(Exposure exposure, Collection<Outcome> outcomes) {
    var counted = new ArrayList<Outcome>(outcomes.size() + 1);
    for (Outcome outcome : outcomes) {
      if (isAbout(exposure, outcome.atMillis())) {
        counted.add(outcome);
      }
    }
    counted.sort(Outcome.BY_TIME);
    return counted;
  }

  /** When a contribution may change, ascending. */
  private long[] ticks(Exposure exposure, List<Outcome> counted, long[] releases) {
    long exposed = exposure.first().atMillis();
    var ticks = LongStream.builder();
    ticks.add(tick(exposed));
    exposure.contaminatedAtMillis(windowMillis).ifPresent(at -> ticks.add(tick(at)));
    exposure.triggeredAtMillis(windowMillis).ifPresent(at -> ticks.add(tick(at)));
    for (Outcome outcome : counted) {
      if (folds.counts(outcome.atMillis() - exposed)) {
        ticks.add(tick(outcome.atMillis()));
      }
    }
    for (long release : releases) {
      if (release != Long.MIN_VALUE) {
        ticks.add(release);
      }
    }
    return ticks.build().sorted().distinct().toArray();
  }

  /** Ticks from which the shopper counts, by metric; the smallest number for at once. */
  private long[] releases(long exposed) {
    var releases = new long[metrics.size()];
    for (int i = 0; i < releases.length; i++) {
      Metric metric = metrics.get(i);
      releases[i] = metric.matures() ? maturing(exposed + metric.maturityMillis()) : Long.MIN_VALUE;
    }
    return releases;
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

  /** The tick that may first know what waits for that time; few of them, so that few wait apart. */
  public long maturing(long atMillis) {
    return tick(ceiling(atMillis, MATURING_MILLIS));
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
