package io.promoflow.evaluation.flink;

import static io.promoflow.evaluation.TestShop.ADA;
import static io.promoflow.evaluation.TestShop.BOB;
import static io.promoflow.evaluation.TestShop.CONTROL;
import static io.promoflow.evaluation.TestShop.NOON;
import static io.promoflow.evaluation.TestShop.TEN_OFF;
import static io.promoflow.evaluation.TestShop.decision;
import static io.promoflow.evaluation.TestShop.promotion;
import static io.promoflow.evaluation.TestShop.shown;
import static io.promoflow.evaluation.TestShop.triggered;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.evaluation.ExposureRule;
import io.promoflow.evaluation.Population;
import io.promoflow.evaluation.flink.ShopperHarness.Sums;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * The sums are a function of the set of records: order, repetition and lateness are nothing. Among
 * the metrics are capped and filtered ones, quantiles, and some that mature.
 */
class ShopperAttributionPropertyTest {
  private static final long SPAN_SECONDS = Duration.ofDays(5).toSeconds();

  private static final Instant END = NOON.plus(Duration.ofDays(30));
  private static final List<EvaluationOptions> BOTH_RULES =
      List.of(ShopperHarness.ODD, ShopperHarness.ODD_SHOWN);

  /** What happened to two shoppers in five days, in no particular order. */
  private static List<Object> history(Random random) {
    var records = new ArrayList<Object>();
    int size = 4 + random.nextInt(20);
    for (int i = 0; i < size; i++) {
      String shopper = random.nextBoolean() ? ADA : BOB;
      // whole hours, so that times tie
      Instant at = NOON.plusSeconds(random.nextLong(SPAN_SECONDS) / 3600 * 3600);
      records.add(
          random.nextInt(3) == 0 ? decided(i, shopper, at, random) : event(i, shopper, at, random));
    }
    return records;
  }

  private static Decision decided(int i, String shopper, Instant at, Random random) {
    String variant = random.nextInt(4) == 0 ? null : random.nextBoolean() ? CONTROL : TEN_OFF;
    String segment = random.nextInt(3) == 0 ? null : "s" + random.nextInt(2);
    Decision made = decision("d" + i, shopper, at, variant, segment, 1 + random.nextInt(2));
    return random.nextBoolean() ? triggered(made) : made;
  }

  private static ShopEvent event(int i, String shopper, Instant at, Random random) {
    var types =
        List.of(
            ShopEventType.ORDER_PLACED,
            ShopEventType.ORDER_PLACED,
            ShopEventType.ORDER_REFUNDED,
            ShopEventType.ORDER_CANCELLED,
            ShopEventType.PROMOTION_VIEWED,
            ShopEventType.PROMOTION_VIEWED,
            ShopEventType.PROMOTION_VIEWED,
            ShopEventType.PROMOTION_CLICKED,
            ShopEventType.COUPON_REDEEMED,
            ShopEventType.REVIEWED);
    var type = types.get(random.nextInt(types.size()));
    if (type.name().startsWith("ORDER")) {
      return promoted(
          random,
          "e" + i,
          type,
          shopper,
          at,
          "o" + random.nextInt(2),
          random.nextInt(5) == 0 ? null : "p" + random.nextInt(2),
          random.nextInt(4) == 0 ? null : 1 + random.nextInt(3),
          random.nextInt(4) == 0 ? null : (long) random.nextInt(10_000),
          random.nextInt(3) == 0 ? null : (long) random.nextInt(500));
    }
    String answers = random.nextInt(4) == 0 ? null : "d" + random.nextInt(20);
    return type == ShopEventType.PROMOTION_VIEWED && answers != null && random.nextBoolean()
        ? shown("e" + i, shopper, at, answers)
        : promotion("e" + i, type, shopper, at, answers);
  }

  /** A line that may name a promotion, a decision and a category. */
  private static ShopEvent promoted(
      Random random,
      String id,
      ShopEventType type,
      String shopper,
      Instant at,
      String order,
      String product,
      Integer quantity,
      Long priceCents,
      Long discountCents) {
    boolean named = random.nextBoolean();
    return new ShopEvent(
        id,
        type,
        shopper,
        null,
        at,
        product,
        product == null || random.nextInt(5) == 0 ? null : "c" + random.nextInt(2),
        null,
        quantity,
        priceCents,
        discountCents,
        "EUR",
        order,
        named ? TEN_OFF : null,
        named && random.nextBoolean() ? "d" + random.nextInt(20) : null,
        null,
        null,
        null,
        null);
  }

