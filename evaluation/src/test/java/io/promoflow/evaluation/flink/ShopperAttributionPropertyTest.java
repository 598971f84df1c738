package io.promoflow.evaluation.flink;

import static io.promoflow.evaluation.TestShop.ADA;
import static io.promoflow.evaluation.TestShop.BOB;
import static io.promoflow.evaluation.TestShop.CONTROL;
import static io.promoflow.evaluation.TestShop.NOON;
import static io.promoflow.evaluation.TestShop.TEN_OFF;
import static io.promoflow.evaluation.TestShop.decision;
import static io.promoflow.evaluation.TestShop.line;
import static io.promoflow.evaluation.TestShop.promotion;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * The sums are a function of the set of records: order, repetition and lateness are nothing. Among
 * the metrics are capped and filtered ones, quantiles, and some that mature.
 */
class ShopperAttributionPropertyTest {
  private static final long SPAN_SECONDS = Duration.ofDays(5).toSeconds();

  /** What happened to two shoppers in five days, in no particular order. */
  private static List<Object> history(Random random) {
    var records = new ArrayList<Object>();
    int size = 4 + random.nextInt(16);
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
    return decision("d" + i, shopper, at, variant, segment, 1 + random.nextInt(2));
  }

  private static ShopEvent event(int i, String shopper, Instant at, Random random) {
    var types =
        List.of(
            ShopEventType.ORDER_PLACED,
            ShopEventType.ORDER_PLACED,
            ShopEventType.ORDER_REFUNDED,
            ShopEventType.ORDER_CANCELLED,
            ShopEventType.PROMOTION_VIEWED,
            ShopEventType.PROMOTION_CLICKED,
            ShopEventType.COUPON_REDEEMED,
            ShopEventType.REVIEWED);
    var type = types.get(random.nextInt(types.size()));
    if (type.name().startsWith("ORDER")) {
      return line(
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
    return promotion(
        "e" + i, type, shopper, at, random.nextBoolean() ? null : "d" + random.nextInt(20));
  }

  private static Instant at(Object record) {
    return record instanceof Decision decision ? decision.at() : ((ShopEvent) record).at();
  }

  /** Takes the records; a watermark follows at the given distance behind the newest. */
  private static Sums sums(List<Object> records, Duration behind) throws Exception {
    try (var shop = new ShopperHarness(ShopperHarness.ODD)) {
      Instant newest = Instant.EPOCH;
      for (Object record : records) {
        if (record instanceof Decision decision) {
          shop.take(decision);
        } else {
          shop.take((ShopEvent) record);
        }
        newest = at(record).isAfter(newest) ? at(record) : newest;
        shop.watermark(newest.minus(behind));
      }
      return shop.sums();
    }
  }

  @Property(tries = 300)
  void anyOrderWithAnyRepetitionGivesTheSameSums(@ForAll long seed) throws Exception {
    var random = new Random(seed);
    List<Object> inOrder = history(random);
    inOrder.sort(Comparator.comparing(ShopperAttributionPropertyTest::at));
    Sums expected = sums(inOrder, Duration.ofSeconds(10));

    var shuffled = new ArrayList<>(inOrder);
    for (Object record : inOrder) {
      if (random.nextInt(3) == 0) {
        shuffled.add(record);
      }
    }
    Collections.shuffle(shuffled, random);
    // five days of records with a bound of ten: all are late, none too late
    assertThat(sums(shuffled, Duration.ofSeconds(10))).isEqualTo(expected);
    assertThat(sums(shuffled, Duration.ofDays(30))).isEqualTo(expected);
  }

  @Property(tries = 100)
  void whatATickKnowsDoesNotDependOnWhatCameEarly(@ForAll long seed) throws Exception {
    var random = new Random(seed);
    List<Object> all = history(random);
    Instant tick = NOON.plusSeconds(random.nextLong(SPAN_SECONDS) / 3600 * 3600);
    var known = new ArrayList<>(all);
    known.removeIf(record -> at(record).isAfter(tick));

    Sums full = sums(all, Duration.ofDays(30));
    Sums partial = sums(known, Duration.ofDays(30));
    assertThat(full.cellsUpTo(tick)).isEqualTo(partial.cellsUpTo(tick));
  }
}
