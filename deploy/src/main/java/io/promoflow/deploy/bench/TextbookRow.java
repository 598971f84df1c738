package io.promoflow.deploy.bench;

import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Kafka to PostgreSQL, the whole feature job against the textbook's: from the moment that the rows
 * of the warm-up are in the table until all rows are.
 */
record TextbookRow(String name, Bar bar, Load load, int slidesPerSecond) implements BenchRow {
  private static final double NANOS = 1e9;

  @Override
  public String unit() {
    return "events/s";
  }

  @Override
  public String rivalName() {
    return TextbookSide.NAME;
  }

  @Override
  public long boundSeconds(SideCall call) {
    return 600 + 60L * call.seconds();
  }

  @Override
  public Prepared prepare(SideCall call, Trial trial) throws Exception {
    int slides = load.comparedSlides() + call.seconds() * slidesPerSecond;
    var topic = ShopTopic.filled(call, load, slides);
    return new Prepared(
        topic.settings(), load + "; one partition; " + TextbookSide.CONFIGURATION, topic);
  }

  @Override
  public SideResult run(Side side, SideCall call) throws Exception {
    var settings = new HashMap<>(call.settings());
    settings.remove(ShopTopic.SLIDES);
    settings.putAll(EngineSide.settings(load));
    settings.put("flink.checkpoint-interval", "PT1S");
    settings.put("flink.parallelism", "1");
    var all = Settings.of(settings);
    var options = ConnectionOptions.from(all);
    try (var offsets = new Offsets(options.kafkaServers())) {
      offsets.forget(EngineSide.GROUP);
    }
    var configuration = LocalJob.configuration();
    configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        call.folder().resolve("checkpoints").toUri().toString());
    var env = StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
    JobEnvironment.configure(env, all);
    long until = ShopTopic.until(call);
    try (var watch = new TableWatch(options.postgres(), until)) {
      if (side == Side.OURS) {
        EngineSide.define(env, all);
        watch.execute(EngineSide.EMPTY_TABLES);
        return measure(env, watch, call, EngineSide.COUNT, EngineSide.totals(load));
      }
      watch.execute(TextbookSide.TABLE);
      watch.execute("TRUNCATE textbook");
      TextbookSide.define(env, options, load);
      return measure(env, watch, call, TextbookSide.COUNT, TextbookSide.TOTALS);
    }
  }

  private SideResult measure(
      StreamExecutionEnvironment env, TableWatch watch, SideCall call, String count, String totals)
      throws Exception {
    long all = (ShopTopic.until(call) - Load.START) / Load.SLIDE_MILLIS * load.shoppers();
    var job = env.executeAsync("promoflow bench");
    long before =
        watch.await(job, count, (long) load.comparedSlides() * load.shoppers(), boundSeconds(call));
    long started = System.nanoTime();
    long cpu = Meter.cpuNanos();
    watch.await(job, count, all, boundSeconds(call));
    double seconds = (System.nanoTime() - started) / NANOS;
    double cpuSeconds = (Meter.cpuNanos() - cpu) / NANOS;
    String answer = String.join(" ", watch.first(totals));
    job.cancel().get();
    double events = (double) (all - before) * load.eventsPerShopper();
    return new SideResult(
        events / seconds,
        cpuSeconds,
        answer,
        Map.of("events", events, "seconds", seconds, "rows", (double) all));
  }
}
