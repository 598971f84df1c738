package io.promoflow.features.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.features.Declarations;
import io.promoflow.features.Events;
import io.promoflow.features.FeatureEngine;
import io.promoflow.features.FeatureVector;
import io.promoflow.features.Slices;
import io.promoflow.ingestion.schema.ShopEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/**
 * Live rows against rows computed again plainly from the events: disorder, repeats, late events and
 * restarts on the live side, none on the other. All rows equal, to the last bit.
 */
class SkewTest {
  /** Fewer with -Dpromoflow.skew.rows=10000. */
  private static final int LEAST_ROWS = Integer.getInteger("promoflow.skew.rows", 1_000_000);

  private static final int SHOPPERS = 50;
  private static final int EVENTS_OF_A_SHOPPER = 150;
  private static final Duration LATENESS = Duration.ofHours(6);
  private static final FeatureEngine ENGINE =
      new FeatureEngine(
          Declarations.shipped().features(),
          List.of(Duration.ofHours(1), Duration.ofHours(6), Duration.ofDays(1)),
          Duration.ofMinutes(10));

  private record RowKey(String shopper, long asOf) {}

  private static KeyedOneInputStreamOperatorTestHarness<String, ShopEvent, FeatureVector> harness()
      throws Exception {
    var duties =
        new WindowsBySlices.Duties(
            LATENESS, Duration.ofDays(30), Duration.ofDays(1), Duration.ofDays(1), false);
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(new WindowsBySlices(ENGINE, duties)),
        ShopEvent::shopperId,
        Types.STRING);
  }

  @Test
  void liveAndRecomputedAreTheSame() throws Exception {
    long rows = 0;
    long corrected = 0;
    for (int round = 0; rows < LEAST_ROWS; round++) {
      var random = new Random(round);
      List<ShopEvent> events = shoppers(random);
      var live = new HashMap<RowKey, FeatureVector>();
      corrected += live(events, random, live);
      rows += recomputedAreEqual(events, live);
    }
    assertThat(corrected).as("rows that late events corrected").isGreaterThan(5_000);
  }

  private static List<ShopEvent> shoppers(Random random) {
    var events = new ArrayList<ShopEvent>();
    for (int shopper = 0; shopper < SHOPPERS; shopper++) {
      for (int i = 0; i < EVENTS_OF_A_SHOPPER; i++) {
        events.add(Events.one(shopper + "-" + i, random).withShopperId("s" + shopper));
      }
    }
    return events;
  }

  /** Feeds the operator in disorder, with repeats, late events and restarts. */
  private static long live(List<ShopEvent> events, Random random, Map<RowKey, FeatureVector> live)
      throws Exception {
    var arrivals = new HashMap<ShopEvent, Long>();
    events.forEach(
        e -> arrivals.put(e, e.at().toEpochMilli() + random.nextLong(LATENESS.toMillis())));
    var inOrder = new ArrayList<>(events);
    inOrder.sort(
        Comparator.<ShopEvent, Long>comparing(arrivals::get).thenComparing(ShopEvent::eventId));
    var harness = harness();
    harness.open();
    long written = 0;
    for (int i = 0; i < inOrder.size(); i++) {
      ShopEvent event = inOrder.get(i);
      harness.processElement(event, event.at().toEpochMilli());
      if (random.nextInt(20) == 0) {
        ShopEvent again = inOrder.get(i - random.nextInt(Math.min(i + 1, 1_000)));
        harness.processElement(again, again.at().toEpochMilli());
      }
      // as far as a bound of half the lateness lets time go, so many events come late
      if (random.nextInt(10) == 0) {
        harness.processWatermark(arrivals.get(event) - LATENESS.toMillis() / 2);
        written += drain(harness, live);
      }
      if (random.nextInt(3_000) == 0) {
        written += drain(harness, live);
        var snapshot = harness.snapshot(i, i);
        harness.close();
        harness = harness();
        harness.setup();
        harness.initializeState(snapshot);
        harness.open();
      }
    }
    harness.processWatermark(Long.MAX_VALUE);
    written += drain(harness, live);
    assertThat(harness.getSideOutput(WindowsBySlices.LATE)).isNull();
    assertThat(harness.numKeyedStateEntries()).as("who ordered").isEqualTo(SHOPPERS);
    assertThat(harness.numEventTimeTimers()).isZero();
    harness.close();
    return written - live.size();
  }

  private static long drain(
      KeyedOneInputStreamOperatorTestHarness<String, ShopEvent, FeatureVector> harness,
      Map<RowKey, FeatureVector> live) {
    List<FeatureVector> rows = harness.extractOutputValues();
    rows.forEach(row -> live.put(new RowKey(row.key(), row.asOf()), row));
    harness.getOutput().clear();
    return rows.size();
  }

  private static long recomputedAreEqual(List<ShopEvent> events, Map<RowKey, FeatureVector> live) {
    var byShopper = new HashMap<String, Slices>();
    for (ShopEvent event : events) {
      Slices slices = byShopper.computeIfAbsent(event.shopperId(), s -> ENGINE.newSlices());
      long start = ENGINE.sliceOf(event.at().toEpochMilli());
      int slice = slices.find(start);
      ENGINE.fold(event, slices, slice < 0 ? slices.insert(start) : slice);
    }
    long rows = 0;
    for (var shopper : byShopper.entrySet()) {
      for (long at : ENGINE.changes(shopper.getValue(), Long.MIN_VALUE, Long.MAX_VALUE)) {
        FeatureVector plain = ENGINE.vectorAt(at, shopper.getKey(), shopper.getValue());
        FeatureVector other = live.get(new RowKey(shopper.getKey(), at));
        if (other == null
            || !Arrays.equals(plain.values(), other.values())
            || !Arrays.equals(plain.categories(), other.categories())) {
          String row = shopper.getKey() + " as of " + Instant.ofEpochMilli(at);
          assertThat(other).as(row).isNotNull();
          assertThat(ENGINE.row(other)).as(row).isEqualTo(ENGINE.row(plain));
        }
        rows++;
      }
    }
    assertThat(live).as("no row that should not be").hasSize((int) rows);
    return rows;
  }
}
