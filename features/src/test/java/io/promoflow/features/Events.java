package io.promoflow.features;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random events of one shopper over nine days, with every field sometimes absent. */
public final class Events {
  private static final Duration SPAN = Duration.ofDays(9);
  public static final long END = Cast.NOON.plus(SPAN).toEpochMilli();

  private Events() {}

  public static List<ShopEvent> random(long seed, int count) {
    var random = new Random(seed);
    var events = new ArrayList<ShopEvent>();
    for (int i = 0; i < count; i++) {
      events.add(one("e" + i, random));
    }
    return events;
  }

  /** An event with a random moment, type and fields. */
  public static ShopEvent one(String id, Random random) {
    Instant at = Cast.NOON.plusMillis(random.nextLong(SPAN.toMillis()));
    String product = "p" + random.nextInt(6);
    String category = random.nextInt(5) == 0 ? null : "c" + random.nextInt(3);
    if (random.nextInt(3) > 0) {
      return Cast.view(id, at, product, category);
    }
    var type = random.nextInt(8) == 0 ? ShopEventType.ORDER_REFUNDED : ShopEventType.ORDER_PLACED;
    Long discount = random.nextBoolean() ? 1L : null;
    long cents = 1L + random.nextInt(5_000);
    return Cast.event(id, type, at, product, category, cents, discount, "o" + random.nextInt(6));
  }

  /** Views of many sessions. */
  public static List<ShopEvent> sessions(long seed, int count) {
    var random = new Random(seed);
    var events = new ArrayList<ShopEvent>();
    for (int i = 0; i < count; i++) {
      ShopEvent e = Cast.view("e" + i, Cast.NOON, "p1", "tea");
      events.add(
          new ShopEvent(
              e.eventId(),
              e.type(),
              e.shopperId(),
              "s" + random.nextInt(count),
              e.at(),
              e.productId(),
              e.category(),
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
              null));
    }
    return events;
  }
}
