package io.promoflow.serving.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.DecisionRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** Which questions are known to be new, from the log as it is read. */
class LoggedIdsTest {
  private static final String TOPIC = "decisions";

  private final InMemory.Feed feed = new InMemory.Feed();
  private final IdDeserializer deserializer = new IdDeserializer();
  private final LoggedIds ids = new LoggedIds(feed, Duration.ofHours(1), () -> 0);

  private static String id(String request) {
    return DecisionRequest.decisionId(request, Trigger.VISIT);
  }

  /** As a consumer does: the value lies somewhere in what was fetched. */
  private byte[] read(String value) {
    byte[] bytes = ("before" + value + "after").getBytes(UTF_8);
    ByteBuffer fetched = ByteBuffer.wrap(bytes).position(6).limit(bytes.length - 5).slice();
    return deserializer.deserialize(TOPIC, new RecordHeaders(), fetched);
  }

  @Test
  void nothingIsKnownToBeNewBeforeTheLogIsReadUp() {
    feed.atEnd = false;
    assertThat(ids.mayKnow(id("r1"))).isTrue();
    feed.atEnd = true;
    assertThat(ids.mayKnow(id("r1"))).isFalse();
  }

  @Test
  void ofWhatWeWriteOnlyTheStartIsCopiedAndTheIdIsKnown() {
    String written =
        "{\"decisionId\":\"" + id("r1") + "\",\"requestId\":\"r1\",\"trigger\":\"VISIT\"}";
    byte[] start = read(written);
    assertThat(start).hasSizeLessThan(40);
    assertThat(written).startsWith(new String(start, UTF_8));
    feed.write(TOPIC, start);
    assertThat(ids.mayKnow(id("r1"))).isTrue();
    assertThat(ids.mayKnow(id("r2"))).isFalse();
  }

  @Test
  void whatOthersWriteIsReadWhole() {
    String written = "{\"trigger\": \"VISIT\", \"decisionId\": \"" + id("r1") + "\"}";
    byte[] whole = read(written);
    assertThat(new String(whole, UTF_8)).isEqualTo(written);
    feed.write(TOPIC, whole);
    assertThat(ids.mayKnow(id("r1"))).isTrue();
  }

  @Test
  void whatIsNoDecisionIsPassedOver() {
    for (String one : new String[] {"", "{", "{\"decisionId\":\"d-", "{\"decisionId\":\"d-zz\"}"}) {
      feed.write(TOPIC, read(one));
    }
    assertThat(deserializer.deserialize(TOPIC, new RecordHeaders(), (ByteBuffer) null)).isNull();
    assertThat(ids.mayKnow(id("r1"))).isFalse();
  }
}
