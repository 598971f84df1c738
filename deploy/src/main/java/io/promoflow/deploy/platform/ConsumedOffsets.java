package io.promoflow.deploy.platform;

import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * How far the jobs in this process have read, as Flink's Kafka sources report it at every moment.
 * Committed offsets tell the same only after a checkpoint, and a checkpoint writes all state.
 *
 * <p>Flink makes the reporter by itself, so what it is told is kept per process.
 */
public final class ConsumedOffsets implements MetricReporter {
  private static final Map<Place, Gauge<?>> GAUGES = new ConcurrentHashMap<>();
  private static final String CURRENT_OFFSET = "currentOffset";

  private record Place(String job, String topic, String partition) {}

  /** Found by Flink as a service. */
  public static final class Factory implements MetricReporterFactory {
    @Override
    public MetricReporter createMetricReporter(Properties properties) {
      return new ConsumedOffsets();
    }
  }

  /** Offset after the last record that a job has read of a partition; 0 when it has read none. */
  static long consumed(String job, String topic, int partition) {
    Gauge<?> gauge = GAUGES.get(new Place(job, topic, Integer.toString(partition)));
    return gauge != null && gauge.getValue() instanceof Long last ? Math.max(0, last + 1) : 0;
  }

  @Override
  public void open(MetricConfig config) {
    // nothing to open
  }

  @Override
  public void close() {
    // gauges leave by themselves
  }

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    if (name.equals(CURRENT_OFFSET) && metric instanceof Gauge<?> gauge) {
      GAUGES.put(place(group), gauge);
    }
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
    if (name.equals(CURRENT_OFFSET) && metric instanceof Gauge<?> gauge) {
      GAUGES.remove(place(group), gauge);
    }
  }

  private static Place place(MetricGroup group) {
    Map<String, String> variables = group.getAllVariables();
    return new Place(
        variables.getOrDefault("<job_name>", ""),
        variables.getOrDefault("<topic>", ""),
        variables.getOrDefault("<partition>", ""));
  }
}
