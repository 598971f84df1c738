package io.promoflow.features;

import static io.promoflow.features.Cast.ADA;
import static io.promoflow.features.Cast.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Windows made of slices equal windows computed plainly from the events, in any order. */
class FeatureEnginePropertyTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration WEEK = Duration.ofDays(7);
  private static final FeatureEngine ENGINE =
      new FeatureEngine(Declarations.shipped(), List.of(DAY, WEEK), Duration.ofHours(1));
  private static final long END = NOON.plus(Duration.ofDays(9)).toEpochMilli();

  @Property(tries = 200)
  void slicesAddUpToWindows(@ForAll long seed, @ForAll @IntRange(min = 0, max = 120) int count) {
    var random = new Random(seed);
    List<ShopEvent> events = events(random, count);
    long asOf = ENGINE.sliceOf(NOON.toEpochMilli() + random.nextLong(END - NOON.toEpochMilli()));
    var row = ENGINE.row(ADA, asOf, fold(events).entrySet());
    for (Duration window : List.of(DAY, WEEK)) {
      String suffix = window.equals(DAY) ? "_24h" : "_7d";
      List<ShopEvent> inside =
          events.stream()
              .filter(e -> e.at().toEpochMilli() < asOf)
              .filter(e -> e.at().toEpochMilli() >= asOf - window.toMillis())
              .toList();
      var orders = of(inside, ShopEventType.ORDER_PLACED);
      double gross = orders.stream().mapToLong(ShopEvent::grossCents).sum();
      double net = orders.stream().mapToLong(ShopEvent::netCents).sum();
      double ids = orders.stream().map(ShopEvent::orderId).distinct().count();
      assertThat(row.values())
          .containsEntry("views" + suffix, (double) of(inside, ShopEventType.PRODUCT_VIEWED).size())
          .containsEntry("orders" + suffix, ids)
          .containsEntry("spend_cents" + suffix, net)
          .containsEntry(
              "distinct_categories" + suffix,
              (double)
                  inside.stream()
                      .map(ShopEvent::category)
                      .filter(Objects::nonNull)
                      .distinct()
                      .count());
      assertThat(row.values().get("average_order_cents" + suffix))
          .isEqualTo(ids == 0 ? null : (Double) (net / ids));
      double discounted =
          orders.stream()
              .filter(e -> e.discountCents() != null)
              .mapToLong(ShopEvent::grossCents)
              .sum();
      assertThat(row.values().get("discounted_spend_share" + suffix))
          .isEqualTo(gross == 0 ? null : (Double) (discounted / gross));
      assertThat(row.categories().get("preferred_category" + suffix)).isEqualTo(preferred(inside));
    }
    assertThat(row.values().get("days_since_last_order")).isEqualTo(daysSince(events, asOf));
  }

  @Property(tries = 100)
  void theOrderOfEventsDoesNotMatter(@ForAll long seed) {
    List<ShopEvent> events = events(new Random(seed), 60);
    var shuffled = new ArrayList<>(events);
    Collections.shuffle(shuffled, new Random(seed + 1));
    long asOf = ENGINE.sliceOf(END);
    assertThat(ENGINE.row(ADA, asOf, fold(shuffled).entrySet()))
        .isEqualTo(ENGINE.row(ADA, asOf, fold(events).entrySet()));
  }

  @Property(tries = 100)
  void whatHappensFromTheMomentOnChangesNothing(@ForAll long seed) {
    var random = new Random(seed);
    List<ShopEvent> events = events(random, 60);
    long asOf = ENGINE.sliceOf(NOON.toEpochMilli() + random.nextLong(END - NOON.toEpochMilli()));
    List<ShopEvent> before = events.stream().filter(e -> e.at().toEpochMilli() < asOf).toList();
    assertThat(ENGINE.row(ADA, asOf, fold(events).entrySet()))
        .isEqualTo(ENGINE.row(ADA, asOf, fold(before).entrySet()));
  }

  private static Map<Long, Slice> fold(List<ShopEvent> events) {
    var slices = new HashMap<Long, Slice>();
    for (ShopEvent event : events) {
      slices.compute(
          ENGINE.sliceOf(event.at().toEpochMilli()),
          (start, slice) -> ENGINE.fold(event, slice == null ? ENGINE.newSlice() : slice));
    }
    return slices;
  }

  private static List<ShopEvent> events(Random random, int count) {
    var events = new ArrayList<ShopEvent>();
    for (int i = 0; i < count; i++) {
      Instant at = NOON.plusMillis(random.nextLong(Duration.ofDays(9).toMillis()));
      String category = random.nextInt(5) == 0 ? null : "c" + random.nextInt(3);
      events.add(
          random.nextInt(3) == 0
              ? Cast.event(
                  "e" + i,
                  ShopEventType.ORDER_PLACED,
                  at,
                  "p" + random.nextInt(4),
                  category,
                  1L + random.nextInt(5_000),
                  random.nextBoolean() ? 1L : null,
                  "o" + random.nextInt(6))
              : Cast.view("e" + i, at, "p" + random.nextInt(4), category));
    }
    return events;
  }

  private static List<ShopEvent> of(List<ShopEvent> events, ShopEventType type) {
    return events.stream().filter(e -> e.type() == type).toList();
  }

  private static String preferred(List<ShopEvent> events) {
    var counts = new TreeMap<String, Integer>();
    events.stream()
        .map(ShopEvent::category)
        .filter(Objects::nonNull)
        .forEach(c -> counts.merge(c, 1, Integer::sum));
    String best = null;
    for (var entry : counts.entrySet()) {
      if (best == null || entry.getValue() > counts.get(best)) {
        best = entry.getKey();
      }
    }
    return best;
  }

  private static Double daysSince(List<ShopEvent> events, long asOf) {
    return of(events, ShopEventType.ORDER_PLACED).stream()
        .mapToLong(e -> e.at().toEpochMilli())
        .filter(at -> at < asOf && at >= asOf - WEEK.toMillis())
        .max()
        .stream()
        .mapToObj(last -> (asOf - last) / 86_400_000.0)
        .findFirst()
        .orElse(null);
  }
}
