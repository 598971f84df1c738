package io.promoflow.deploy.bench;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Runs a streaming side in this process, fed by the mill. */
public final class LocalJob {
  private LocalJob() {}

  /** Warms up, measures, ends. */
  static SideResult run(StreamSide side, Load load, SideCall call) throws Exception {
    var meter = Meter.measuring(load, call.seconds());
    var env = StreamExecutionEnvironment.createLocalEnvironment(1, configuration());
    attach(env, side, load, meter, call);
    env.execute("promoflow bench");
    return meter.result();
  }

  static void attach(
      StreamExecutionEnvironment env, StreamSide side, Load load, Meter meter, SideCall call)
      throws Exception {
    env.setParallelism(1);
    var events =
        env.fromSource(
            new MillSource(load, meter),
            WatermarkStrategy.noWatermarks(),
            "mill",
            TypeInformation.of(io.promoflow.ingestion.schema.ShopEvent.class));
    side.attach(events, load, meter, call.settings());
  }

  /** Fails when a job that has to run has ended. */
  public static void check(JobClient job) throws Exception {
    if (job.getJobStatus().get().isGloballyTerminalState()) {
      job.getJobExecutionResult().get();
      throw new IllegalStateException("the job has ended before it was measured");
    }
  }

  /** Object reuse, hashmap state. */
  public static Configuration configuration() {
    var configuration = new Configuration();
    configuration.set(PipelineOptions.OBJECT_REUSE, true);
    configuration.set(StateBackendOptions.STATE_BACKEND, "hashmap");
    // a job that fails is no job to measure
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    return configuration;
  }
}
