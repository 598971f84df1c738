package io.promoflow.deploy.bench.evaluation;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Variant;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.ingestion.schema.Trigger;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Decisions, orders and refunds in the order of event time: every two seconds a new shopper, who
 * orders an hour later and again every hour, seven times, and is decided about at every other hour.
 * Every fourth shopper sends one of two pieces back. Made of a seed.
 *
 * <p>The first shoppers are of an experiment of their own, of which all is known while the others
 * still come: its results are what two jobs can be compared by.
 *
 * @param shoppers how many there are in all
 */
record VisitMill(int shoppers) {
  static final String COMPARED = "compared";
  static final int COMPARED_SHOPPERS = 5_000;
  static final int ORDERS = 7;

  /** About as many records as there are until the compared experiment is complete. */
  static final int FIRST_RECORDS = 160_000;

  private static final String CONTROL = "control";
  private static final String TREATMENT = "ten-off";
  private static final String MEASURED = "measured";
  private static final int STEP_MILLIS = 2_000;
  private static final int STEPS_PER_HOUR = 1_800;
  private static final int DECISIONS = 4;
  private static final int REFUNDED_HOUR = 3;
  private static final int ONE_OF = 4;
  private static final int CENTS = 10_000;
  private static final long SEED = 20_260_105L;
  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

  /** Enough shoppers for about so many records. */
  static VisitMill ofRecords(long records) {
    return new VisitMill((int) (records * ONE_OF / (ONE_OF * (DECISIONS + ORDERS) + 1)) + 1);
  }

  /** Both experiments; nothing changes their weights. */
  RuleSet rules() {
    return new RuleSet(
        1,
        "bench",
        "bench",
        START,
        null,
        List.of(),
        List.of(experiment(COMPARED), experiment(MEASURED)));
  }

  private static Experiment experiment(String id) {
    return new Experiment(
        id,
        id,
        Trigger.VISIT,
        List.of(
            new Variant(CONTROL, true, 0.5, List.of()),
            new Variant(TREATMENT, false, 0.5, List.of(TREATMENT))),
        List.of(),
        List.of(),
        false,
        null,
        null,
        "profit",
        List.of(),
        0,
        null,
        Experiment.Status.RUNNING);
  }

  @Override
  public String toString() {
    return "%,d shoppers, %d decisions and %d orders of each, refunds of every %dth"
        .formatted(shoppers, DECISIONS, ORDERS, ONE_OF);
  }

  /** Everything, from first to last. */
  void run(Consumer<Decision> decisions, Consumer<ShopEvent> events) {
    for (int step = 0; step < shoppers + ORDERS * STEPS_PER_HOUR; step++) {
      Instant at = START.plusMillis((long) step * STEP_MILLIS);
      for (int hour = 0; hour <= ORDERS; hour++) {
        int shopper = step - hour * STEPS_PER_HOUR;
        if (shopper >= 0 && shopper < shoppers) {
          visit(shopper, hour, at, decisions, events);
        }
      }
    }
  }

  private static void visit(
      int shopper, int hour, Instant at, Consumer<Decision> decisions, Consumer<ShopEvent> events) {
    String id = id(shopper);
    if (hour % 2 == 0) {
      decisions.accept(decision(shopper, id, hour, at));
    }
    if (hour > 0) {
      events.accept(order(shopper, id, hour, at));
    }
    if (hour == REFUNDED_HOUR && shopper % ONE_OF == 0) {
      events.accept(refund(shopper, id, hour, at.plusMillis(1)));
    }
  }

  /** As long as a pseudonym is. */
  private static String id(int shopper) {
    var random = new SplittableRandom(SEED + shopper);
    var id = new StringBuilder("k1.");
    for (int i = 0; i < 4; i++) {
      id.append(HexFormat.of().toHexDigits(random.nextLong()));
    }
    return id.toString();
  }

  private static boolean isTreated(int shopper) {
    return new SplittableRandom(~SEED + shopper).nextBoolean();
  }

  private static long cents(int shopper, int hour) {
    return 1L + new SplittableRandom(SEED * hour + shopper).nextInt(CENTS);
  }

  private static Decision decision(int shopper, String id, int hour, Instant at) {
    boolean treated = isTreated(shopper);
    String decision = "d" + shopper + "-" + hour;
    return new Decision(
        decision,
        decision,
        Trigger.VISIT,
        id,
        at,
        0,
        null,
        null,
        shopper < COMPARED_SHOPPERS ? COMPARED : MEASURED,
        treated ? TREATMENT : CONTROL,
        treated ? TREATMENT : null,
        1,
        0,
        List.of(),
        1,
        Map.of(),
        null,
        null,
        List.of());
  }

  /** Two pieces; one of those who were offered something uses it. */
  private static ShopEvent order(int shopper, String id, int hour, Instant at) {
    boolean uses = hour == 1 && isTreated(shopper);
    long price = cents(shopper, hour);
    return line(
        "e" + shopper + "-" + hour,
        ShopEventType.ORDER_PLACED,
        id,
        at,
        2,
        price,
        uses ? price / 10 : 0,
        orderId(shopper, hour),
        uses ? TREATMENT : null);
  }

  private static ShopEvent refund(int shopper, String id, int hour, Instant at) {
    return line(
        "r" + shopper + "-" + hour,
        ShopEventType.ORDER_REFUNDED,
        id,
        at,
        1,
        cents(shopper, hour),
        0,
        orderId(shopper, hour),
        null);
  }

  private static String orderId(int shopper, int hour) {
    return "o" + shopper + "-" + hour;
  }

  private static ShopEvent line(
      String eventId,
      ShopEventType type,
      String id,
      Instant at,
      int quantity,
      long price,
      long discount,
      String order,
      String promotion) {
    return new ShopEvent(
        eventId, type, id, null, at, "p1", "tea", null, quantity, price, discount, "EUR", order,
        promotion, null, null, null, null, null);
  }
}