  private static Instant at(Object record) {
    return record instanceof Decision decision ? decision.at() : ((ShopEvent) record).at();
  }

  /** Takes the records; a watermark follows at the given distance behind the newest. */
  private static Sums sums(EvaluationOptions options, List<Object> records, Duration behind)
      throws Exception {
    try (var shop = new ShopperHarness(options)) {
      Instant newest = Instant.EPOCH;
      for (Object record : records) {
        take(shop, record);
        newest = at(record).isAfter(newest) ? at(record) : newest;
        shop.watermark(newest.minus(behind));
      }
      return shop.sums();
    }
  }

  private static void take(ShopperHarness shop, Object record) throws Exception {
    if (record instanceof Decision decision) {
      shop.take(decision);
    } else {
      shop.take((ShopEvent) record);
    }
  }

  @Property(tries = 300)
  void anyOrderWithAnyRepetitionGivesTheSameSums(@ForAll long seed) throws Exception {
    var random = new Random(seed);
    List<Object> inOrder = history(random);
    inOrder.sort(Comparator.comparing(ShopperAttributionPropertyTest::at));
    var shuffled = new ArrayList<>(inOrder);
    for (Object record : inOrder) {
      if (random.nextInt(3) == 0) {
        shuffled.add(record);
      }
    }
    Collections.shuffle(shuffled, random);
    for (EvaluationOptions options : BOTH_RULES) {
      Sums expected = sums(options, inOrder, Duration.ofSeconds(10));
      // five days of records with a bound of ten: all are late, none too late
      assertThat(sums(options, shuffled, Duration.ofSeconds(10))).isEqualTo(expected);
      assertThat(sums(options, shuffled, Duration.ofDays(30))).isEqualTo(expected);
    }
  }

  @Property(tries = 100)
  void whatATickKnowsDoesNotDependOnWhatCameEarly(@ForAll long seed) throws Exception {
    var random = new Random(seed);
    List<Object> all = history(random);
    Instant tick = NOON.plusSeconds(random.nextLong(SPAN_SECONDS) / 3600 * 3600);
    var known = new ArrayList<>(all);
    known.removeIf(record -> at(record).isAfter(tick));

    for (EvaluationOptions options : BOTH_RULES) {
      Sums full = sums(options, all, Duration.ofDays(30));
      Sums partial = sums(options, known, Duration.ofDays(30));
      assertThat(full.standingsUpTo(tick)).isEqualTo(partial.standingsUpTo(tick));
    }
  }

  /** A view that comes up to the late bound after its time still corrects who counts. */
  @Property(tries = 100)
  void anyLatenessWithinTheBoundGivesTheSameSums(@ForAll long seed) throws Exception {
    var random = new Random(seed);
    List<Object> all = history(random);
    all.sort(Comparator.comparing(ShopperAttributionPropertyTest::at));
    long bound = ShopperHarness.SHOWN.lateBound().toSeconds();
    var arrivals = new ArrayList<Arrival>();
    all.forEach(
        record ->
            arrivals.add(new Arrival(record, at(record).plusSeconds(random.nextLong(bound)))));
    arrivals.sort(Comparator.comparing(Arrival::when));
    for (EvaluationOptions options : BOTH_RULES) {
      try (var shop = new ShopperHarness(options)) {
        for (Arrival arrival : arrivals) {
          shop.watermark(arrival.when());
          take(shop, arrival.record());
        }
        assertThat(shop.tooLate()).isZero();
        assertThat(shop.sums()).isEqualTo(sums(options, all, Duration.ofSeconds(10)));
      }
    }
  }

  private record Arrival(Object record, Instant when) {}

  /** Who counts, counted again in the plainest way. */
  @Property(tries = 300)
  void populationsAreWhatALookAtAllRecordsFinds(@ForAll long seed) throws Exception {
    List<Object> all = history(new Random(seed));
    for (EvaluationOptions options : BOTH_RULES) {
      Sums sums = sums(options, all, Duration.ofDays(30));
      for (Population population : Population.values()) {
        Map<String, Long> units = new TreeMap<>();
        sums.cells(population).forEach((cell, in) -> units.put(cell, in.units()));
        assertThat(units).isEqualTo(plainly(all, options.exposure(), population));
      }
    }
  }

