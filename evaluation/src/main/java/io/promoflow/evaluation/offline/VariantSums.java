package io.promoflow.evaluation.offline;

import io.promoflow.evaluation.inference.Moments;
import java.util.ArrayList;
import java.util.List;

/** What is summed over the units of one variant: moments per metric, values where none suffice. */
final class VariantSums {
  private long units;
  private final Moments[] moments;
  private final List<List<Double>> values = new ArrayList<>();

  VariantSums(List<TableMetric> metrics) {
    moments = new Moments[metrics.size()];
    for (int m = 0; m < moments.length; m++) {
      moments[m] = Moments.zero(metrics.get(m).numbers());
      values.add(new ArrayList<>());
    }
  }

  /** Takes in so many units of all metrics. */
  void add(VariantSums other) {
    units += other.units;
    for (int m = 0; m < moments.length; m++) {
      moments[m] = moments[m].plus(other.moments[m]);
      values.get(m).addAll(other.values.get(m));
    }
  }

  void units(long count) {
    units += count;
  }

  void metric(int metric, Moments more) {
    moments[metric] = moments[metric].plus(more);
  }

  /** One unit's value of a metric that needs all values. */
  void value(int metric, double value) {
    values.get(metric).add(value);
  }

  long units() {
    return units;
  }

  Moments moments(int metric) {
    return moments[metric];
  }

  /** Ascending. */
  double[] sorted(int metric) {
    return values.get(metric).stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }
}
