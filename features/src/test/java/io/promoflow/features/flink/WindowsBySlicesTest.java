package io.promoflow.features.flink;

import static io.promoflow.features.Cast.ADA;
import static io.promoflow.features.Cast.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.promoflow.features.Cast;
import io.promoflow.features.Declarations;
import io.promoflow.features.FeatureEngine;
import io.promoflow.features.FeatureVector;
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
class WindowsBySlicesTest {
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Instant MIDNIGHT = Instant.parse("2026-01-06T00:00:00Z");

  private static final FeatureEngine ENGINE =
      new FeatureEngine(Declarations.shipped().features(), List.of(HOUR, DAY), TEN_MINUTES);

  private KeyedOneInputStreamOperatorTestHarness<String, ShopEvent, FeatureVector> harness;

  private static KeyedOneInputStreamOperatorTestHarness<String, ShopEvent, FeatureVector> harness(
      Duration lateness) throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(
            new WindowsBySlices(ENGINE, new WindowsBySlices.Duties(lateness, DAY, DAY, DAY, true))),
        ShopEvent::shopperId,
        Types.STRING);
  }

  @BeforeEach
  void open() throws Exception {
    harness = harness(Duration.ZERO);
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
    return harness.extractOutputValues().stream().map(ENGINE::row).toList();
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
    timePasses(NOON.plus(Duration.ofDays(5)));
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
  void anOrderIsRememberedWhenItsSlicesAreGone() throws Exception {
    happens(Cast.order("e1", NOON.plusSeconds(5), "o1", 500, null));
    Instant back = NOON.plus(Duration.ofDays(70));
    timePasses(back);
    assertThat(harness.numKeyedStateEntries()).isOne();
    assertThat(harness.numEventTimeTimers()).isZero();
    happens(Cast.view("e2", back.plusSeconds(5), "p1", "tea"));
    timePasses(back.plus(TEN_MINUTES));
    FeatureRow row = rows().get(rows().size() - 1);
    assertThat(row.asOf()).isEqualTo(back.plus(TEN_MINUTES));
    assertThat(row.values())
        .containsEntry("days_since_last_order", 70 + 595 / 86_400.0)
        .containsEntry("orders_24h", 0.0);
  }

  @Test
  void outOfOrderIsCountedAndLateIsPutAside() throws Exception {
    happens(Cast.view("e1", NOON.plusSeconds(500), "p1", "tea"));
    happens(Cast.view("e2", NOON.plusSeconds(5), "p1", "tea"));
    timePasses(NOON.plus(TEN_MINUTES));
    assertThat(views(0, "1h")).isEqualTo(2);
    happens(Cast.view("late", NOON.plusSeconds(30), "p1", "tea"));
    timePasses(NOON.plus(HOUR));
    assertThat(harness.getSideOutput(WindowsBySlices.LATE))
        .extracting(record -> record.getValue().eventId())
        .containsExactly("late");
    assertThat(rows()).hasSize(1);
  }

  @Test
  void whatIsOfNoUseIsPassedOnHoweverLateAndLeavesNoState() throws Exception {
    timePasses(NOON.plus(DAY));
    happens(Cast.shown("e1", NOON, "tenoff"));
    assertThat(harness.getSideOutput(WindowsBySlices.PASSED_ON))
        .extracting(record -> record.getValue().eventId())
        .containsExactly("e1");
    assertThat(harness.getSideOutput(WindowsBySlices.LATE)).isNullOrEmpty();
    assertThat(harness.numKeyedStateEntries()).isZero();
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
    assertThat(harness.getSideOutput(WindowsBySlices.LATE)).isNull();
  }

  @Test
  void anExampleIsWrittenWhenItsHorizonHasPassedWithFeaturesFromBefore() throws Exception {
    happens(Cast.view("e1", NOON, "p1", "tea"));
    happens(Cast.order("e2", MIDNIGHT, "o1", 500, null));
    timePasses(MIDNIGHT.plus(DAY).minusSeconds(1));
    assertThat(harness.getSideOutput(WindowsBySlices.EXAMPLES)).isNull();
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
    return harness.getSideOutput(WindowsBySlices.EXAMPLES).stream()
        .map(StreamRecord::getValue)
        .toList();
  }

  @Test
  void goesOnFromACheckpoint() throws Exception {
    happens(Cast.view("e1", NOON, "p1", "tea"));
    timePasses(NOON.plus(TEN_MINUTES));
    var snapshot = harness.snapshot(1, 1);
    harness.close();
    harness = harness(Duration.ZERO);
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

  @Test
  void aLateEventCorrectsEveryRowThatItShouldHaveBeenIn() throws Exception {
    harness.close();
    harness = harness(HOUR);
    harness.open();
    happens(Cast.view("e1", NOON, "p1", "tea"));
    happens(Cast.view("e2", NOON.plus(TEN_MINUTES.multipliedBy(3)), "p1", "tea"));
    timePasses(NOON.plus(TEN_MINUTES.multipliedBy(5)));
    assertThat(rows()).hasSize(2);
    happens(Cast.view("late", NOON.plus(TEN_MINUTES), "p9", "tea"));
    assertThat(rows().subList(2, rows().size()))
        .extracting(FeatureRow::asOf)
        .containsExactly(
            NOON.plus(TEN_MINUTES.multipliedBy(2)), NOON.plus(TEN_MINUTES.multipliedBy(4)));
    assertThat(views(2, "1h")).isEqualTo(2);
    assertThat(views(3, "1h")).isEqualTo(3);
    timePasses(NOON.plus(TEN_MINUTES.multipliedBy(7)));
    assertThat(views(4, "1h")).as("e1 has left, the late one is in").isEqualTo(2);
  }

  @Test
  void aLateEventCorrectsTheExamplesThatItBelongsTo() throws Exception {
    harness.close();
    harness = harness(DAY);
    harness.open();
    happens(Cast.view("e1", NOON, "p1", "tea"));
    timePasses(MIDNIGHT.plus(DAY));
    assertThat(examples()).extracting(TrainingExample::ordered).containsExactly(false);
    happens(Cast.order("late", MIDNIGHT.plus(HOUR), "o1", 500, null));
    assertThat(examples())
        .extracting(TrainingExample::at, TrainingExample::ordered)
        .containsExactly(tuple(MIDNIGHT, false), tuple(MIDNIGHT, true));
  }

  @Test
  void goesOnFromASavepointOfOtherFeatures() throws Exception {
    happens(Cast.view("e1", NOON, "p1", "tea"));
    timePasses(NOON.plus(TEN_MINUTES));
    var snapshot = harness.snapshot(1, 1);
    harness.close();
    var fewer =
        Declarations.shipped().features().stream().filter(d -> !d.name().equals("views")).toList();
    harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(
                new WindowsBySlices(
                    new FeatureEngine(fewer, List.of(HOUR, DAY), TEN_MINUTES),
                    new WindowsBySlices.Duties(Duration.ZERO, DAY, DAY, DAY, true))),
            ShopEvent::shopperId,
            Types.STRING);
    harness.setup();
    harness.initializeState(snapshot);
    harness.open();
    happens(Cast.view("e2", NOON.plus(TEN_MINUTES), "p2", "tea"));
    snapshot = harness.snapshot(2, 2);
    harness.close();
    harness = harness(Duration.ZERO);
    harness.setup();
    harness.initializeState(snapshot);
    harness.open();
    timePasses(NOON.plus(TEN_MINUTES.multipliedBy(2)));
    assertThat(rows().get(0).values())
        .containsEntry("distinct_products_1h", 2.0)
        .containsEntry("views_1h", 0.0);
  }

  @Test
  void anotherSlideThanTheCheckpointsIsRefused() throws Exception {
    happens(Cast.view("e1", NOON, "p1", "tea"));
    var snapshot = harness.snapshot(1, 1);
    harness.close();
    harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(
                new WindowsBySlices(
                    new FeatureEngine(Declarations.shipped().features(), List.of(DAY), HOUR),
                    new WindowsBySlices.Duties(Duration.ZERO, DAY, DAY, DAY, true))),
            ShopEvent::shopperId,
            Types.STRING);
    harness.setup();
    assertThatThrownBy(
            () -> {
              harness.initializeState(snapshot);
              harness.open();
            })
        .hasStackTraceContaining("slices of PT10M")
        .hasStackTraceContaining("PT1H");
  }
}
