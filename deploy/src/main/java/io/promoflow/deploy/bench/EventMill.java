package io.promoflow.deploy.bench;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.time.Instant;
import java.util.SplittableRandom;

/**
 * Makes the events of a load, the same ones at every run: each is a new object whose texts are
 * drawn beforehand, so that making one costs next to nothing.
 *
 * <p>Prices rise from slide to slide, so that a window differs from the one before it and every
 * side has a row to write at every boundary.
 */
final class EventMill {
  private static final int NOISE = 1 << 12;
  private static final int CENTS = 1_000;
  private static final int DISCOUNTS = 100;
  private static final long SEED = 20_260_105L;

  private final Load load;
  private final String[] shoppers;
  private final int[] order;
  private final String[] slots;
  private final int[] offsets;
  private final int[] cents = new int[NOISE];
  private final Long[] discounts = new Long[NOISE];

  EventMill(Load load) {
    this.load = load;
    int events = load.eventsPerSlide();
    var random = new SplittableRandom(SEED);
    shoppers = new String[load.shoppers()];
    for (int i = 0; i < shoppers.length; i++) {
      // as long as a pseudonym is
      shoppers[i] =
          "k1.%016x%016x%016x%016x"
              .formatted(random.nextLong(), random.nextLong(), random.nextLong(), i);
    }
    order = new int[events];
    slots = new String[events];
    offsets = new int[events];
    for (int i = 0; i < events; i++) {
      order[i] = i % shoppers.length;
      slots[i] = "e-%08x-".formatted(i);
      offsets[i] = (int) (i * Load.SLIDE_MILLIS / events);
    }
    for (int i = events - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    for (int i = 0; i < NOISE; i++) {
      cents[i] = DISCOUNTS + random.nextInt(CENTS - DISCOUNTS);
      discounts[i] = (long) random.nextInt(DISCOUNTS);
    }
  }

  Load load() {
    return load;
  }

  /** The same with an id of its own; the other ids return from slide to slide. */
  ShopEvent unique(long slide, String slideName, int position) {
    return event(slide, position, slots[position].concat(slideName));
  }

  /** The event at a position of a slide; positions follow event time. */
  ShopEvent event(long slide, int position) {
    return event(slide, position, slots[position]);
  }

  private ShopEvent event(long slide, int position, String id) {
    int noise = (int) (slide * 31 + position * 7L) & (NOISE - 1);
    return new ShopEvent(
        id,
        ShopEventType.PRODUCT_VIEWED,
        shoppers[order[position]],
        null,
        Instant.ofEpochMilli(timeOf(slide, position)),
        "p1",
        "tea",
        null,
        1,
        slide * CENTS + cents[noise],
        discounts[noise],
        "EUR",
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  long timeOf(long slide, int position) {
    return Load.START + slide * Load.SLIDE_MILLIS + offsets[position];
  }

  /** The part of the ids that tells slides apart. */
  static String slideName(long slide) {
    return Long.toString(slide, Character.MAX_RADIX);
  }
}
