package io.promoflow.deploy.bench.evaluation;

import io.promoflow.deploy.bench.Bar;
import io.promoflow.deploy.bench.BenchRow;
import io.promoflow.deploy.bench.LocalJob;
import io.promoflow.deploy.bench.Offsets;
import io.promoflow.deploy.bench.Side;
import io.promoflow.deploy.bench.SideCall;
import io.promoflow.deploy.bench.SideResult;
import io.promoflow.evaluation.ExposureRule;
import io.promoflow.evaluation.flink.EvaluationJob;
import io.promoflow.evaluation.flink.EvaluationOptions;
import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import java.util.HashMap;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Kafka to PostgreSQL, the whole evaluation job against a sum per variant written by hand: how many
 * decisions and events go through completed checkpoints.
 */
public record KeyedSumRow(String name, Bar bar, int recordsPerSecond) implements BenchRow {
  private static final String OURS =
      "ours: the first decision exposes, as the rival has it; all metrics, windows, populations and"
          + " tables, no policy";

  private static final String RECORDS = "records";
  private static final int WARM_UP_SHARE = 3;

  @Override
  public String unit() {
    return "events/s";
  }

  @Override
  public String rivalName() {
    return KeyedSumSide.NAME;
  }

  @Override
  public long boundSeconds(SideCall call) {
    return 300 + 20L * call.seconds();
  }

  @Override
  public Prepared prepare(SideCall call, Trial trial) throws Exception {
    long seconds = call.seconds() + call.seconds() / WARM_UP_SHARE + 1L;
    var mill = VisitMill.ofRecords(VisitMill.FIRST_RECORDS + seconds * recordsPerSecond);
    var topics = VisitTopics.filled(call.folder(), mill);
    var settings = new HashMap<>(topics.settings());
    settings.put(RECORDS, Long.toString(topics.records()));
    return new Prepared(
        settings, "%s; %s; %s".formatted(mill, KeyedSumSide.CONFIGURATION, OURS), topics);
  }

  @Override
  public SideResult run(Side side, SideCall call) throws Exception {
    var settings = new HashMap<>(call.settings());
    long records = Long.parseLong(settings.remove(RECORDS));
    settings.put("flink.checkpoint-interval", "PT2S");
    settings.put("flink.parallelism", "1");
    // the visits have no views, and the rival knows none
    settings.put(EvaluationOptions.EXPOSURE.key(), ExposureRule.DECISION.name());
    var all = Settings.of(settings);
    var options = ConnectionOptions.from(all);
    var configuration = LocalJob.configuration();
    configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        call.folder().resolve("checkpoints").toUri().toString());
    var env = StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
    JobEnvironment.configure(env, all);
    boolean ours = side == Side.OURS;
    String group = ours ? EvaluationJob.GROUP : KeyedSumSide.GROUP;
    try (var offsets = new Offsets(options.kafkaServers());
        var table = new SpendTable(options.postgres(), ours)) {
      offsets.forget(group);
      if (ours) {
        EvaluationJob.define(env, all);
      } else {
        KeyedSumSide.define(env, options);
      }
      table.empty();
      var job = env.executeAsync("promoflow bench");
      var progress = new Progress(job, offsets, group, options.topics(), records);
      progress.await(table::isComplete, boundSeconds(call));
      String answer = table.answer();
      progress.warmUp(call.seconds() / WARM_UP_SHARE);
      SideResult result = progress.measure(call.seconds(), answer);
      job.cancel().get();
      return result;
    }
  }
}
