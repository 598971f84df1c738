package io.promoflow.deploy.bench;

import io.promoflow.ingestion.flink.Topics;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.ShopEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Kafka to features, ours with its keyBy and its state against a loop written by hand. */
record ConsumerRow(String name, Bar bar, Load load, int slidesPerSecond) implements BenchRow {
  @Override
  public String unit() {
    return "events/s";
  }

  @Override
  public String rivalName() {
    return "KafkaConsumer, Jackson, HashMap";
  }

  @Override
  public Optional<String> limitName() {
    return Optional.of("KafkaConsumer alone, nothing decoded");
  }

  @Override
  public Prepared prepare(SideCall call, Trial trial) throws Exception {
    int slides = load.comparedSlides() + call.seconds() * slidesPerSecond;
    var topic = ShopTopic.filled(call, load, slides);
    return new Prepared(
        topic.settings(),
        load + "; one partition, one thread, 5000 records per poll, reused ObjectReader",
        topic);
  }

  @Override
  public SideResult run(Side side, SideCall call) throws Exception {
    long until = ShopTopic.until(call);
    var laps = new Laps(load.comparedUntil(), until);
    Answer answer = side == Side.OURS ? ours(call, laps) : byHand(call, laps, side == Side.RIVAL);
    double events =
        (double) (until - load.comparedUntil()) / Load.SLIDE_MILLIS * load.eventsPerSlide();
    return new SideResult(
        events / laps.seconds(),
        laps.cpuSeconds(),
        answer.checksum(),
        Map.of("events", events, "seconds", laps.seconds()));
  }

  private Answer byHand(SideCall call, Laps laps, boolean decode) throws Exception {
    var answer = new Answer(load.comparedUntil());
    var options = ConnectionOptions.from(Settings.of(connections(call)));
    new BareConsumer(load, answer, laps)
        .run(options.kafkaServers(), options.topics().shopEvents(), decode);
    return answer;
  }

  private Answer ours(SideCall call, Laps laps) throws Exception {
    var options = ConnectionOptions.from(Settings.of(connections(call)));
    var meter = Meter.lapping(load, laps);
    var env = StreamExecutionEnvironment.createLocalEnvironment(1, LocalJob.configuration());
    var events =
        env.fromSource(
            Topics.compacted(options, options.topics().shopEvents(), ShopEvent.class, "bench"),
            WatermarkStrategy.<ShopEvent>forBoundedOutOfOrderness(Duration.ofSeconds(10))
                .withTimestampAssigner((event, recorded) -> event.at().toEpochMilli()),
            "shop events");
    EngineSide.rows(events, load).sinkTo(new AnswerSink<>(meter, EngineSide.fold(load, true)));
    var job = env.executeAsync("promoflow bench");
    while (!laps.await(1)) {
      LocalJob.check(job);
    }
    job.cancel().get();
    return meter.answer();
  }

  private static Map<String, String> connections(SideCall call) {
    var settings = new HashMap<>(call.settings());
    settings.remove(ShopTopic.SLIDES);
    return settings;
  }
}
