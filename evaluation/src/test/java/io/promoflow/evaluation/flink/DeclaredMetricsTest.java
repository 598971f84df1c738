package io.promoflow.evaluation.flink;

import static io.promoflow.evaluation.TestShop.NOON;
import static io.promoflow.evaluation.TestShop.TEN_OFF;
import static io.promoflow.evaluation.TestShop.decision;
import static io.promoflow.evaluation.TestShop.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Group;
import io.promoflow.evaluation.Metric;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Metrics of every kind against a plain recomputation from the records. */
class DeclaredMetricsTest {
  private static final Instant END = NOON.plus(Duration.ofDays(30));
  private static final int SHOPPERS = 300;

  /** An order of one line, and when it was paid back; null when never. */
  private record Order(String shopper, String product, Instant at, long net, Instant refunded) {
    boolean standsAt(Instant end) {
      return refunded == null || !refunded.isBefore(end);
    }
  }

  private final Map<String, Instant> exposed = new TreeMap<>();
  private final List<Order> orders = new ArrayList<>();
  private CellSums end;
  private CellSums afterTwoDays;

  @BeforeEach
  void read() throws Exception {
    var random = new Random(5);
    var records = new ArrayList<Object>();
    for (int i = 0; i < SHOPPERS; i++) {
      String shopper = "k1.s" + i;
      Instant at = NOON.plusSeconds(random.nextInt(86_400));
      exposed.put(shopper, at);
      records.add(decision("d" + i, shopper, at, TEN_OFF, "s1"));
      int count = random.nextInt(5);
      for (int o = 0; o < count; o++) {
        order(shopper, i + "-" + o, at, random, records);
      }
    }
    Collections.shuffle(records, random);
    try (var shop = new ShopperHarness(ShopperHarness.ODD)) {
      for (Object record : records) {
        if (record instanceof ShopEvent event) {
          shop.take(event);
        } else {
          shop.take((Decision) record);
        }
      }
      end = shop.sums().cellsUpTo(END).get("s1 ten-off");
      afterTwoDays = shop.sums().cellsUpTo(NOON.plus(Duration.ofHours(60))).get("s1 ten-off");
    }
  }

  private void order(
      String shopper, String id, Instant exposure, Random random, List<Object> records) {
    Instant at = exposure.plusSeconds(random.nextInt(9 * 86_400));
    String product = "p" + random.nextInt(2);
    long price = 100L + random.nextInt(9_000);
    long discount = random.nextInt(3) == 0 ? price / 10 : 0;
    Instant refunded = random.nextInt(4) == 0 ? at.plusSeconds(random.nextInt(86_400)) : null;
    orders.add(new Order(shopper, product, at, price - discount, refunded));
    records.add(
        line("e" + id, ShopEventType.ORDER_PLACED, shopper, at, id, product, 1, price, discount));
    if (refunded != null) {
      records.add(
          line(
              "r" + id,
              ShopEventType.ORDER_REFUNDED,
              shopper,
              refunded,
              id,
              product,
              1,
              price,
              discount));
    }
  }

  private static Metric metric(String id) {
    return ShopperHarness.ODD.metrics().named(id).orElseThrow();
  }

  private Group group(String id) {
    return Group.of(end, metric(id));
  }

  /** A number of each shopper, from the orders in [exposure + from, exposure + until). */
  private List<Double> perShopper(
      Duration from,
      Duration until,
      Predicate<Order> counted,
      Function<List<Double>, Double> number) {
    return exposed.entrySet().stream()
        .map(one -> number.apply(flows(one.getKey(), one.getValue(), from, until, counted)))
        .toList();
  }

  /** Money in and out. */
  private List<Double> flows(
      String shopper, Instant at, Duration from, Duration until, Predicate<Order> counted) {
    var flows = new ArrayList<Double>();
    for (Order order : orders) {
      if (order.shopper().equals(shopper) && counted.test(order)) {
        if (lies(order.at(), at, from, until)) {
          flows.add((double) order.net());
        }
        if (order.refunded() != null && lies(order.refunded(), at, from, until)) {
          flows.add((double) -order.net());
        }
      }
    }
    return flows;
  }

  private static boolean lies(Instant at, Instant exposure, Duration from, Duration until) {
    return !at.isBefore(exposure.plus(from)) && at.isBefore(exposure.plus(until));
  }

