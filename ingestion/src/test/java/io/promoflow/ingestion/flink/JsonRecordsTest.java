package io.promoflow.ingestion.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Decision;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.Collector;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRecordsTest {
  private static final String SOUND =
      """
      {"decisionId": "d-1", "requestId": "r1", "trigger": "VISIT", "shopperId": "k1.ada",
       "at": "2026-01-05T12:00:00Z", "featuresAsOf": "2026-01-05T11:00:00Z"}
      """;

  private final Counter refused = new SimpleCounter();
  private final List<Decision> read = new ArrayList<>();

  /** What a job's source makes of a record on the topic of decisions. */
  private void take(String record) throws Exception {
    KafkaRecordDeserializationSchema<Decision> reader = JsonRecords.decisions();
    reader.open(new CountingContext());
    byte[] value = record == null ? null : record.getBytes(StandardCharsets.UTF_8);
    reader.deserialize(new ConsumerRecord<>("decisions", 3, 7, null, value), new ToList());
  }

  private final class ToList implements Collector<Decision> {
    @Override
    public void collect(Decision decision) {
      read.add(decision);
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  private final class CountingContext implements DeserializationSchema.InitializationContext {
    @Override
    public MetricGroup getMetricGroup() {
      return new UnregisteredMetricsGroup() {
        @Override
        public Counter counter(String name) {
          assertThat(name).isEqualTo("refusedRecords");
          return refused;
        }
      };
    }

    @Override
    public UserCodeClassLoader getUserCodeClassLoader() {
      return SimpleUserCodeClassLoader.create(getClass().getClassLoader());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0001-01-01T00:00:00Z", "1989-12-31T23:59:59Z", "9999-12-31T23:59:59.999Z"})
  void whatATableCanHoldIsRead(String at) throws Exception {
    take(SOUND.replace("2026-01-05T12:00:00Z", at));
    take(SOUND.replace("\"2026-01-05T11:00:00Z\"", "null"));
    assertThat(read).hasSize(2);
    assertThat(read.get(0).at()).isEqualTo(at);
    assertThat(refused.getCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-9999-01-01T00:00:00Z",
        "-999999999-01-01T00:00:00Z",
        "0000-12-31T23:59:59.999Z",
        "+10000-01-01T00:00:00Z",
        "+294277-01-10T00:00:00Z",
        "+999999999-12-31T23:59:59Z"
      })
  void aMomentThatNoTableCanHoldIsRefusedAndTheNextRecordIsRead(String at) throws Exception {
    take(SOUND.replace("2026-01-05T12:00:00Z", at));
    take(SOUND.replace("2026-01-05T11:00:00Z", at));
    assertThat(read).isEmpty();
    assertThat(refused.getCount()).isEqualTo(2);
    take(SOUND);
    assertThat(read).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"2026-01-05T12:00:00Z\"|9223372036854775807",
        "\"2026-01-05T12:00:00Z\"|null",
        "\"d-1\"|null",
        "\"VISIT\"|null",
        "\"VISIT\"|\"SOMETIMES\"",
        "\"k1.ada\"|null",
        "{|[",
      })
  void whatIsNoDecisionIsRefused(String good, String bad) throws Exception {
    assertThat(SOUND).contains(good);
    take(SOUND.replace(good, bad));
    assertThat(read).isEmpty();
    assertThat(refused.getCount()).isEqualTo(1);
  }

  @Test
  void aRecordWithoutAValueIsNothing() throws Exception {
    take(null);
    assertThat(read).isEmpty();
    assertThat(refused.getCount()).isZero();
  }
}
