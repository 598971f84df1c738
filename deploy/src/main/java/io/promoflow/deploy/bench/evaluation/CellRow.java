package io.promoflow.deploy.bench.evaluation;

import io.promoflow.deploy.bench.Bar;
import io.promoflow.deploy.bench.BenchRow;
import io.promoflow.deploy.bench.Side;
import io.promoflow.deploy.bench.SideCall;
import io.promoflow.deploy.bench.SideResult;
import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Metric;
import io.promoflow.evaluation.MetricSums;
import io.promoflow.evaluation.Metrics;
import io.promoflow.evaluation.WideSum;
import io.promoflow.evaluation.flink.StatePerCell;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Bytes of state of one metric in one cell, against the same sums as numbers of fixed width: those
 * are 64 bytes, so a ratio of 1 is 64 bytes.
 *
 * @param shoppers exposed to either variant
 * @param orders of all of them
 */
public record CellRow(String name, Bar bar, int shoppers, int orders) implements BenchRow {

  @Override
  public String unit() {
    return "bytes/cell";
  }

  @Override
  public String rivalName() {
    return "the same sums as longs";
  }

  /** Both sides make the sums again, which is most of their time. */
  @Override
  public Prepared prepare(SideCall call, Trial trial) {
    return new Prepared(
        Map.of(),
        ("%,d orders of %,d shoppers, before and after their exposure; the larger of two variants;"
                + " per metric, keys not counted, quantiles left out; sum, denominator and three"
                + " sums of products of two longs each: 64 bytes; ours bears its share of what the"
                + " metrics of a cell have in common, the rival does not")
            .formatted(orders, shoppers),
        () -> {});
  }

  @Override
  public SideResult run(Side side, SideCall call) throws Exception {
    var cells = new TreeMap<>(ShopperOutcomes.of(shoppers, orders).cells(ShopperOutcomes.WINDOW));
    var metrics = sums();
    double most = 0;
    var answer = new StringBuilder();
    for (CellSums cell : cells.values()) {
      if (side == Side.OURS) {
        most = Math.max(most, StatePerCell.bytesPerMetric(cell, Metrics.shipped()));
        metrics.forEach(metric -> answer.append(cell.metric(metric)));
      } else {
        byte[] written = write(cell, metrics);
        most = Math.max(most, (double) written.length / metrics.size());
        read(written).forEach(answer::append);
      }
    }
    return new SideResult(
        most,
        0,
        Integer.toHexString(answer.toString().hashCode()),
        Map.of(
            "cells",
            (double) cells.size(),
            "metrics",
            (double) metrics.size(),
            "metricsOfWhichSomethingIsKnown",
            (double) metrics.stream().filter(metric -> isKnown(cells.values(), metric)).count()));
  }

  private static boolean isKnown(Collection<CellSums> cells, Metric metric) {
    return cells.stream().anyMatch(cell -> !cell.metric(metric).equals(MetricSums.ZERO));
  }

  private static List<Metric> sums() {
    var sums = new ArrayList<Metric>();
    for (Metric metric : Metrics.shipped()) {
      if (metric.kind() != Metric.Kind.QUANTILE) {
        sums.add(metric);
      }
    }
    return sums;
  }

  private static byte[] write(CellSums cell, List<Metric> metrics) throws IOException {
    var out = new DataOutputSerializer(1_024);
    for (Metric metric : metrics) {
      MetricSums sums = cell.metric(metric);
      out.writeLong(sums.sum());
      out.writeLong(sums.denominator());
      for (WideSum wide : List.of(sums.squares(), sums.denominatorSquares(), sums.cross())) {
        out.writeLong(wide.high());
        out.writeLong(wide.low());
      }
    }
    return out.getCopyOfBuffer();
  }

  private static List<MetricSums> read(byte[] written) throws IOException {
    var in = new DataInputDeserializer(written);
    var read = new ArrayList<MetricSums>();
    while (in.available() > 0) {
      long sum = in.readLong();
      long denominator = in.readLong();
      read.add(new MetricSums(sum, wide(in), denominator, wide(in), wide(in)));
    }
    return read;
  }

  private static WideSum wide(DataInputDeserializer in) throws IOException {
    return new WideSum(in.readLong(), in.readLong());
  }
}