  /** Values of the orders that were placed and not paid back between. */
  private List<Double> standing(Duration from, Duration until) {
    return orders.stream()
        .filter(
            order -> {
              Instant at = exposed.get(order.shopper());
              return lies(order.at(), at, from, until) && order.standsAt(at.plus(until));
            })
        .map(order -> (double) order.net())
        .toList();
  }

  private static double sum(List<Double> numbers) {
    return numbers.stream().mapToDouble(Double::doubleValue).sum();
  }

  private static double mean(List<Double> numbers) {
    return sum(numbers) / numbers.size();
  }

  private static double variance(List<Double> numbers) {
    double mean = mean(numbers);
    return numbers.stream().mapToDouble(one -> Math.pow(one - mean, 2)).sum()
        / (numbers.size() - 1);
  }

  private static double quantile(List<Double> numbers, double share) {
    List<Double> sorted = numbers.stream().sorted().toList();
    return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
  }

  private void same(String id, List<Double> numbers) {
    assertThat(group(id).mean()).as(id).isCloseTo(mean(numbers), within(1e-9));
    assertThat(group(id).variance()).as(id).isCloseTo(variance(numbers), within(1e-6));
    assertThat(group(id).units()).as(id).isEqualTo(SHOPPERS);
  }

  @Test
  void meansAreThoseOfTheShoppersNumbers() {
    Duration three = Duration.ofDays(3);
    same("spend", perShopper(Duration.ZERO, three, order -> true, DeclaredMetricsTest::sum));
    same(
        "capped_spend",
        perShopper(
            Duration.ZERO,
            three,
            order -> true,
            flows -> Math.max(-5_000, Math.min(5_000, sum(flows)))));
    same(
        "p1_spend",
        perShopper(
            Duration.ZERO, three, order -> order.product().equals("p1"), DeclaredMetricsTest::sum));
  }

  @Test
  void aRatioIsThatOfTheSums() {
    Duration three = Duration.ofDays(3);
    double spend = sum(perShopper(Duration.ZERO, three, order -> true, DeclaredMetricsTest::sum));
    assertThat(group("order_value").mean())
        .isCloseTo(spend / standing(Duration.ZERO, three).size(), within(1e-9));
  }

  @Test
  void quantilesAreWithinOnePercent() {
    Duration three = Duration.ofDays(3);
    double ninth =
        quantile(perShopper(Duration.ZERO, three, order -> true, DeclaredMetricsTest::sum), 0.9);
    assertThat(group("spend_p90").mean()).isCloseTo(ninth, within(0.01 * ninth));
    double median = quantile(standing(Duration.ZERO, three), 0.5);
    assertThat(group("order_value_median").mean()).isCloseTo(median, within(0.01 * median));
    double grown = quantile(standing(Duration.ZERO, Duration.ofDays(2)), 0.5);
    assertThat(group("grown_p50").mean()).isCloseTo(grown, within(0.01 * grown));
  }

  @Test
  void matureOnesHaveTheirOwnWindow() {
    var kept = new ArrayList<Double>();
    exposed.forEach(
        (shopper, at) -> {
          boolean stands =
              orders.stream()
                  .filter(order -> order.shopper().equals(shopper))
                  .anyMatch(
                      order ->
                          lies(order.at(), at, Duration.ofDays(1), Duration.ofDays(2))
                              && order.standsAt(at.plus(Duration.ofDays(2))));
          kept.add(stands ? 1.0 : 0.0);
        });
    same("day_two", kept);
  }

  @Test
  void whoHasNotMaturedDoesNotCount() {
    Instant now = NOON.plus(Duration.ofHours(60));
    // noon plus 60 hours is a full hour, so a maturity before it has been taken in
    long mature =
        exposed.values().stream().filter(at -> !at.plus(Duration.ofDays(2)).isAfter(now)).count();
    assertThat(afterTwoDays.units()).isEqualTo(SHOPPERS);
    assertThat(afterTwoDays.units(metric("day_two")))
        .isEqualTo(mature)
        .isBetween(1L, SHOPPERS - 1L);
    assertThat(afterTwoDays.units(metric("spend"))).isEqualTo(SHOPPERS);
  }
}
