package io.promoflow.evaluation.flink;

import static io.promoflow.evaluation.TestShop.CONTROL;
import static io.promoflow.evaluation.TestShop.NOON;
import static io.promoflow.evaluation.TestShop.TEN_OFF;
import static io.promoflow.evaluation.TestShop.decision;
import static io.promoflow.evaluation.TestShop.rules;
import static io.promoflow.evaluation.TestShop.shown;
import static io.promoflow.evaluation.TestShop.teaTest;
import static io.promoflow.evaluation.TestShop.triggered;
import static io.promoflow.evaluation.flink.EvaluationJobTest.bounded;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import java.lang.reflect.RecordComponent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every table of the job is a function of the set of records: any order, any repetition, any
 * parallelism and any lateness within the bound end in the same rows, moments of the wall clock
 * apart.
 */
class EvaluationPermutationTest {
  @RegisterExtension
  static final MiniClusterExtension FLINK =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static final int SHOPPERS = 300;

  /** What makes a row of any table the row that it is. */
  private static final List<String> KEYS =
      List.of(
          "experiment",
          "variant",
          "metric",
          "segment",
          "population",
          "epochDay",
          "promotionId",
          "category");

  private static final EvaluationOptions OPTIONS =
      EvaluationOptions.from(
          Settings.of(
              Map.of(
                  "kafka.bootstrap-servers", "unused",
                  "postgres.url", "unused",
                  "evaluation.adjust-every", "PT1H")));

  private static final List<Decision> DECISIONS = new ArrayList<>();
  private static final List<ShopEvent> EVENTS = new ArrayList<>();

  /** The last row of each key by table, and what was proposed. */
  private record Tables(
      Map<String, Map<String, Map<String, Object>>> rows, List<String> proposals) {}

  private static Tables inOrder;

  /**
   * Nobody shops better with ten off, and fewer shop at all: the guardrail breaks. Some shoppers
   * are shown nothing, some come back under the other variant, some orders are sent back, some were
   * placed before.
   */
  @BeforeAll
  static void shop() throws Exception {
    var random = new Random(11);
    for (int i = 0; i < SHOPPERS; i++) {
      String shopper = "k1.s" + i;
      boolean treated = random.nextBoolean();
      Instant at = NOON.plusSeconds(120L * i);
      Decision made =
          decision("d" + i, shopper, at, treated ? TEN_OFF : CONTROL, i % 2 == 0 ? "s1" : "s2");
      DECISIONS.add(i % 3 == 0 ? made : triggered(made));
      if (i % 6 != 5) {
        EVENTS.add(shown("v" + i, shopper, at.plusSeconds(i % 50), made.decisionId()));
      }
      if (i % 10 == 1) {
        String other = treated ? CONTROL : TEN_OFF;
        Instant later = at.plusSeconds(900);
        DECISIONS.add(decision("o" + i, shopper, later, other, made.segment()));
        EVENTS.add(shown("w" + i, shopper, later.plusSeconds(2), "o" + i));
      }
      if (i % 4 == 0) {
        order("b" + i, shopper, at.minusSeconds(7_200), "ob" + i, 3_000 + i, null);
      }
      if (random.nextDouble() < (treated ? 0.1 : 0.7)) {
        String promotion = treated ? TEN_OFF : null;
        order("e" + i, shopper, at.plusSeconds(600), "o" + i, 5_000 + i, promotion);
        if (i % 7 == 0) {
          EVENTS.add(
              line(
                  "r" + i,
                  ShopEventType.ORDER_REFUNDED,
                  shopper,
                  at.plusSeconds(5_000),
                  "o" + i,
                  5_000L + i,
                  promotion));
        }
      }
    }
    inOrder = run(DECISIONS, EVENTS, 1, Duration.ofDays(2));
  }

  private static void order(
      String id, String shopper, Instant at, String order, long cents, String promotion) {
    EVENTS.add(line(id, ShopEventType.ORDER_PLACED, shopper, at, order, cents, promotion));
  }

  private static ShopEvent line(
      String id,
      ShopEventType type,
      String shopper,
      Instant at,
      String order,
      long cents,
      String promotion) {
    String category = cents % 3 == 0 ? "coffee" : "tea";
    long discount = promotion == null || type != ShopEventType.ORDER_PLACED ? 0 : cents / 10;
    return new ShopEvent(
        id, type, shopper, null, at, "p1", category, null, 1, cents, discount, "EUR", order,
        promotion, null, null, null, null, null);
  }

