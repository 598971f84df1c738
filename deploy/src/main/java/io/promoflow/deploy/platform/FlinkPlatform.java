package io.promoflow.deploy.platform;

import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.options.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Flink cluster in this process with its web UI. Every job writes checkpoints to a folder of its
 * own, and is started from the newest complete one that is found there: that is how it goes on
 * after a kill -9.
 */
public final class FlinkPlatform implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FlinkPlatform.class);
  private static final Duration DEPLOYMENT = Duration.ofSeconds(60);
  private static final Duration CHECKPOINT = Duration.ofSeconds(30);

  /** A job of ours: its name, its subtasks, and how it attaches its sources and sinks. */
  public record Job(String name, int parallelism, Definition definition) {
    /** Attaches sources, operators and sinks to the environment. */
    public interface Definition {
      void define(StreamExecutionEnvironment env, Settings settings) throws Exception;
    }
  }

  private final MiniCluster cluster;
  private final Path checkpoints;
  private final Map<String, JobID> jobs = new LinkedHashMap<>();

  private FlinkPlatform(MiniCluster cluster, Path checkpoints) {
    this.cluster = cluster;
    this.checkpoints = checkpoints;
  }

  /** Starts an empty cluster with room for some subtasks. */
  public static FlinkPlatform start(DataFolder data, int slots) throws Exception {
    var configuration = new Configuration();
    configuration.set(RestOptions.BIND_PORT, Integer.toString(data.port("flink-ui")));
    configuration.set(RestOptions.ADDRESS, EmbeddedKafka.HOST);
    configuration.set(RestOptions.BIND_ADDRESS, EmbeddedKafka.HOST);
    configuration.set(JobManagerOptions.ADDRESS, EmbeddedKafka.HOST);
    configuration.set(WebOptions.SUBMIT_ENABLE, false);
    configuration.setString(
        "metrics.reporter.offsets.factory.class", ConsumedOffsets.Factory.class.getName());
    configuration.setString("taskmanager.memory.managed.size", "16m");
    configuration.setString("taskmanager.memory.network.min", "64m");
    configuration.setString("taskmanager.memory.network.max", "64m");
    configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, slots);
    // of the cluster, not of the job: Flink reads it nowhere else
    configuration.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 2);
    // a killed process leaves 20 MB of unpacked jars behind
    String temporary = data.emptyFolder("flink-tmp").toString();
    configuration.set(CoreOptions.TMP_DIRS, temporary);
    configuration.set(WebOptions.TMP_DIR, temporary);
    var cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .build());
    cluster.start();
    return new FlinkPlatform(cluster, data.folder("checkpoints"));
  }

  /** Submits a job, from its newest complete checkpoint when there is one. */
  public void submit(Job job, Settings settings) throws Exception {
    Path folder = checkpoints.resolve(job.name());
    List<Path> candidates = CheckpointFolder.completedNewestFirst(folder);
    Exception first = null; // of the newest, which counts
    for (Path candidate : candidates) {
      try {
        jobs.put(job.name(), start(job, settings, candidate));
        LOG.info("{} goes on from {}", job.name(), candidate);
        CheckpointFolder.removeRunsBefore(candidate, candidates);
        return;
      } catch (ExecutionException | IllegalStateException e) {
        LOG.warn("{} cannot be restored from {}", job.name(), candidate, e);
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw new IllegalStateException(
          job.name()
              + ": none of its "
              + candidates.size()
              + " checkpoints in "
              + folder
              + " can be restored; remove the folder to start it afresh, unless the cause says"
              + " better: "
              + rootMessage(first),
          first);
    }
    jobs.put(job.name(), start(job, settings, null));
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage();
  }

  private JobID start(Job job, Settings settings, Path checkpoint) throws Exception {
    var env = StreamExecutionEnvironment.getExecutionEnvironment(jobConfiguration(job));
    JobEnvironment.configure(env, settings);
    env.setParallelism(job.parallelism());
    job.definition().define(env, settings);
    JobGraph graph = env.getStreamGraph().getJobGraph();
    if (checkpoint != null) {
      graph.setSavepointRestoreSettings(
          SavepointRestoreSettings.forPath(
              checkpoint.toUri().toString(), false, RecoveryClaimMode.NO_CLAIM));
    }
    JobID id = graph.getJobID();
    cluster.submitJob(graph).get(DEPLOYMENT.toSeconds(), TimeUnit.SECONDS);
    awaitRunning(job.name(), id);
    return id;
  }

  private Configuration jobConfiguration(Job job) {
    var configuration = new Configuration();
    configuration.set(StateBackendOptions.STATE_BACKEND, "hashmap");
    configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        checkpoints.resolve(job.name()).toUri().toString());
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 5);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofSeconds(1));
    configuration.setString("pipeline.name", jobName(job.name()));
    return configuration;
  }

  /** Name under which a job shows in Flink. */
  static String jobName(String job) {
    return "promoflow " + job;
  }

  private void awaitRunning(String name, JobID id) throws Exception {
    long deadline = System.nanoTime() + DEPLOYMENT.toNanos();
    while (System.nanoTime() < deadline) {
      JobStatus status = cluster.getJobStatus(id).get();
      if (status.isGloballyTerminalState() || status == JobStatus.FAILING) {
        var failure = cluster.requestJobResult(id).get().getSerializedThrowable();
        throw new IllegalStateException(
            name + " failed at start",
            failure.map(t -> t.deserializeError(getClass().getClassLoader())).orElse(null));
      }
      if (status == JobStatus.RUNNING && allTasksRun(id)) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new IllegalStateException(name + " did not run within " + DEPLOYMENT.toSeconds() + " s");
  }

  private boolean allTasksRun(JobID id) throws Exception {
    var graph = cluster.getExecutionGraph(id).get();
    for (var vertex : graph.getAllExecutionVertices()) {
      if (vertex.getExecutionState() != org.apache.flink.runtime.execution.ExecutionState.RUNNING) {
        return false;
      }
    }
    return true;
  }

  /** Takes a checkpoint of every job now; false when one could not be taken. */
  public boolean checkpointAll() {
    var taken =
        jobs.values().stream()
            .map(id -> cluster.triggerCheckpoint(id, CheckpointType.DEFAULT))
            .map(future -> future.handle((checkpoint, failure) -> failure == null))
            .toList();
    return taken.stream()
        .map(future -> future.orTimeout(CHECKPOINT.toSeconds(), TimeUnit.SECONDS))
        .map(CompletableFuture::join)
        .reduce(true, Boolean::logicalAnd);
  }

  /** How often the tasks of a job were started again since it was submitted. */
  public int restarts(String job) throws Exception {
    int most = 0;
    for (var vertex : cluster.getExecutionGraph(jobs.get(job)).get().getAllExecutionVertices()) {
      most = Math.max(most, vertex.getCurrentExecutionAttempt().getAttemptNumber());
    }
    return most;
  }

  /** The first job that has failed for good, with its cause. */
  public Optional<IllegalStateException> failure() throws Exception {
    for (var job : jobs.entrySet()) {
      if (cluster.getJobStatus(job.getValue()).get() == JobStatus.FAILED) {
        var cause = cluster.requestJobResult(job.getValue()).get().getSerializedThrowable();
        return Optional.of(
            new IllegalStateException(
                "job " + job.getKey() + " failed for good",
                cause.map(t -> t.deserializeError(getClass().getClassLoader())).orElse(null)));
      }
    }
    return Optional.empty();
  }

  public URI webUi() throws Exception {
    return cluster.getRestAddress().get();
  }

  /** Stops the cluster; checkpoints stay, so the jobs go on from them at the next start. */
  @Override
  public void close() throws Exception {
    cluster.close();
  }
}
