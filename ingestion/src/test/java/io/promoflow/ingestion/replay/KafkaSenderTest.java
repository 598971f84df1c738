package io.promoflow.ingestion.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class KafkaSenderTest {
  private static final Instant NOON = Instant.parse("2011-01-05T12:00:00Z");

  @Test
  void stampsARecordWithTheEventsOwnTime() {
    var record = KafkaSender.record("t", new ReplayEvent("ada", NOON, new byte[] {1}, null));
    assertThat(record.timestamp()).isEqualTo(NOON.toEpochMilli());
    assertThat(record.key()).asString().isEqualTo("ada");
    assertThat(record.headers()).isEmpty();
  }

  @Test
  void leavesTheStampToTheBrokerWhereKafkaWouldRefuseIt() {
    var ancient = new ReplayEvent(null, Instant.parse("1969-01-01T00:00:00Z"), new byte[0], null);
    assertThat(KafkaSender.record("t", ancient).timestamp()).isNull();
    assertThat(KafkaSender.record("t", ancient).key()).isNull();
  }

  @Test
  void tellsIngestionWhyARowIsNoEvent() {
    var row = new ReplayEvent(null, null, new byte[] {1}, "row 7 has 2 columns, not 3");
    assertThat(
            KafkaSender.record("t", row)
                .headers()
                .lastHeader(ReplayEvent.UNMAPPABLE_HEADER)
                .value())
        .asString()
        .isEqualTo("row 7 has 2 columns, not 3");
  }
}