  /** Whose exposure is missing at some moment, counted again in the plainest way. */
  @Property(tries = 300)
  void missingExposuresAreWhatALookAtAllRecordsFinds(@ForAll long seed) throws Exception {
    var random = new Random(seed);
    List<Object> all = history(random);
    Instant then = NOON.plus(Duration.ofHours(random.nextInt(24 * 10)));
    for (EvaluationOptions options : BOTH_RULES) {
      Sums sums = sums(options, all, Duration.ofDays(30));
      for (Instant at : List.of(then, END)) {
        assertThat(sums.missingUpTo(at)).isEqualTo(plainlyMissing(all, options.exposure(), at));
      }
    }
  }

  private static Map<String, Long> plainlyMissing(
      List<Object> records, ExposureRule rule, Instant then) {
    Duration window = ShopperHarness.OPTIONS.attributionWindow();
    var missing = new TreeMap<String, Long>();
    for (String shopper : List.of(ADA, BOB)) {
      List<Decision> decided =
          records.stream()
              .filter(Decision.class::isInstance)
              .map(Decision.class::cast)
              .filter(one -> one.shopperId().equals(shopper) && one.variant() != null)
              .sorted(Comparator.comparing(Decision::at).thenComparing(Decision::decisionId))
              .toList();
      if (decided.isEmpty()) {
        continue;
      }
      Instant over = decided.get(0).at().plus(window);
      boolean inTime =
          decided.stream()
              .map(one -> seenAt(one, records, rule, window))
              .anyMatch(at -> at.isPresent() && at.get().isBefore(over));
      if (!inTime && !over.isAfter(then)) {
        String segment = decided.get(0).segment();
        String name = (segment == null ? "none" : segment) + " " + decided.get(0).variant();
        missing.merge(name, 1L, Long::sum);
      }
    }
    return missing;
  }

  private record Seen(Decision decision, Instant at) {}

  private static Map<String, Long> plainly(
      List<Object> records, ExposureRule rule, Population population) {
    Duration window = ShopperHarness.OPTIONS.attributionWindow();
    var units = new TreeMap<String, Long>();
    for (String shopper : List.of(ADA, BOB)) {
      List<Seen> seen = new ArrayList<>();
      for (Object record : records) {
        if (record instanceof Decision decision
            && decision.shopperId().equals(shopper)
            && decision.variant() != null) {
          seenAt(decision, records, rule, window).ifPresent(at -> seen.add(new Seen(decision, at)));
        }
      }
      seen.sort(Comparator.comparing(Seen::at).thenComparing(one -> one.decision().decisionId()));
      if (seen.isEmpty()) {
        continue;
      }
      Decision first = seen.get(0).decision();
      Instant end = seen.get(0).at().plus(window);
      List<Decision> within =
          seen.stream().filter(one -> one.at().isBefore(end)).map(Seen::decision).toList();
      boolean counts =
          switch (population) {
            case EVERYBODY -> true;
            case UNCONTAMINATED ->
                within.stream().allMatch(one -> one.variant().equals(first.variant()));
            case TRIGGERED -> within.stream().anyMatch(one -> one.triggered() != null);
          };
      if (counts) {
        String segment = first.segment() == null ? "none" : first.segment();
        units.merge(segment + " " + first.variant(), 1L, Long::sum);
      }
    }
    return units;
  }

  private static Optional<Instant> seenAt(
      Decision decision, List<Object> records, ExposureRule rule, Duration window) {
    if (rule == ExposureRule.DECISION) {
      return Optional.of(decision.at());
    }
    return records.stream()
        .filter(ShopEvent.class::isInstance)
        .map(ShopEvent.class::cast)
        .filter(event -> event.shopperId().equals(decision.shopperId()))
        .filter(event -> event.type() == ShopEventType.PROMOTION_VIEWED)
        .filter(event -> decision.decisionId().equals(event.decisionId()))
        .map(ShopEvent::at)
        .filter(at -> Duration.between(decision.at(), at).abs().compareTo(window) < 0)
        .map(at -> at.isBefore(decision.at()) ? decision.at() : at)
        .min(Comparator.naturalOrder());
  }
}
