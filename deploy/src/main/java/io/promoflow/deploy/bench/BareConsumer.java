package io.promoflow.deploy.bench;

import com.fasterxml.jackson.databind.ObjectReader;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What one would write by hand without an engine: a consumer, Jackson, a hash map. It survives
 * nothing, takes no late event, and relies on the order of the topic.
 */
final class BareConsumer {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int FIGURES = 3;

  private final Load load;
  private final Answer answer;
  private final Laps laps;
  private final Map<String, Shopper> shoppers = new HashMap<>();
  private long slide;

  BareConsumer(Load load, Answer answer, Laps laps) {
    this.load = load;
    this.answer = answer;
    this.laps = laps;
  }

  /** Totals of the window and of each of its slides. */
  private record Shopper(long[] window, long[][] slides) {}

  /** Reads the topic until the laps are done. */
  void run(String servers, String topic, boolean decode) throws IOException {
    ObjectReader reader = Wire.JSON.readerFor(ShopEvent.class);
    Map<String, Object> client =
        Map.of(
            "bootstrap.servers", servers,
            "max.poll.records", "5000",
            "fetch.min.bytes", "65536",
            "fetch.max.wait.ms", "50",
            "enable.auto.commit", "false");
    var bytes = new ByteArrayDeserializer();
    try (var consumer = new KafkaConsumer<>(client, bytes, new ByteArrayDeserializer())) {
      var partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long events = 0;
      while (!laps.isDone()) {
        for (var record : consumer.poll(POLL)) {
          if (decode) {
            take(reader.readValue(record.value()));
          } else if (++events % load.eventsPerSlide() == 0) {
            laps.reached(Load.START + events / load.eventsPerSlide() * Load.SLIDE_MILLIS);
          }
        }
      }
    }
  }

  private void take(ShopEvent event) {
    long now = (event.at().toEpochMilli() - Load.START) / Load.SLIDE_MILLIS;
    while (slide < now) {
      close();
    }
    Shopper shopper =
        shoppers.computeIfAbsent(
            event.shopperId(),
            id -> new Shopper(new long[FIGURES], new long[load.windowSlides()][FIGURES]));
    long net = event.netCents();
    long gross = event.grossCents();
    add(shopper.window(), net, gross);
    add(shopper.slides()[(int) (slide % load.windowSlides())], net, gross);
  }

  private static void add(long[] totals, long net, long gross) {
    totals[0]++;
    totals[1] += net;
    totals[2] += gross;
  }

  /** Ends the slide: a row of every shopper, then the oldest slide leaves the window. */
  private void close() {
    slide++;
    long end = Load.START + slide * Load.SLIDE_MILLIS;
    int leaving = (int) (slide % load.windowSlides());
    shoppers.forEach(
        (id, shopper) -> {
          long[] window = shopper.window();
          if (answer.wants(end)) {
            answer.add(id, end, window[0], window[1], window[2]);
          }
          long[] old = shopper.slides()[leaving];
          for (int i = 0; i < FIGURES; i++) {
            window[i] -= old[i];
            old[i] = 0;
          }
        });
    laps.reached(end);
  }
}
