package io.promoflow.models.flink;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.dag.Pipeline;
import org.apache.flink.client.deployment.executors.PipelineExecutorUtils;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.PipelineExecutor;
import org.apache.flink.core.execution.PipelineExecutorFactory;
import org.apache.flink.core.execution.PipelineExecutorServiceLoader;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.MiniClusterJobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * One Flink cluster inside this process that stays up between fits. Flink's own local environment
 * starts a new one for every job.
 */
final class WarmCluster implements AutoCloseable {
  private static final String NAME = "promoflow-trainer";

  private final MiniCluster cluster;

  private WarmCluster(MiniCluster cluster) {
    this.cluster = cluster;
  }

  static WarmCluster start() throws Exception {
    var configuration = new Configuration();
    configuration.set(RestOptions.BIND_PORT, "0");
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(192));
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(192));
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(256));
    var cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(1)
                .build());
    cluster.start();
    return new WarmCluster(cluster);
  }

  /** An environment whose jobs run here, on one subtask each so that sums keep their order. */
  StreamExecutionEnvironment environment() {
    var configuration = new Configuration();
    configuration.set(DeploymentOptions.TARGET, NAME);
    configuration.set(DeploymentOptions.ATTACHED, true);
    configuration.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ZERO);
    var env =
        new StreamExecutionEnvironment(
            new OneExecutor(), configuration, WarmCluster.class.getClassLoader());
    env.setParallelism(1);
    return env;
  }

  private CompletableFuture<JobClient> submit(
      Pipeline pipeline, Configuration configuration, ClassLoader classes) throws Exception {
    var graph = PipelineExecutorUtils.getJobGraph(pipeline, configuration, classes);
    return cluster
        .submitJob(graph)
        .thenApply(
            submitted ->
                new MiniClusterJobClient(
                    submitted.getJobID(),
                    cluster,
                    classes,
                    MiniClusterJobClient.JobFinalizationBehavior.NOTHING));
  }

  @Override
  public void close() throws Exception {
    cluster.close();
  }

  /** Hands every job to this cluster. */
  private final class OneExecutor
      implements PipelineExecutorServiceLoader, PipelineExecutorFactory {
    @Override
    public PipelineExecutorFactory getExecutorFactory(Configuration configuration) {
      return this;
    }

    @Override
    public java.util.stream.Stream<String> getExecutorNames() {
      return java.util.stream.Stream.of(NAME);
    }

    @Override
    public String getName() {
      return NAME;
    }

    @Override
    public boolean isCompatibleWith(Configuration configuration) {
      return true;
    }

    @Override
    public PipelineExecutor getExecutor(Configuration configuration) {
      return (pipeline, config, classes) ->
          submit(pipeline, new Configuration(configuration), classes);
    }
  }
}
