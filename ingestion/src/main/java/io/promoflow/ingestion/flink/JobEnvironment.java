package io.promoflow.ingestion.flink;

import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** What every job of ours asks of Flink: no Kryo, frequent checkpoints that outlive the process. */
public final class JobEnvironment {
  public static final Option<Duration> CHECKPOINT_INTERVAL =
      Option.duration("flink.checkpoint-interval", "PT2S", "time between checkpoints");
  public static final Option<Integer> PARALLELISM =
      Option.integer(
          "flink.parallelism",
          0,
          0,
          10_000,
          "subtasks per operator; 0 takes the cluster's default");
  public static final Option<Duration> WATERMARK_INTERVAL =
      Option.duration("flink.watermark-interval", "PT0.05S", "time between watermarks of a source");

  public static final List<Option<?>> ALL =
      List.of(CHECKPOINT_INTERVAL, PARALLELISM, WATERMARK_INTERVAL);

  private JobEnvironment() {}

  /** The environment that {@code main} was started in (flink run), configured as we need it. */
  public static StreamExecutionEnvironment of(Settings settings) {
    return configure(StreamExecutionEnvironment.getExecutionEnvironment(), settings);
  }

  /** Configures an environment: the embedded platform and tests bring their own. */
  public static StreamExecutionEnvironment configure(
      StreamExecutionEnvironment env, Settings settings) {
    var configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(PipelineOptions.AUTO_WATERMARK_INTERVAL, settings.get(WATERMARK_INTERVAL));
    configuration.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    env.configure(configuration);
    env.enableCheckpointing(
        settings.get(CHECKPOINT_INTERVAL).toMillis(), CheckpointingMode.EXACTLY_ONCE);
    int parallelism = settings.get(PARALLELISM);
    if (parallelism > 0) {
      env.setParallelism(parallelism);
    }
    return env;
  }
}
