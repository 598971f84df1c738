package io.promoflow.evaluation;

import static io.promoflow.evaluation.TestShop.ADA;
import static io.promoflow.evaluation.TestShop.CONTROL;
import static io.promoflow.evaluation.TestShop.NOON;
import static io.promoflow.evaluation.TestShop.TEN_OFF;
import static io.promoflow.evaluation.TestShop.decision;
import static io.promoflow.evaluation.TestShop.placed;
import static io.promoflow.evaluation.TestShop.refunded;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What one more outcome of Ada's changes in what she contributes. */
class AttributionTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Attribution ATTRIBUTION =
      new Attribution(DAY.toMillis() * 3, DAY.toMillis() * 3, HOUR.toMillis(), 0.3);

  private static Exposure exposed(Decision first, Decision... others) {
    Exposure exposure = Exposure.of(Placement.of(first));
    for (Decision other : others) {
      exposure = exposure.with(Placement.of(other));
    }
    return exposure;
  }

  private static Exposure atNoon() {
    return exposed(decision("d1", ADA, NOON, TEN_OFF, "s1"));
  }

  private static Instant at(int minutes) {
    return NOON.plus(Duration.ofMinutes(minutes));
  }

  private static List<Outcome> outcomes(ShopEvent... events) {
    return List.of(events).stream().map(Outcome::of).toList();
  }

  /** Of a metric, by hours from noon to the tick: sum and squares, nothing that is 0. */
  private static Map<Long, List<Long>> byHour(Map<CellKey, CellSums> cells, Metric metric) {
    var byHour = new TreeMap<Long, List<Long>>();
    cells.forEach(
        (key, sums) -> {
          MetricSums its = sums.metric(metric);
          if (!its.equals(MetricSums.ZERO)) {
            byHour.put(
                Duration.between(NOON, Instant.ofEpochMilli(key.tickMillis())).toHours(),
                List.of(its.sum(), its.squares().toBigInteger().longValueExact()));
          }
        });
    return byHour;
  }

  @Test
  void aLateOrderChangesItsTickAndTheSquaresOfLaterOnes() {
    List<Outcome> known = outcomes(placed("e1", ADA, at(90), "o1", 1_000, 0));
    assertThat(byHour(ATTRIBUTION.contributions(atNoon(), known), Shipped.SPEND))
        .isEqualTo(Map.of(2L, List.of(1_000L, 1_000_000L)));
    Map<CellKey, CellSums> correction =
        ATTRIBUTION.correction(
            atNoon(), known, Outcome.of(placed("e2", ADA, at(30), "o2", 500, 0)));
    assertThat(byHour(correction, Shipped.SPEND))
        .as("at one 500; at two from 500 to 1,500 instead of from 0 to 1,000")
        .isEqualTo(Map.of(1L, List.of(500L, 250_000L), 2L, List.of(0L, 1_000_000L)));
    assertThat(byHour(correction, Shipped.CONVERSION))
        .as("she has ordered at one, not only at two")
        .isEqualTo(Map.of(1L, List.of(1L, 1L), 2L, List.of(-1L, -1L)));
    assertThat(correction.values()).allMatch(sums -> sums.units() == 0);
  }

  @Test
  void aRefundTakesBackWhatItsOrderAdded() {
    List<Outcome> known = outcomes(placed("e1", ADA, at(30), "o1", 1_000, 0));
    Map<CellKey, CellSums> correction =
        ATTRIBUTION.correction(
            atNoon(), known, Outcome.of(refunded("e2", ADA, at(90), "o1", 1_000)));
    assertThat(byHour(correction, Shipped.SPEND))
        .isEqualTo(Map.of(2L, List.of(-1_000L, -1_000_000L)));
    assertThat(byHour(correction, Shipped.ORDERS)).isEqualTo(Map.of(2L, List.of(-1L, -1L)));
  }

  @Test
  void whatShoppersDidBeforeTheExposureIsACovariateOnly() {
    Map<CellKey, CellSums> correction =
        ATTRIBUTION.correction(
            atNoon(), List.of(), Outcome.of(placed("e1", ADA, at(-30), "o1", 700, 0)));
    MetricSums spend =
        correction.values().stream()
            .map(sums -> sums.metric(Shipped.SPEND))
            .reduce(MetricSums.ZERO, MetricSums::plus);
    assertThat(spend.sum()).isZero();
    assertThat(spend.denominator()).isEqualTo(700);
    assertThat(byHour(correction, Shipped.SPEND)).containsOnlyKeys(0L);
  }

  @Test
  void aContaminatedShopperIsCorrectedWhereShePassesOver() {
    Exposure both =
        exposed(
            decision("d1", ADA, NOON, TEN_OFF, "s1"), decision("d2", ADA, at(100), CONTROL, "s1"));
    Map<CellKey, CellSums> correction =
        ATTRIBUTION.correction(
            both, List.of(), Outcome.of(placed("e1", ADA, at(30), "o1", 500, 0)));
    var spend = new TreeMap<Standing, List<Long>>();
    correction.forEach(
        (key, sums) ->
            spend.merge(
                key.standing(),
                List.of(sums.metric(Shipped.SPEND).sum()),
                (one, other) -> List.of(one.get(0) + other.get(0))));
    assertThat(spend)
        .as("what came in as plain at one goes over at two")
        .isEqualTo(Map.of(Standing.PLAIN, List.of(0L), Standing.CONTAMINATED, List.of(500L)));
    assertThat(correction.keySet())
        .extracting(CellKey::standing)
        .containsExactlyInAnyOrder(Standing.PLAIN, Standing.PLAIN, Standing.CONTAMINATED);
  }

  /** Whole quarters of an hour, from three days before noon to nine days after it, so times tie. */
  private static Instant anyTime(Random random) {
    return at(15 * (random.nextInt(12 * 96) - 3 * 96));
  }

  private static Outcome anyOutcome(int i, Random random) {
    List<ShopEventType> types =
        List.of(
            ShopEventType.ORDER_PLACED,
            ShopEventType.ORDER_PLACED,
            ShopEventType.ORDER_REFUNDED,
            ShopEventType.ORDER_CANCELLED,
            ShopEventType.PROMOTION_VIEWED,
            ShopEventType.PROMOTION_CLICKED);
    ShopEventType type = types.get(random.nextInt(types.size()));
    return Outcome.of(
        type.name().startsWith("ORDER")
            ? TestShop.line(
                "e" + i,
                type,
                ADA,
                anyTime(random),
                "o" + random.nextInt(2),
                random.nextInt(4) == 0 ? null : "p" + random.nextInt(2),
                1 + random.nextInt(2),
                random.nextInt(4) == 0 ? null : 100L * random.nextInt(50),
                random.nextInt(3) == 0 ? null : 10L * random.nextInt(20))
            : TestShop.promotion("e" + i, type, ADA, anyTime(random), "d1"));
  }

  private static Exposure anyExposure(Random random) {
    Decision first = decision("d1", ADA, NOON, TEN_OFF, "s1");
    var others = new ArrayList<Decision>();
    for (int i = 0; i < random.nextInt(3); i++) {
      Decision other =
          decision(
              "d" + (i + 2),
              ADA,
              at(15 * random.nextInt(5 * 96)),
              random.nextBoolean() ? CONTROL : TEN_OFF,
              "s1");
      others.add(random.nextBoolean() ? TestShop.triggered(other) : other);
    }
    return exposed(first, others.toArray(Decision[]::new));
  }

  /** The correction is the short way to what computing everything twice would say. */
  @Property(tries = 2_000)
  void aCorrectionIsTheDifferenceOfAllContributions(@ForAll Random random) {
    Exposure exposure = anyExposure(random);
    var known = new ArrayList<Outcome>();
    int size = random.nextInt(8);
    for (int i = 0; i < size; i++) {
      known.add(anyOutcome(i, random));
    }
    Outcome added = anyOutcome(size, random);
    while (!ATTRIBUTION.isAbout(exposure, added.atMillis())) {
      added = anyOutcome(size, random);
    }
    var all = new ArrayList<>(known);
    all.add(added);
    assertThat(ATTRIBUTION.correction(exposure, known, added))
        .isEqualTo(
            Attribution.difference(
                ATTRIBUTION.contributions(exposure, known),
                ATTRIBUTION.contributions(exposure, all)));
  }
}
