package io.promoflow.features;

import static io.promoflow.features.Cast.ADA;
import static io.promoflow.features.Cast.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Windows made of slices equal windows computed plainly from the events, in any order. */
class FeatureEnginePropertyTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration WEEK = Duration.ofDays(7);
  private static final List<Declaration> ENGINE_FEATURES =
      Declarations.shipped().features().stream().toList();
  private static final FeatureEngine ENGINE =
      new FeatureEngine(Declarations.shipped().features(), List.of(DAY, WEEK), Duration.ofHours(1));
  private static final long END = NOON.plus(Duration.ofDays(9)).toEpochMilli();

  @Property(tries = 200)
  void slicesAddUpToWindows(@ForAll long seed, @ForAll @IntRange(min = 0, max = 120) int count) {
    var random = new Random(seed);
    List<ShopEvent> events = events(random, count);
    long asOf = ENGINE.sliceOf(NOON.toEpochMilli() + random.nextLong(END - NOON.toEpochMilli()));
    var row = row(asOf, events);
    for (Duration window : List.of(DAY, WEEK)) {
      String suffix = window.equals(DAY) ? "_24h" : "_7d";
      List<ShopEvent> inside =
          events.stream()
              .filter(e -> e.at().toEpochMilli() < asOf)
              .filter(e -> e.at().toEpochMilli() >= asOf - window.toMillis())
              .toList();
      List<ShopEvent> counted =
          inside.stream().filter(e -> e.type() != ShopEventType.ORDER_REFUNDED).toList();
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
                  counted.stream()
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
      assertThat(row.categories().get("preferred_category" + suffix)).isEqualTo(preferred(counted));
    }
    assertThat(row.values().get("days_since_last_order")).isEqualTo(daysSince(events, asOf));
  }

  /** Every aggregate there is, over windows of different length, many of them not subtractable. */
  private static final FeatureEngine ALL =
      new FeatureEngine(
          Declarations.parse(
                  "all.yaml",
                  """
                  features:
                    - {name: n, events: [PRODUCT_VIEWED], aggregate: count, unit: u, meaning: m, owner: o}
                    - {name: hi, events: [ORDER_PLACED], aggregate: max, field: netCents, unit: u, meaning: m, owner: o}
                    - {name: lo, events: [ORDER_PLACED], aggregate: min, field: netCents, unit: u, meaning: m, owner: o}
                    - {name: fst, events: [ORDER_PLACED], aggregate: first, field: netCents, unit: u, meaning: m, owner: o}
                    - {name: lst, events: [PRODUCT_VIEWED], aggregate: last, field: category, unit: u, meaning: m, owner: o}
                    - {name: med, events: [ORDER_PLACED], aggregate: quantile, at: 0.5, field: netCents, unit: u, meaning: m, owner: o}
                    - {name: dis, events: [PRODUCT_VIEWED], aggregate: distinct, field: productId, unit: u, meaning: m, owner: o}
                    - {name: ent, events: [PRODUCT_VIEWED], aggregate: entropy, field: category, unit: u, meaning: m, owner: o}
                    - {name: top, events: [PRODUCT_VIEWED], aggregate: top, most: 2, field: category, unit: u, meaning: m, owner: o}
                    - {name: dec, events: [PRODUCT_VIEWED], aggregate: decayed_count, halfLife: P2D, unit: u, meaning: m, owner: o}
                    - {name: sd2, events: [ORDER_PLACED], filter: "hour < 12", aggregate: variance, field: netCents, unit: u, meaning: m, owner: o}
                    - {name: avg, events: [ORDER_PLACED], aggregate: mean, field: netCents, windows: [P1D], unit: u, meaning: m, owner: o}
                    - {name: spread, aggregate: expression, expression: "hi - lo + 2.0 * n", unit: u, meaning: m, owner: o}
                    - {name: repurchase_interval_days, aggregate: class, unit: u, meaning: m, owner: o}
                    - {name: days_since_order, events: [ORDER_PLACED], aggregate: days_since_last, default: 99, unit: u, meaning: m, owner: o}
                    - {name: days_since_ever, events: [ORDER_PLACED], aggregate: days_since_last, ever: true, unit: u, meaning: m, owner: o}
                    - {name: spend_ever, events: [ORDER_PLACED], aggregate: sum, field: netCents, ever: true, unit: u, meaning: m, owner: o}
                    - {name: least_ever, events: [ORDER_PLACED], aggregate: min, field: netCents, ever: true, unit: u, meaning: m, owner: o}
                    - {name: category_ever, events: [PRODUCT_VIEWED], aggregate: last, field: category, ever: true, unit: u, meaning: m, owner: o}
                  """)
              .features(),
          List.of(Duration.ofHours(3), DAY, WEEK),
          Duration.ofHours(1));

  @Property(tries = 300)
  void slidingGivesWhatTheSlicesGive(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 150) int count) throws IOException {
    var random = new Random(seed);
    var events = new ArrayList<>(Events.random(seed, count));
    events.sort(Comparator.comparing(ShopEvent::at));
    Slices slices = ALL.newSlices();
    int next = 0;
    long retention = WEEK.toMillis();
    for (long boundary = ALL.sliceOf(NOON.toEpochMilli());
        boundary < END + 2 * retention;
        boundary += (1 + random.nextInt(5)) * ALL.slideMillis()) {
      while (next < events.size() && events.get(next).at().toEpochMilli() < boundary) {
        fold(ALL, events.get(next++), slices);
      }
      if (random.nextInt(10) == 0) {
        slices = restored(slices);
      }
      FeatureVector plain = ALL.vectorAt(boundary, ADA, slices);
      ALL.slideTo(boundary, slices);
      FeatureVector slid = ALL.vector(ADA, slices);
      assertThat(slid.values()).isEqualTo(plain.values());
      assertThat(slid.categories()).isEqualTo(plain.categories());
      ALL.drop(slices, boundary - retention, boundary - retention);
    }
    assertThat(slices.isEmpty()).isTrue();
  }

  @Property(tries = 200)
  void whatIsNeverForgottenCountsWhatNoSliceHoldsAnyMore(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 80) int count) throws IOException {
    var random = new Random(seed);
    var events = new ArrayList<>(Events.random(seed, count));
    events.sort(Comparator.comparing(ShopEvent::at));
    Slices slices = ALL.newSlices();
    int next = 0;
    for (long boundary = ALL.sliceOf(NOON.toEpochMilli());
        boundary < END + 3 * WEEK.toMillis();
        boundary += (1 + random.nextInt(40)) * ALL.slideMillis()) {
      while (next < events.size() && events.get(next).at().toEpochMilli() < boundary) {
        fold(ALL, events.get(next++), slices);
      }
      ALL.slideTo(boundary, slices);
      FeatureRow row = ALL.row(ALL.vector(ADA, slices));
      List<ShopEvent> before = events.subList(0, next);
      List<ShopEvent> orders = of(before, ShopEventType.ORDER_PLACED);
      assertThat(row.values().get("days_since_ever")).isEqualTo(days(orders.stream(), boundary));
      assertThat(row.values())
          .containsEntry(
              "spend_ever", (double) orders.stream().mapToLong(ShopEvent::netCents).sum());
      assertThat(row.values().get("least_ever"))
          .isEqualTo(
              orders.stream()
                  .map(order -> (double) order.netCents())
                  .min(Comparator.naturalOrder())
                  .orElse(null));
      assertThat(row.categories().get("category_ever")).isEqualTo(lastCategory(before));
      ALL.drop(slices, boundary - WEEK.toMillis(), boundary);
      if (random.nextInt(5) == 0) {
        slices = random.nextBoolean() ? restored(slices) : SlicesCodec.copy(slices);
      }
    }
    assertThat(slices.isEmpty()).isTrue();
    assertThat(ALL.remembers(slices))
        .isEqualTo(
            !of(events, ShopEventType.ORDER_PLACED).isEmpty() || lastCategory(events) != null);
  }

  /** Of several views in one millisecond the alphabetically last category counts. */
  private static String lastCategory(List<ShopEvent> events) {
    return of(events, ShopEventType.PRODUCT_VIEWED).stream()
        .filter(view -> view.category() != null)
        .max(Comparator.comparing(ShopEvent::at).thenComparing(ShopEvent::category))
        .map(ShopEvent::category)
        .orElse(null);
  }

  private static Slices restored(Slices slices) throws IOException {
    var codec = SlicesCodec.of(ALL);
    var bytes = new ByteArrayOutputStream();
    codec.write(slices, new DataOutputStream(bytes));
    return codec.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }

  @Property(tries = 100)
  void slicesOfAnEarlierLayoutAreTakenOver(@ForAll long seed) throws IOException {
    var events = Events.random(seed, 60);
    var bytes = new ByteArrayOutputStream();
    var old = SlicesCodec.of(ENGINE);
    old.write(fold(ENGINE, events), new DataOutputStream(bytes));
    Slices raw =
        SlicesCodec.of(old.shapes(), old.slideMillis(), true)
            .read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    var fewer =
        new FeatureEngine(
            ENGINE_FEATURES.stream().filter(d -> !d.name().equals("promotion_clicks")).toList(),
            List.of(WEEK),
            Duration.ofHours(1));
    long asOf = ENGINE.sliceOf(END);
    FeatureRow now = fewer.row(fewer.vectorAt(asOf, ADA, SlicesCodec.of(fewer).adopt(raw)));
    FeatureRow before = row(asOf, events);
    now.values().forEach((name, value) -> assertThat(before.values()).containsEntry(name, value));
    assertThat(now.values()).containsKeys("views_7d", "spend_cents_7d", "distinct_products_7d");
    assertThat(now.categories())
        .containsEntry("preferred_category_7d", before.categories().get("preferred_category_7d"));
  }

  @Property(tries = 100)
  void theOrderOfEventsDoesNotMatter(@ForAll long seed) {
    List<ShopEvent> events = events(new Random(seed), 60);
    var shuffled = new ArrayList<>(events);
    Collections.shuffle(shuffled, new Random(seed + 1));
    long asOf = ENGINE.sliceOf(END);
    assertThat(row(asOf, shuffled)).isEqualTo(row(asOf, events));
  }

  @Property(tries = 100)
  void whatHappensFromTheMomentOnChangesNothing(@ForAll long seed) {
    var random = new Random(seed);
    List<ShopEvent> events = events(random, 60);
    long asOf = ENGINE.sliceOf(NOON.toEpochMilli() + random.nextLong(END - NOON.toEpochMilli()));
    List<ShopEvent> before = events.stream().filter(e -> e.at().toEpochMilli() < asOf).toList();
    assertThat(row(asOf, events)).isEqualTo(row(asOf, before));
  }

  private static FeatureRow row(long asOf, List<ShopEvent> events) {
    return ENGINE.row(ENGINE.vectorAt(asOf, ADA, fold(ENGINE, events)));
  }

  private static Slices fold(FeatureEngine engine, List<ShopEvent> events) {
    var slices = engine.newSlices();
    events.forEach(event -> fold(engine, event, slices));
    return slices;
  }

  private static void fold(FeatureEngine engine, ShopEvent event, Slices slices) {
    if (engine.uses(event.type())) {
      long start = engine.sliceOf(event.at().toEpochMilli());
      int slice = slices.find(start);
      engine.fold(event, slices, slice < 0 ? slices.insert(start) : slice);
    }
  }

  private static List<ShopEvent> events(Random random, int count) {
    return Events.random(random.nextLong(), count);
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

  /** However long ago: {@code days_since_last_order} looks at no window. */
  private static Double daysSince(List<ShopEvent> events, long asOf) {
    return days(of(events, ShopEventType.ORDER_PLACED).stream(), asOf);
  }

  private static Double days(Stream<ShopEvent> events, long asOf) {
    return events.mapToLong(e -> e.at().toEpochMilli()).filter(at -> at < asOf).max().stream()
        .mapToObj(last -> (asOf - last) / 86_400_000.0)
        .findFirst()
        .orElse(null);
  }
}
