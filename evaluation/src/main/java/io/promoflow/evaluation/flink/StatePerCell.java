package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Metrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.memory.DataOutputSerializer;

/** What the sums of a cell take in state, as Flink writes them; keys are not counted. */
public final class StatePerCell {
  private StatePerCell() {}

  /** Bytes of the sums of a variant in a segment: all metrics, and the shoppers that they share. */
  public static int bytes(CellSums sums) {
    var serializer =
        TypeInformation.of(CellSums.class).createSerializer(new SerializerConfigImpl());
    var out = new DataOutputSerializer(1_024);
    try {
      serializer.serialize(sums, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.length();
  }

  /** Bytes per declared metric, quantiles left out: sums, and a share of what all of them share. */
  public static double bytesPerMetric(CellSums sums, Metrics metrics) {
    return (double) bytes(metrics.withoutQuantiles(sums)) / metrics.numberOfSums();
  }
}
