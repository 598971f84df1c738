package io.promoflow.deploy.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Bytes that a full checkpoint holds per shopper, in the midst of a slide, all windows full. */
record StateRow(String name, Bar bar, Load load) implements BenchRow {
  private static final long CHECKPOINT_SECONDS = 120;
  private static final double NANOS = 1e9;

  @Override
  public String unit() {
    return "bytes/shopper";
  }

  @Override
  public String rivalName() {
    return WindowSide.NAME;
  }

  @Override
  public Prepared prepare(SideCall call, Trial trial) {
    return new Prepared(
        Map.of(), load + "; " + WindowSide.CONFIGURATION + "; full heap checkpoint", () -> {});
  }

  @Override
  public SideResult run(Side side, SideCall call) throws Exception {
    Path checkpoints = Files.createDirectories(call.folder().resolve("checkpoints"));
    var meter = Meter.holding(load);
    Configuration configuration = LocalJob.configuration();
    configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    configuration.set(CheckpointingOptions.FS_SMALL_FILE_THRESHOLD, MemorySize.ZERO);
    configuration.set(RestOptions.BIND_PORT, "0");
    var env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    StreamSide job = side == Side.OURS ? EngineSide.whole() : new WindowSide();
    LocalJob.attach(env, job, load, meter, call);
    var cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(1)
                .build());
    try (cluster) {
      cluster.start();
      var graph = env.getStreamGraph().getJobGraph();
      cluster.submitJob(graph).get();
      meter.awaitHold();
      long cpu = Meter.cpuNanos();
      cluster
          .triggerCheckpoint(graph.getJobID(), CheckpointType.FULL)
          .get(CHECKPOINT_SECONDS, TimeUnit.SECONDS);
      double cpuSeconds = (Meter.cpuNanos() - cpu) / NANOS;
      double bytes = size(checkpoints);
      cluster.cancelJob(graph.getJobID()).get();
      return new SideResult(
          bytes / load.shoppers(),
          cpuSeconds,
          meter.answer().checksum(),
          Map.of("bytes", bytes, "shoppers", (double) load.shoppers()));
    }
  }

  /** Of state files and metadata. */
  private static long size(Path folder) throws java.io.IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
