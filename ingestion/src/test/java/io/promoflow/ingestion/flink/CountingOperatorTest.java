package io.promoflow.ingestion.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class CountingOperatorTest {
  private static final IntakeCount BAD = new IntakeCount("rejected", "NOT_JSON", "", 1);
  private static final IntakeCount GOOD = new IntakeCount("accepted", "", "SEARCHED", 1);

  private static OneInputStreamOperatorTestHarness<String, String> harness() throws Exception {
    var harness =
        new OneInputStreamOperatorTestHarness<>(
            new CountingOperator<String>(
                text -> text.equals("bad") ? BAD : GOOD, List.of(BAD.with(0))));
    harness.setProcessingTime(0);
    harness.open();
    return harness;
  }

  private static List<IntakeCount> told(OneInputStreamOperatorTestHarness<String, String> harness) {
    var counts = harness.getSideOutput(CountingOperator.COUNTS);
    var told =
        counts == null
            ? List.<IntakeCount>of()
            : counts.stream().map(StreamRecord::getValue).toList();
    if (counts != null) {
      counts.clear();
    }
    return told;
  }

  @Test
  void handsEverythingOnAndTellsAFewTimesASecond() throws Exception {
    try (var harness = harness()) {
      for (String text : List.of("good", "bad", "good")) {
        harness.processElement(text, 0);
      }
      assertThat(harness.extractOutputValues()).containsExactly("good", "bad", "good");
      harness.setProcessingTime(199);
      assertThat(told(harness)).isEmpty();
      harness.setProcessingTime(200);
      assertThat(told(harness)).containsExactlyInAnyOrder(BAD, GOOD.with(2));
      harness.setProcessingTime(10_000);
      assertThat(told(harness)).isEmpty();
    }
  }

  @Test
  void tellsWhatItHasBeforeACheckpointAndAtTheEnd() throws Exception {
    try (var harness = harness()) {
      harness.processElement("good", 0);
      harness.prepareSnapshotPreBarrier(1);
      assertThat(told(harness)).contains(GOOD);
      harness.processElement("bad", 0);
      harness.endInput();
      assertThat(told(harness)).containsExactly(BAD);
    }
  }

  @Test
  void announcesKindsThatNeverCame() throws Exception {
    try (var harness = harness()) {
      harness.setProcessingTime(200);
      assertThat(told(harness)).containsExactly(BAD.with(0));
    }
  }
}
