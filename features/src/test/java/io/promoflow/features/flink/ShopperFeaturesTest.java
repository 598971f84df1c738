package io.promoflow.features.flink;

import static io.promoflow.features.Cast.ADA;
import static io.promoflow.features.Cast.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.features.Cast;
import io.promoflow.features.Declarations;
import io.promoflow.features.FeatureEngine;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.TrainingExample;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One shopper over time: windows of an hour and a day, rows every ten minutes, examples daily. */
class ShopperFeaturesTest {
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Instant MIDNIGHT = Instant.parse("2026-01-06T00:00:00Z");

  private KeyedOneInputStreamOperatorTestHarness<String, ShopEvent, FeatureRow> harness;

  private static KeyedOneInputStreamOperatorTestHarness<String, ShopEvent, FeatureRow> harness()
      throws Exception {
    var engine = new FeatureEngine(Declarations.shipped(), List.of(HOUR, DAY), TEN_MINUTES);
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(new ShopperFeatures(engine, DAY, DAY)),
        ShopEvent::shopperId,
        Types.STRING);
  }

  @BeforeEach
  void open() throws Exception {
    harness = harness();
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private void happens(ShopEvent event) throws Exception {
    harness.processElement(event, event.at().toEpochMilli());
  }

  private void timePasses(Instant to) throws Exception {
    harness.processWatermark(to.toEpochMilli() - 1);
  }

  private List<FeatureRow> rows() {
    return harness.extractOutputValues();
  }

  private double views(int row, String window) {
    return rows().get(row).values().get("views_" + window);
  }

  @Test
  void aRowIsWrittenWhenASliceCloses() throws Exception {
    happens(Cast.view("e1", NOON.plusSeconds(5), "p1", "tea"));
    timePasses(NOON.plus(TEN_MINUTES).minusSeconds(1));
    assertThat(rows()).isEmpty();
    timePasses(NOON.plus(TEN_MINUTES));
    assertThat(rows()).hasSize(1);
    assertThat(rows().get(0).asOf()).isEqualTo(NOON.plus(TEN_MINUTES));
    assertThat(views(0, "1h")).isEqualTo(1);
  }

  @Test
  void aSliceLeavesEachWindowInItsTurnAndThenAllStateIsGone() throws Exception {
    happens(Cast.view("e1", NOON.plusSeconds(5), "p1", "tea"));
    timePasses(NOON.plus(Duration.ofDays(4)));
    assertThat(rows())
        .extracting(FeatureRow::asOf)
        .startsWith(NOON.plus(TEN_MINUTES), NOON.plus(TEN_MINUTES).plus(HOUR))
        .endsWith(NOON.plus(TEN_MINUTES).plus(DAY));
    assertThat(views(1, "1h")).isZero();
    assertThat(views(1, "24h")).isEqualTo(1);
    assertThat(views(rows().size() - 1, "24h")).isZero();
    assertThat(harness.numKeyedStateEntries()).isZero();
    assertThat(harness.numEventTimeTimers()).isZero();
  }

  @Test
  void outOfOrderIsCountedAndLateIsPutAside() throws Exception {
    happens(Cast.view("e1", NOON.plusSeconds(500), "p1", "tea"));
    happens(Cast.view("e2", NOON.plusSeconds(5), "p1", "tea"));
    timePasses(NOON.plus(TEN_MINUTES));
    assertThat(views(0, "1h")).isEqualTo(2);
    happens(Cast.view("late", NOON.plusSeconds(30), "p1", "tea"));
    timePasses(NOON.plus(HOUR));
    assertThat(harness.getSideOutput(ShopperFeatures.LATE))
        .extracting(record -> record.getValue().eventId())
        .containsExactly("late");
    assertThat(rows()).hasSize(1);
  }

  @Test
  void aRepeatCountsOnceAndIsNotCalledLate() throws Exception {
    ShopEvent view = Cast.view("e1", NOON.plusSeconds(5), "p1", "tea");
    happens(view);
    happens(view);
    timePasses(NOON.plus(TEN_MINUTES));
    assertThat(views(0, "1h")).isEqualTo(1);
    happens(view);
    timePasses(NOON.plus(TEN_MINUTES.multipliedBy(3)));
    assertThat(rows()).hasSize(1);
    assertThat(harness.getSideOutput(ShopperFeatures.LATE)).isNull();
  }

  @Test
  void anExampleIsWrittenWhenItsHorizonHasPassedWithFeaturesFromBefore() throws Exception {
    happens(Cast.view("e1", NOON, "p1", "tea"));
    happens(Cast.order("e2", MIDNIGHT, "o1", 500, null));
    timePasses(MIDNIGHT.plus(DAY).minusSeconds(1));
    assertThat(harness.getSideOutput(ShopperFeatures.EXAMPLES)).isNull();
    timePasses(MIDNIGHT.plus(DAY));
    TrainingExample example = examples().get(0);
    assertThat(example.at()).isEqualTo(MIDNIGHT);
    assertThat(example.labelledAt()).isEqualTo(MIDNIGHT.plus(DAY));
    assertThat(example.ordered()).isTrue();
    assertThat(example.values()).containsEntry("orders_24h", 0.0).containsEntry("views_24h", 1.0);
  }

  @Test
  void anOrderAfterTheHorizonDoesNotMakeTheLabelTrue() throws Exception {
    happens(Cast.view("e1", NOON, "p1", "tea"));
    happens(Cast.order("e2", MIDNIGHT.plus(DAY), "o1", 500, null));
    timePasses(MIDNIGHT.plus(DAY));
    assertThat(examples()).extracting(TrainingExample::ordered).containsExactly(false);
  }

  private List<TrainingExample> examples() {
    return harness.getSideOutput(ShopperFeatures.EXAMPLES).stream()
        .map(StreamRecord::getValue)
        .toList();
  }

  @Test
  void goesOnFromACheckpoint() throws Exception {
    happens(Cast.view("e1", NOON, "p1", "tea"));
    timePasses(NOON.plus(TEN_MINUTES));
    var snapshot = harness.snapshot(1, 1);
    harness.close();
    harness = harness();
    harness.setup();
    harness.initializeState(snapshot);
    harness.open();
    happens(Cast.view("e2", NOON.plus(TEN_MINUTES), "p2", "tea"));
    timePasses(NOON.plus(TEN_MINUTES.multipliedBy(2)));
    assertThat(rows()).hasSize(1);
    assertThat(rows().get(0).shopperId()).isEqualTo(ADA);
    assertThat(views(0, "1h")).isEqualTo(2);
    assertThat(rows().get(0).values()).containsEntry("distinct_products_1h", 2.0);
  }
}
