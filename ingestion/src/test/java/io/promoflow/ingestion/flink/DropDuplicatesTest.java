package io.promoflow.ingestion.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class DropDuplicatesTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private static KeyedOneInputStreamOperatorTestHarness<String, AcceptedEvent, AcceptedEvent>
      harness(int subtask, int of) throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(new DropDuplicates(HOUR)),
        AcceptedEvent::rawEventId,
        Types.STRING,
        128,
        of,
        subtask);
  }

  private static AcceptedEvent event(String id) {
    return new AcceptedEvent(
        id,
        List.of(
            new ShopEvent(
                id,
                ShopEventType.SIGNED_UP,
                "ada",
                null,
                RawEvents.NOON,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null)));
  }

  private static void receive(
      KeyedOneInputStreamOperatorTestHarness<String, AcceptedEvent, AcceptedEvent> harness,
      String id)
      throws Exception {
    harness.processElement(event(id), 0);
  }

  private static List<String> passed(
      KeyedOneInputStreamOperatorTestHarness<String, AcceptedEvent, AcceptedEvent> harness) {
    return harness.extractOutputValues().stream().map(AcceptedEvent::rawEventId).toList();
  }

  @Test
  void letsTheFirstThroughAndRepeatsOutByTheSideDoor() throws Exception {
    try (var harness = harness(0, 1)) {
      harness.open();
      receive(harness, "e1");
      receive(harness, "e2");
      receive(harness, "e1");
      assertThat(passed(harness)).containsExactly("e1", "e2");
      assertThat(harness.getSideOutput(DropDuplicates.DUPLICATES)).hasSize(1);
    }
  }

  @Test
  void forgetsAnIdAnHourAfterItsFirstSightHoweverOftenItIsRepeated() throws Exception {
    try (var harness = harness(0, 1)) {
      harness.open();
      harness.setStateTtlProcessingTime(0);
      receive(harness, "e1");
      harness.setStateTtlProcessingTime(HOUR.toMillis() - 1);
      receive(harness, "e1");
      assertThat(passed(harness)).containsExactly("e1");
      harness.setStateTtlProcessingTime(HOUR.toMillis() + 1);
      receive(harness, "e1");
      assertThat(passed(harness)).containsExactly("e1", "e1");
    }
  }

  @Test
  void remembersIdsAcrossARestoreOnMoreSubtasks() throws Exception {
    OperatorSubtaskState snapshot;
    try (var harness = harness(0, 1)) {
      harness.open();
      receive(harness, "e1");
      snapshot = harness.snapshot(1, 1);
    }
    var passed = new java.util.ArrayList<String>();
    for (int subtask = 0; subtask < 2; subtask++) {
      try (var harness = harness(subtask, 2)) {
        harness.initializeState(
            org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness
                .repartitionOperatorState(snapshot, 128, 1, 2, subtask));
        harness.open();
        for (String id : List.of("e1", "e2")) {
          if (belongsTo(id, subtask)) {
            receive(harness, id);
          }
        }
        passed.addAll(passed(harness));
      }
    }
    assertThat(passed).containsExactly("e2");
  }

  private static boolean belongsTo(String id, int subtask) {
    return org.apache.flink.runtime.state.KeyGroupRangeAssignment.assignKeyToParallelOperator(
            id, 128, 2)
        == subtask;
  }
}
