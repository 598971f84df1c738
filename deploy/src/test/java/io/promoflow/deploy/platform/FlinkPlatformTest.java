package io.promoflow.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.promoflow.ingestion.options.Settings;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs go on from what their last run left, and do not fail in silence. */
class FlinkPlatformTest {
  private static final Settings EVERY_FEW_MILLIS =
      Settings.of(Map.of("flink.checkpoint-interval", "PT0.2S"));
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final long PAUSE_NANOS = 1_000_000;
  private static final long CURSE_NANOS = 10_000_000;
  private static final AtomicLong COUNTED = new AtomicLong();
  private static final AtomicLong STARTED_FROM = new AtomicLong();

  @Test
  void jobGoesOnFromItsNewestCheckpointAndPassesOverABrokenOne(@TempDir Path folder)
      throws Exception {
    var data = new DataFolder(folder);
    Path checkpoints = folder.resolve("checkpoints").resolve("counting");
    long counted = runUntilTwoCheckpoints(data, checkpoints);
    assertThat(STARTED_FROM).hasValue(0);

    long more = runUntilTwoCheckpoints(data, checkpoints);
    assertThat(STARTED_FROM.get()).isPositive().isLessThanOrEqualTo(counted);

    List<Path> kept = CheckpointFolder.completedNewestFirst(checkpoints);
    Files.writeString(kept.get(0).resolve("_metadata"), "torn");
    assertThat(kept.get(1)).as("of the same run").hasParent(kept.get(0).getParent());
    runUntilTwoCheckpoints(data, checkpoints);
    assertThat(STARTED_FROM.get()).isPositive().isLessThanOrEqualTo(more);

    for (Path each : CheckpointFolder.completedNewestFirst(checkpoints)) {
      Files.writeString(each.resolve("_metadata"), "torn");
    }
    assertThatThrownBy(() -> runUntilTwoCheckpoints(data, checkpoints))
        .as("says what is wrong with the newest")
        .hasMessageContainingAll("counting: none of its", "can be restored", "magic number");
  }

  private static long runUntilTwoCheckpoints(DataFolder data, Path checkpoints) throws Exception {
    var before = CheckpointFolder.completedNewestFirst(checkpoints);
    try (var flink = FlinkPlatform.start(data, 1)) {
      flink.submit(
          new FlinkPlatform.Job("counting", 1, FlinkPlatformTest::counting), EVERY_FEW_MILLIS);
      await()
          .ignoreExceptionsInstanceOf(UncheckedIOException.class) // a job removes old checkpoints
          .atMost(SOON)
          .until(
              () ->
                  CheckpointFolder.completedNewestFirst(checkpoints).stream()
                          .filter(found -> !before.contains(found))
                          .count()
                      >= 2);
      assertThat(flink.failure()).isEmpty();
      return COUNTED.get();
    }
  }

  @Test
  void jobThatFailsForGoodIsReportedWithItsCause(@TempDir Path folder) throws Exception {
    try (var flink = FlinkPlatform.start(new DataFolder(folder), 1)) {
      flink.submit(
          new FlinkPlatform.Job("failing", 1, FlinkPlatformTest::failing), EVERY_FEW_MILLIS);
      await().atMost(SOON).until(() -> flink.failure().isPresent());
      assertThat(flink.failure().orElseThrow())
          .hasMessage("job failing failed for good")
          .hasStackTraceContaining("the hundredth record is cursed");
    }
  }

  private static void counting(StreamExecutionEnvironment env, Settings settings) {
    numbers(env).map(new Count()).name("count").uid("count").sinkTo(new DiscardingSink<>());
  }

  private static void failing(StreamExecutionEnvironment env, Settings settings) {
    numbers(env).map(new Cursed()).name("curse").uid("curse").sinkTo(new DiscardingSink<>());
  }

  private static org.apache.flink.streaming.api.datastream.DataStream<Long> numbers(
      StreamExecutionEnvironment env) {
    GeneratorFunction<Long, Long> same = number -> number;
    var source = new DataGeneratorSource<>(same, Long.MAX_VALUE, Types.LONG);
    return env.fromSource(source, WatermarkStrategy.noWatermarks(), "numbers").uid("numbers");
  }

  /** Counts records, and tells from which count it started. */
  private static final class Count implements MapFunction<Long, Long>, CheckpointedFunction {
    private static final long serialVersionUID = 1L;
    private transient ListState<Long> kept;
    private long count;

    @Override
    public Long map(Long number) {
      LockSupport.parkNanos(PAUSE_NANOS);
      COUNTED.set(++count);
      return number;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
      kept.update(List.of(count));
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
      kept =
          context
              .getOperatorStateStore()
              .getListState(new ListStateDescriptor<>("count", Types.LONG));
      for (Long found : kept.get()) {
        count += found;
      }
      STARTED_FROM.set(count);
    }
  }

  /** Fails at every start, but not before its tasks are seen to run. */
  private static final class Cursed implements MapFunction<Long, Long> {
    private static final long serialVersionUID = 1L;

    @Override
    public Long map(Long number) {
      LockSupport.parkNanos(CURSE_NANOS);
      if (number >= 100) {
        throw new IllegalStateException("the hundredth record is cursed");
      }
      return number;
    }
  }
}
