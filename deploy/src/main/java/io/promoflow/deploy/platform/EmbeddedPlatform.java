package io.promoflow.deploy.platform;

import io.promoflow.evaluation.flink.EvaluationJob;
import io.promoflow.features.flink.FeatureJob;
import io.promoflow.ingestion.flink.IngestionJob;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.serving.flink.DecisionJob;
import io.promoflow.serving.http.DecisionServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole platform on one machine: broker, store, Flink with our jobs, the decision server, the
 * trainer. Started again on the same folder it goes on where it was.
 */
public final class EmbeddedPlatform implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPlatform.class);
  private static final int SLOTS = 8;

  /** File in the data folder that says where a running platform is. */
  public static final String NOTES = "platform";

  /** Before the key of a setting in these notes. */
  public static final String SETTING = "setting ";

  /**
   * What to start.
   *
   * @param data folder that keeps everything
   * @param modules folder of the built project, for the trainer
   * @param settings on top of the embedded defaults
   * @param deciding whether the decision and evaluation jobs, the server and the trainer run too
   */
  public record Plan(Path data, Path modules, Map<String, String> settings, boolean deciding) {}

  private final DataFolder data;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private Settings settings;
  private ConnectionOptions connections;
  private EmbeddedStore store;
  private FlinkPlatform flink;
  private DecisionServer server;
  private TrainerProcess trainer;
  private volatile boolean closed;
  private CaughtUp caughtUp;
  private final Thread stop = new Thread(this::close, "promoflow-stop");

  private EmbeddedPlatform(DataFolder data) {
    this.data = data;
  }

  /** Starts everything, telling each step. */
  public static EmbeddedPlatform start(Plan plan, Consumer<String> progress) throws Exception {
    var platform = new EmbeddedPlatform(new DataFolder(plan.data()));
    try {
      platform.startAll(plan, progress);
      return platform;
    } catch (Exception e) {
      platform.close();
      throw e;
    }
  }

  /** Ends and removes what an earlier run left in a folder; refuses when it still runs. */
  public static void removeEarlier(Path folder) throws IOException {
    var data = new DataFolder(folder);
    data.claim();
    TrainerProcess.endEarlier(data);
    EmbeddedStore.endSurvivor(data);
    data.wipe();
  }

  private void startAll(Plan plan, Consumer<String> progress) throws Exception {
    data.claim();
    Runtime.getRuntime().addShutdownHook(stop);
    progress.accept("starting Kafka");
    EmbeddedKafka kafka = opened(EmbeddedKafka.start(data));
    progress.accept("starting PostgreSQL");
    store = opened(EmbeddedStore.start(data));
    settings = Settings.of(embeddedSettings(kafka, plan.settings()));
    connections = ConnectionOptions.from(settings);
    kafka.createTopics(connections.topics());
    progress.accept("starting Flink");
    flink = opened(FlinkPlatform.start(data, SLOTS));
    for (FlinkPlatform.Job job : jobs(plan.deciding())) {
      progress.accept("starting job " + job.name());
      flink.submit(job, settings);
    }
    if (plan.deciding()) {
      progress.accept("starting decision server and trainer");
      server = opened(DecisionServer.start(settings, Clock.systemUTC()));
      trainer = opened(TrainerProcess.start(data, plan.modules(), trainerSettings()));
    }
    caughtUp =
        opened(
            new CaughtUp(
                connections.kafkaServers(), flink, readers(plan.deciding()), this::serverHasRead));
    data.remember(NOTES, notes());
  }

  /** Whether the decision server has read its topics, the compacted ones, up to these ends. */
  private boolean serverHasRead(Map<TopicPartition, Long> ends) {
    if (server == null) {
      return true;
    }
    var its = new HashMap<>(ends);
    its.keySet().removeIf(p -> !connections.topics().compacted().contains(p.topic()));
    return server.caughtUpTo(its);
  }

  private Map<String, String> embeddedSettings(EmbeddedKafka kafka, Map<String, String> more) {
    var all = new LinkedHashMap<String, String>();
    all.put(ConnectionOptions.KAFKA_SERVERS.key(), kafka.servers());
    all.put(ConnectionOptions.POSTGRES_URL.key(), store.postgres().url());
    all.put(ConnectionOptions.POSTGRES_USER.key(), store.postgres().user());
    all.put(ConnectionOptions.POSTGRES_PASSWORD.key(), store.postgres().password());
    all.put("ingestion.pseudonym.key", "embedded-platform-key-not-for-production");
    all.put("serving.http.port", Integer.toString(data.port("http")));
    all.putAll(more);
    return all;
  }

  private static List<FlinkPlatform.Job> jobs(boolean deciding) {
    var taking =
        List.of(
            new FlinkPlatform.Job("ingestion", 1, IngestionJob::define),
            new FlinkPlatform.Job("features", 2, FeatureJob::define));
    if (!deciding) {
      return taking;
    }
    return List.of(
        taking.get(0),
        taking.get(1),
        new FlinkPlatform.Job("decisions", 2, DecisionJob::define),
        new FlinkPlatform.Job("evaluation", 2, EvaluationJob::define));
  }

  private Map<String, List<String>> readers(boolean deciding) {
    var t = connections.topics();
    var readers = new LinkedHashMap<String, List<String>>();
    readers.put(IngestionJob.GROUP, List.of(t.behaviorEvents()));
    readers.put(FeatureJob.GROUP, List.of(t.shopEvents()));
    if (deciding) {
      readers.put(
          DecisionJob.GROUP,
          List.of(
              t.shopEvents(),
              t.shopperFeatures(),
              t.models(),
              t.servingRules(),
              t.dualPrices(),
              t.decisions(),
              t.strategyAdjustments()));
      readers.put(
          EvaluationJob.GROUP,
          List.of(t.shopEvents(), t.decisions(), t.servingRules(), t.strategyAdjustments()));
    }
    return readers;
  }

  private Map<String, String> trainerSettings() {
    var forTrainer = new LinkedHashMap<String, String>();
    for (String prefix : List.of("kafka.", "postgres.", "topics.", "models.")) {
      settings.below(prefix).forEach((key, value) -> forTrainer.put(prefix + key, value));
    }
    return forTrainer;
  }

  private Map<String, String> notes() throws Exception {
    var notes = new LinkedHashMap<String, String>();
    notes.put("pid", Long.toString(ProcessHandle.current().pid()));
    notes.put("kafka", connections.kafkaServers());
    notes.put("postgres", store.postgres().url());
    notes.put("psql", psql());
    for (String room : List.of("ingestion.", "features.", "evaluation.")) {
      settings.below(room).forEach((key, value) -> notes.put(SETTING + room + key, value));
    }
    notes.put("flink", flink.webUi().toString());
    if (server != null) {
      notes.put("http", http().toString());
    }
    return notes;
  }

  private synchronized <T extends AutoCloseable> T opened(T part) throws Exception {
    if (closed) {
      part.close();
      throw new IllegalStateException("told to stop while starting");
    }
    parts.push(part);
    return part;
  }

  public Settings settings() {
    return settings;
  }

  public ConnectionOptions connections() {
    return connections;
  }

  public FlinkPlatform flink() {
    return flink;
  }

  /** Base address of the decision server. */
  public URI http() {
    return URI.create("http://" + EmbeddedKafka.HOST + ":" + server.port());
  }

  /** The line that opens the store in psql. */
  public String psql() {
    return "psql postgresql://postgres:postgres@"
        + EmbeddedKafka.HOST
        + ":"
        + store.port()
        + "/promoflow";
  }

  /** Waits until everything that was sent has been worked off. */
  public void awaitCaughtUp(Duration atMost) throws Exception {
    if (trainer != null) {
      trainer.check();
    }
    caughtUp.await(atMost);
  }

  /** Fails when the trainer or a job has ended. */
  public void check() throws Exception {
    if (trainer != null) {
      trainer.check();
    }
    var failure = flink.failure();
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  /** Stays up until the process is told to stop; fails as soon as a part of the platform does. */
  public void stayUp() throws Exception {
    while (!closed) {
      try {
        check();
      } catch (Exception e) {
        if (closed) {
          return;
        }
        throw e;
      }
      TimeUnit.SECONDS.sleep(1);
    }
  }

  /** Stops everything, the last started first. Runs also when the process is told to stop. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    data.remember(NOTES, Map.of());
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("{} did not stop cleanly", part.getClass().getSimpleName(), e);
      }
    }
    data.release();
    if (Thread.currentThread() != stop) {
      forgetHook();
    }
  }

  private void forgetHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(stop);
    } catch (IllegalStateException e) {
      LOG.debug("the process is ending already", e);
    }
  }
}
