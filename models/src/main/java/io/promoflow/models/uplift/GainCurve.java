package io.promoflow.models.uplift;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What is gained by giving a promotion to the shoppers with the largest scores only, by the share
 * of shoppers who get it. Rows of equal score come together, so their order doesn't matter.
 *
 * <p>Qini: Radcliffe, "Using control groups to target on predicted lift" (2007): outcomes of the
 * treated, less those of the control scaled to as many shoppers, per treated shopper of all.
 * Cumulative gain: Gutierrez and Gérardy, "Causal inference and uplift modelling" (2017): the
 * difference of the means so far, times the share.
 *
 * @param points ascending by share, from 0 to 1
 */
public record GainCurve(List<Point> points) {

  /**
   * One place on the curve.
   *
   * @param share of shoppers who get the promotion, 0 to 1
   * @param qini outcome gained, per treated shopper
   * @param gain outcome gained, per shopper
   */
  public record Point(double share, double qini, double gain) {}

  /**
   * The curve of scores.
   *
   * @param trial of the arms 0 and 1
   * @param scores per row; who has the larger one gets the promotion first
   */
  public static GainCurve of(TrialSample trial, double[] scores) {
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -scores[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] all = new double[2];
    for (int i = 0; i < trial.size(); i++) {
      all[trial.arms()[i]] += trial.weights()[i];
    }
    var points = new ArrayList<Point>();
    points.add(new Point(0, 0, 0));
    var weight = new double[2];
    var outcome = new double[2];
    for (int place = 0; place < order.length; place++) {
      int row = order[place];
      weight[trial.arms()[row]] += trial.weights()[row];
      outcome[trial.arms()[row]] += trial.weights()[row] * trial.labels()[row];
      boolean last = place + 1 == order.length;
      if (last || scores[order[place + 1]] != scores[row]) {
        points.add(point(weight, outcome, all));
      }
    }
    return new GainCurve(List.copyOf(points));
  }

  private static Point point(double[] weight, double[] outcome, double[] all) {
    double treated = mean(outcome[1], weight[1]);
    double control = mean(outcome[0], weight[0]);
    double share = (weight[0] + weight[1]) / (all[0] + all[1]);
    return new Point(
        share, (outcome[1] - control * weight[1]) / all[1], (treated - control) * share);
  }

  private static double mean(double sum, double weight) {
    return weight == 0 ? 0 : sum / weight;
  }

  /**
   * Qini coefficient: the area between the curve and the straight line to its end, which is what
   * scores without information give. In outcomes per treated shopper; the larger the better.
   */
  public double qini() {
    double area = 0;
    for (int i = 1; i < points.size(); i++) {
      Point from = points.get(i - 1);
      Point to = points.get(i);
      area += (to.share - from.share) * (to.qini + from.qini) / 2;
    }
    return area - points.get(points.size() - 1).qini / 2;
  }

  /**
   * Area under the uplift curve, in outcomes per shopper: the gain, averaged over all shares. Half
   * the average effect for scores without information.
   */
  public double auuc() {
    double area = 0;
    for (int i = 1; i < points.size(); i++) {
      Point from = points.get(i - 1);
      Point to = points.get(i);
      area += (to.share - from.share) * (to.gain + from.gain) / 2;
    }
    return area;
  }

  /** What is gained per shopper when a share of them, 0 to 1, gets the promotion. */
  public double gainAt(double share) {
    for (int i = 1; i < points.size(); i++) {
      Point from = points.get(i - 1);
      Point to = points.get(i);
      if (share <= to.share) {
        double way = (share - from.share) / (to.share - from.share);
        return from.gain + way * (to.gain - from.gain);
      }
    }
    return points.get(points.size() - 1).gain;
  }
}
