package io.promoflow.deploy.bench.serving;

import io.promoflow.ingestion.options.ConnectionOptions;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Where a hello world logs what it is about to answer. */
interface HelloLog extends AutoCloseable {
  /** Logs nothing, at once. */
  HelloLog NONE = (answer, then) -> then.run();

  /** Logs an answer; goes on when all replicas have it. */
  void append(byte[] answer, Runnable then);

  @Override
  default void close() {}

  /** The topic of decisions, emptied before, with the batches of the decision log. */
  static HelloLog decisions(Map<String, String> settings)
      throws InterruptedException, ExecutionException {
    DecisionTopics.forgetDecisions(settings);
    ConnectionOptions options = ConnectionOptions.from(DecisionTopics.serverSettings(settings));
    return new Topic(
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                options.kafkaServers(),
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.LINGER_MS_CONFIG,
                2,
                ProducerConfig.BATCH_SIZE_CONFIG,
                131_072,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                96L << 20),
            new ByteArraySerializer(),
            new ByteArraySerializer()),
        options.topics().decisions());
  }

  /** Of a broker. */
  record Topic(KafkaProducer<byte[], byte[]> producer, String name) implements HelloLog {
    @Override
    public void append(byte[] answer, Runnable then) {
      var unused =
          producer.send(
              new ProducerRecord<>(name, answer),
              (at, failure) -> {
                if (failure == null) {
                  then.run(); // without an answer the load would notice
                }
              });
    }

    @Override
    public void close() {
      producer.close();
    }
  }
}
