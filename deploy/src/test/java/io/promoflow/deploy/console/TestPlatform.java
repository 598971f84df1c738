package io.promoflow.deploy.console;

import io.promoflow.deploy.platform.DataFolder;
import io.promoflow.deploy.platform.EmbeddedKafka;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.wire.Wire;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine;

/** A real broker and a real store, and the commands of a person in front of them. */
final class TestPlatform implements AutoCloseable {
  private final TestStore store = new TestStore();
  private final EmbeddedKafka kafka;
  private final Path conf;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  TestPlatform(Path folder, double exploration) throws Exception {
    kafka = EmbeddedKafka.start(new DataFolder(folder.resolve("data")));
    conf =
        Files.writeString(
            folder.resolve("promoflow.yaml"),
            """
            kafka.bootstrap-servers: "%s"
            postgres.url: "%s"
            postgres.user: "postgres"
            postgres.password: "postgres"
            serving.exploration-share: "%s"
            """
                .formatted(kafka.servers(), store.place().url(), exploration));
    kafka.createTopics(connections().topics());
  }

  ConnectionOptions connections() {
    return ConnectionOptions.from(
        Settings.load(new String[] {"--conf", conf.toString()}, Map.of()));
  }

  /** Runs a command against this platform; what the one before said is gone. */
  int run(Object command, List<String> arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    var all = new ArrayList<>(arguments);
    all.addAll(List.of("--conf", conf.toString()));
    return new CommandLine(command)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }

  void publish(List<ShopEvent> events) {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", kafka.servers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (ShopEvent event : events) {
        byte[] key = event.shopperId().getBytes(StandardCharsets.UTF_8);
        Future<RecordMetadata> unused = // all are flushed together
            producer.send(
                new ProducerRecord<>(connections().topics().shopEvents(), key, Wire.bytes(event)));
      }
      producer.flush();
    }
  }

  @Override
  public void close() throws Exception {
    kafka.close();
    store.close();
  }
}
