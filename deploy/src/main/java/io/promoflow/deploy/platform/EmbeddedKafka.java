package io.promoflow.deploy.platform;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promoflow.ingestion.options.ConnectionOptions.TopicNames;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One KRaft broker in this process, its log in a folder that outlives it.
 *
 * <p>Retention is off: sinks and replays stamp history with old times, and time-based retention
 * would delete it half a minute after the start.
 */
public final class EmbeddedKafka implements AutoCloseable {
  static final String HOST = "127.0.0.1";
  private static final int TWO = 2;

  private final KafkaRaftServer server;
  private final String servers;

  private EmbeddedKafka(KafkaRaftServer server, String servers) {
    this.server = server;
    this.servers = servers;
  }

  /** Starts the broker on the folder's ports; formats the folder when it is new. */
  public static EmbeddedKafka start(DataFolder data) throws Exception {
    int port = data.port("kafka");
    int controller = data.port("kafka-controller");
    Path log = data.folder("kafka");
    Properties settings = settings(log, port, controller);
    if (!Files.exists(log.resolve("meta.properties"))) {
      format(log);
    }
    var server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
    server.startup();
    return new EmbeddedKafka(server, HOST + ":" + port);
  }

  private static void format(Path log) throws Exception {
    new Formatter()
        .setClusterId(Uuid.randomUuid().toString())
        .setNodeId(1)
        .addDirectory(log.toString())
        .setControllerListenerName("CONTROLLER")
        .setReleaseVersion(MetadataVersion.latestProduction())
        .setIgnoreFormatted(true)
        .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))
        .run();
  }

  private static Properties settings(Path log, int port, int controller) {
    var s = new Properties();
    s.put("process.roles", "broker,controller");
    s.put("node.id", "1");
    s.put("controller.quorum.voters", "1@" + HOST + ":" + controller);
    s.put("controller.listener.names", "CONTROLLER");
    s.put(
        "listeners",
        "PLAINTEXT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controller);
    s.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    s.put("inter.broker.listener.name", "PLAINTEXT");
    s.put("log.dirs", log.toString());
    s.put("offsets.topic.replication.factor", "1");
    s.put("offsets.topic.num.partitions", "1");
    s.put("transaction.state.log.replication.factor", "1");
    s.put("transaction.state.log.num.partitions", "1");
    s.put("transaction.state.log.min.isr", "1");
    s.put("share.coordinator.state.topic.replication.factor", "1");
    s.put("share.coordinator.state.topic.min.isr", "1");
    s.put("group.initial.rebalance.delay.ms", "0");
    s.put("log.retention.ms", "-1");
    s.put("log.cleaner.dedupe.buffer.size", "4194304");
    s.put("auto.create.topics.enable", "false");
    s.put("message.max.bytes", "16777216");
    return s;
  }

  /** Creates the topics that are missing. */
  public void createTopics(TopicNames topics) throws InterruptedException {
    Set<String> several = Set.of(topics.shopEvents(), topics.shopperFeatures(), topics.decisions());
    try (var admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      Set<String> existing = admin.listTopics().names().get();
      List<NewTopic> missing = new ArrayList<>();
      for (String name : topics.all()) {
        if (!existing.contains(name)) {
          var config = new HashMap<String, String>();
          if (topics.compacted().contains(name)) {
            config.put("cleanup.policy", "compact");
          }
          missing.add(
              new NewTopic(name, several.contains(name) ? TWO : 1, (short) 1).configs(config));
        }
      }
      admin.createTopics(missing).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot create topics on " + servers, e.getCause());
    }
  }

  public String servers() {
    return servers;
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }
}