  private static Tables run(
      List<Decision> decisions, List<ShopEvent> events, int parallelism, Duration bound)
      throws Exception {
    var env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(parallelism);
    DataStream<StrategyAdjustment> none =
        env.fromSequence(1, 1)
            .filter(number -> false)
            .map(number -> (StrategyAdjustment) null)
            .returns(StrategyAdjustment.class);
    var out =
        EvaluationJob.pipeline(
            new EvaluationJob.Inputs(
                bounded(env, decisions, Decision.class, bound),
                bounded(env, events, ShopEvent.class, bound),
                bounded(env, List.of(rules(1, teaTest(0.5, true))), RuleSet.class, null),
                none),
            OPTIONS,
            Clock.systemUTC());
    var found = new LinkedHashMap<String, CloseableIterator<? extends Record>>();
    found.put("results units", out.results().collectAsync());
    found.put("sample ratios units", out.sampleRatios().collectAsync());
    found.put("segment ratios units", out.segmentRatios().collectAsync());
    found.put("judgements units", out.judgements().collectAsync());
    found.put("populations units", out.populations().collectAsync());
    found.put("population ratios units", out.populationRatios().collectAsync());
    found.put("shown decisions", out.shown().collectAsync());
    found.put("contamination units", out.contamination().collectAsync());
    found.put("promotions decisions", out.promotions().collectAsync());
    found.put("categories revenueCents", out.categories().collectAsync());
    found.put("returns shoppers", out.returns().collectAsync());
    var proposals = out.proposals().collectAsync();
    env.execute();
    var tables = new Tables(new TreeMap<>(), new ArrayList<>());
    for (var table : found.entrySet()) {
      int split = table.getKey().lastIndexOf(' ');
      tables.rows.put(
          table.getKey().substring(0, split),
          last(table.getValue(), table.getKey().substring(split + 1)));
    }
    try (proposals) {
      proposals.forEachRemaining(
          one -> tables.proposals.add(one.id() + " " + one.change() + " " + one.evidence()));
    }
    return tables;
  }

  /** Rows by key; a row that counts nobody takes itself out of the table. */
  private static Map<String, Map<String, Object>> last(
      CloseableIterator<? extends Record> rows, String counted) throws Exception {
    var last = new TreeMap<String, Map<String, Object>>();
    try (rows) {
      while (rows.hasNext()) {
        var fields = new LinkedHashMap<String, Object>();
        flatten("", rows.next(), fields);
        var key = new StringBuilder();
        fields.forEach(
            (name, value) -> {
              if (KEYS.contains(name.substring(name.lastIndexOf('.') + 1))) {
                key.append(value).append(' ');
              }
            });
        boolean gone =
            fields.entrySet().stream()
                .filter(field -> ("." + field.getKey()).endsWith("." + counted))
                .allMatch(field -> ((Number) field.getValue()).longValue() == 0);
        if (gone) {
          last.remove(key.toString());
        } else {
          last.put(key.toString(), fields);
        }
      }
    }
    return last;
  }

  private static void flatten(String path, Record row, Map<String, Object> into) throws Exception {
    for (RecordComponent component : row.getClass().getRecordComponents()) {
      component.getAccessor().setAccessible(true);
      Object value = component.getAccessor().invoke(row);
      if (value instanceof Record inner) {
        flatten(path + component.getName() + ".", inner, into);
      } else if (!component.getName().endsWith("Wall")) {
        into.put(path + component.getName(), value);
      }
    }
  }

  private static <T> List<T> shuffledWithRepeats(List<T> records, long seed) {
    var all = new ArrayList<>(records);
    all.addAll(records.subList(0, records.size() / 3));
    Collections.shuffle(all, new Random(seed));
    return all;
  }

  /** With the short bound most of what is shuffled is late, so ticks differ, and proposals may. */
  @ParameterizedTest(name = "seed {0}, parallelism {1}, bound {2}")
  @CsvSource({"1, 1, P2D", "2, 2, P2D", "3, 2, PT20M"})
  void everyTableEndsTheSame(long seed, int parallelism, Duration bound) throws Exception {
    Tables other =
        run(
            shuffledWithRepeats(DECISIONS, seed),
            shuffledWithRepeats(EVENTS, seed + 100),
            parallelism,
            bound);
    inOrder.rows.forEach(
        (table, rows) -> assertThat(other.rows.get(table)).as(table).isEqualTo(rows));
    if (bound.toDays() > 0) {
      assertThat(other.proposals).isEqualTo(inOrder.proposals);
    }
  }

  /** Else the above would compare nothing with nothing. */
  @Test
  void everyTableHasRowsOfItsKind() {
    assertThat(inOrder.rows).hasSize(11).allSatisfy((table, rows) -> assertThat(rows).isNotEmpty());
    assertThat(inOrder.rows.get("segment ratios")).hasSize(2);
    assertThat(inOrder.rows.get("population ratios")).hasSize(4);
    assertThat(inOrder.rows.get("shown").values())
        .allSatisfy(
            row ->
                assertThat((Long) row.get("counted.shown"))
                    .isPositive()
                    .isLessThan((Long) row.get("counted.decisions")));
    assertThat(inOrder.rows.get("contamination").values())
        .anySatisfy(row -> assertThat((Long) row.get("contaminatedUnits")).isPositive());
    assertThat(inOrder.rows.get("categories")).hasSize(2);
    assertThat(inOrder.rows.get("judgements").values())
        .anySatisfy(row -> assertThat(row.get("adjustedDifference")).isNotNull());
    assertThat(inOrder.rows.get("returns").values())
        .anySatisfy(row -> assertThat((Double) row.get("profit.standardError")).isPositive());
  }

  @Test
  void brokenGuardrailIsWrittenAndPausesTheExperiment() {
    assertThat(inOrder.rows.get("judgements").values())
        .filteredOn(row -> row.get("metric").equals("conversion"))
        .filteredOn(row -> row.get("segment").equals("all"))
        .singleElement()
        .extracting(row -> row.get("guardrail"))
        .isEqualTo("BROKEN");
    assertThat(inOrder.proposals).anyMatch(proposal -> proposal.contains(" PAUSE "));
  }
}
