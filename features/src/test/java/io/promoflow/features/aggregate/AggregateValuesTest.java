package io.promoflow.features.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.features.Cast;
import io.promoflow.features.EventNumber;
import io.promoflow.features.EventText;
import io.promoflow.features.Events;
import io.promoflow.ingestion.schema.ShopEvent;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Values against plain computations and known numbers. */
class AggregateValuesTest {
  private static final List<ShopEvent> FIVE =
      List.of(
          order("e1", 0, 100),
          order("e2", 1, 400),
          order("e3", 2, 400),
          order("e4", 3, 900),
          order("e5", 4, 200));

  private static ShopEvent order(String id, int hour, long cents) {
    return Cast.order(id, Cast.NOON.plus(Duration.ofHours(hour)), "o" + id, cents, null);
  }

  private static Cells folded(Aggregate aggregate, List<ShopEvent> events) {
    var cells = new Cells(aggregate.numbers(), 1);
    aggregate.zero(cells, 0, 0);
    events.forEach(event -> aggregate.add(cells, 0, 0, event));
    return cells;
  }

  private static double value(Aggregate aggregate, List<ShopEvent> events) {
    long asOf = Cast.NOON.plus(Duration.ofHours(24)).toEpochMilli();
    return aggregate.value(folded(aggregate, events), 0, 0, asOf);
  }

  @Test
  void numbersOfFiveOrders() {
    assertThat(value(new Count(), FIVE)).isEqualTo(5);
    assertThat(value(new Sum(EventNumber.NET_CENTS), FIVE)).isEqualTo(2_000);
    assertThat(value(new Mean(EventNumber.NET_CENTS), FIVE)).isEqualTo(400);
    assertThat(value(new Variance(EventNumber.NET_CENTS), FIVE)).isEqualTo(95_000);
    assertThat(value(new Extreme(EventNumber.NET_CENTS, true), FIVE)).isEqualTo(900);
    assertThat(value(new Extreme(EventNumber.NET_CENTS, false), FIVE)).isEqualTo(100);
    assertThat(value(new Edge(EventNumber.NET_CENTS, true), FIVE)).isEqualTo(200);
    assertThat(value(new Edge(EventNumber.NET_CENTS, false), FIVE)).isEqualTo(100);
    assertThat(value(new Recency(), FIVE)).isEqualTo(20 / 24.0);
    assertThat(value(new Distinct(EventText.ORDER_ID), FIVE)).isEqualTo(5);
    assertThat(value(new Entropy(EventText.ORDER_ID), FIVE)).isCloseTo(2.321928, within(1e-6));
    assertThat(value(new Entropy(EventText.CATEGORY), FIVE)).isZero();
  }

  @Test
  void withoutEventsCountsAreZeroAndTheRestIsMissing() {
    assertThat(value(new Count(), List.of())).isZero();
    assertThat(value(new Sum(EventNumber.NET_CENTS), List.of())).isZero();
    assertThat(value(new Distinct(EventText.BRAND), List.of())).isZero();
    for (Aggregate aggregate :
        List.of(
            new Mean(EventNumber.NET_CENTS),
            new Variance(EventNumber.NET_CENTS),
            new Extreme(EventNumber.NET_CENTS, true),
            new Edge(EventNumber.NET_CENTS, true),
            new Recency(),
            new Entropy(EventText.BRAND),
            new Quantile(EventNumber.NET_CENTS, 0.5))) {
      assertThat(value(aggregate, List.of())).as(aggregate.toString()).isNaN();
    }
    assertThat(new Top(EventText.BRAND, 1).text(new Cells(0, 1), 0, 0)).isNull();
  }

  @Test
  void quantilesAreWithinOnePercent() {
    List<ShopEvent> events =
        LongStream.rangeClosed(1, 1_001).mapToObj(i -> order("e" + i, 0, i * i)).toList();
    for (double at : new double[] {0, 0.1, 0.5, 0.9, 1}) {
      double rank = 1 + at * 1_000;
      assertThat(value(new Quantile(EventNumber.NET_CENTS, at), events))
          .isCloseTo(rank * rank, within(0.0101 * rank * rank));
    }
  }

  @Test
  void theTopValuesStandInOrderAndTiesAlphabetically() {
    var events =
        List.of(
            Cast.view("e1", Cast.NOON, "p", "tea"),
            Cast.view("e2", Cast.NOON, "p", "cake"),
            Cast.view("e3", Cast.NOON, "p", "tea"),
            Cast.view("e4", Cast.NOON, "p", "bread"));
    var top = new Top(EventText.CATEGORY, 2);
    assertThat(top.text(folded(top, events), 0, 0)).isEqualTo("tea|bread");
  }

  @Test
  void anEventIsWorthHalfAfterItsHalfLife() {
    var events = List.of(order("e1", 0, 1));
    var decayed = new Decayed(Duration.ofHours(24));
    assertThat(value(decayed, events)).isCloseTo(0.5, within(0.006));
  }

  @Test
  void varianceOfHugeValuesIsNotRounded() {
    var events =
        List.of(
            order("e1", 0, 9_000_000_000_001L),
            order("e2", 1, 9_000_000_000_002L),
            order("e3", 2, 9_000_000_000_003L));
    assertThat(value(new Variance(EventNumber.NET_CENTS), events)).isEqualTo(1);
  }

  @Test
  void varianceEqualsTheTextbook() {
    var events = Events.random(7, 200).stream().filter(EventNumber.NET_CENTS::in).toList();
    var values = events.stream().map(e -> BigDecimal.valueOf(e.netCents())).toList();
    var n = BigDecimal.valueOf(values.size());
    var mean =
        values.stream().reduce(BigDecimal.ZERO, BigDecimal::add).divide(n, MathContext.DECIMAL128);
    double expected =
        values.stream()
            .map(v -> v.subtract(mean).pow(2))
            .reduce(BigDecimal.ZERO, BigDecimal::add)
            .divide(n.subtract(BigDecimal.ONE), MathContext.DECIMAL128)
            .doubleValue();
    assertThat(value(new Variance(EventNumber.NET_CENTS), events))
        .isCloseTo(expected, within(expected * 1e-14));
  }
}
