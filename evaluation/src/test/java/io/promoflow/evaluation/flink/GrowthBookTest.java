package io.promoflow.evaluation.flink;

import static io.promoflow.evaluation.TestShop.CONTROL;
import static io.promoflow.evaluation.TestShop.NOON;
import static io.promoflow.evaluation.TestShop.TEN_OFF;
import static io.promoflow.evaluation.TestShop.decision;
import static io.promoflow.evaluation.TestShop.promotion;
import static io.promoflow.evaluation.TestShop.rules;
import static io.promoflow.evaluation.TestShop.shown;
import static io.promoflow.evaluation.TestShop.teaTest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.ResultRow;
import io.promoflow.evaluation.TestShop;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Experiment.SegmentWeights;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.store.Store;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;

/**
 * The result tables against what plain SQL computes from rows of shoppers, the way GrowthBook does:
 * users of the assignment query, facts within 72 hours of the first exposure, summed per user.
 */
class GrowthBookTest {
  @RegisterExtension
  static final MiniClusterExtension FLINK =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static final EvaluationOptions OPTIONS =
      EvaluationOptions.from(
          Settings.of(Map.of("kafka.bootstrap-servers", "unused", "postgres.url", "unused")));

  private static final List<String> CHECKED =
      List.of(
          "v_growthbook_assignments",
          "v_growthbook_facts_orders",
          "v_growthbook_facts_promotions",
          "experiment_results",
          "segment_results",
          "judgements",
          "segment_ratio_checks");

  private static EmbeddedPostgres server;

  @BeforeAll
  static void start() throws Exception {
    server = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60)).start();
    var postgres = new Postgres(server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
    Store.migrate(postgres, "evaluation");
    run(postgres);
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  private static ShopEvent line(
      String id,
      ShopEventType type,
      String shopper,
      Instant at,
      String order,
      long cents,
      Long discountCents,
      boolean promoted) {
    ShopEvent line = TestShop.line(id, type, shopper, at, order, "p1", 1, cents, discountCents);
    return new ShopEvent(
        line.eventId(),
        line.type(),
        line.shopperId(),
        null,
        line.at(),
        line.productId(),
        cents % 2 == 0 ? "tea" : "coffee",
        null,
        line.quantity(),
        line.unitPriceCents(),
        line.discountCents(),
        line.currency(),
        line.orderId(),
        promoted ? TEN_OFF : null,
        null,
        null,
        null,
        null,
        null);
  }

  /**
   * Weights are even in s1 and 1 to 4 in s2, where shoppers spend more anyway. One decision in
   * twelve is never shown.
   */
  private static void shop(List<Decision> decisions, List<ShopEvent> events) {
    var random = new Random(11);
    var page = new Random(12);
    for (int i = 0; i < 900; i++) {
      String shopper = "k1.s" + i;
      boolean rich = i % 2 == 0;
      boolean treated = random.nextDouble() < (rich ? 0.8 : 0.5);
      Instant at = NOON.plusSeconds(240L * i);
      String segment = rich ? "s2" : "s1";
      decisions.add(decision("d" + i, shopper, at, treated ? TEN_OFF : CONTROL, segment));
      boolean rendered = page.nextInt(12) > 0;
      if (rendered) {
        events.add(shown("s" + i, shopper, at.plusSeconds(1 + page.nextInt(20)), "d" + i));
      }
      if (random.nextInt(30) == 0) {
        Instant later = at.plusSeconds(3_600);
        decisions.add(decision("x" + i, shopper, later, treated ? CONTROL : TEN_OFF, segment));
        events.add(shown("t" + i, shopper, later.plusSeconds(5), "x" + i));
      }
      for (int k = 0; k < random.nextInt(4); k++) {
        // some before the exposure, some after the window
        Instant when = at.plusSeconds(random.nextInt(5 * 86_400) - 86_400);
        long cents = (rich ? 9_000L : 3_000L) + random.nextInt(2_000);
        String id = i + "-" + k;
        Long discount = treated ? cents / 10 : null;
        events.add(
            line(
                "o" + id, ShopEventType.ORDER_PLACED, shopper, when, id, cents, discount, treated));
        if (random.nextInt(6) == 0) {
          Instant back = when.plusSeconds(random.nextInt(86_400));
          events.add(
              line(
                  "r" + id,
                  ShopEventType.ORDER_REFUNDED,
                  shopper,
                  back,
                  id,
                  cents,
                  discount == null ? 0 : discount,
                  false));
        }
      }
      for (int k = 0; treated && rendered && k < random.nextInt(4); k++) {
        Instant seen = at.plusSeconds(60 + k);
        events.add(promotion("v" + i + k, ShopEventType.PROMOTION_VIEWED, shopper, seen, "d" + i));
        if (random.nextInt(3) == 0) {
          events.add(
              promotion("c" + i + k, ShopEventType.PROMOTION_CLICKED, shopper, seen, "d" + i));
        }
      }
    }
  }

  private static <T> DataStream<T> stream(
      StreamExecutionEnvironment env, Class<T> type, T[] records) {
    return env.fromData(TypeInformation.of(type), records)
        .assignTimestampsAndWatermarks(
            WatermarkStrategy.<T>forBoundedOutOfOrderness(Duration.ofDays(30))
                .withTimestampAssigner(
                    (record, previous) ->
                        (record instanceof Decision d ? d.at() : ((ShopEvent) record).at())
                            .toEpochMilli()));
  }

  private static void run(Postgres postgres) throws Exception {
    var decisions = new ArrayList<Decision>();
    var events = new ArrayList<ShopEvent>();
    shop(decisions, events);
    decisions.addAll(List.copyOf(decisions.subList(0, 100)));
    events.addAll(List.copyOf(events.subList(0, 100)));
    Collections.shuffle(decisions, new Random(1));
    Collections.shuffle(events, new Random(2));
    var test =
        teaTest(
            0.5,
            List.of(new SegmentWeights("s2", Map.of(CONTROL, 0.2, TEN_OFF, 0.8))),
            null,
            List.of());
    var env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(2);
    DataStream<StrategyAdjustment> none =
        env.fromSequence(1, 1)
            .filter(number -> false)
            .map(number -> (StrategyAdjustment) null)
            .returns(StrategyAdjustment.class);
    var inputs =
        new EvaluationJob.Inputs(
            stream(env, Decision.class, decisions.toArray(Decision[]::new)),
            stream(env, ShopEvent.class, events.toArray(ShopEvent[]::new)),
            env.fromData(TypeInformation.of(RuleSet.class), rules(1, test)),
            none);
    var out = EvaluationJob.pipeline(inputs, OPTIONS, Clock.systemUTC());
    out.results()
        .filter(row -> row.segment().equals(ResultRow.ALL_SEGMENTS))
        .sinkTo(EvaluationTables.experimentResults(postgres));
    out.results()
        .filter(row -> !row.segment().equals(ResultRow.ALL_SEGMENTS))
        .sinkTo(EvaluationTables.segmentResults(postgres));
    out.judgements().sinkTo(EvaluationTables.judgements(postgres));
    out.segmentRatios().sinkTo(EvaluationTables.segmentRatioChecks(postgres));
    out.promotions().sinkTo(PromotionTables.outcomes(postgres));
    out.categories().sinkTo(PromotionTables.categoryShares(postgres));
    out.returns().sinkTo(PromotionTables.incrementalReturns(postgres));
    var facts = EvaluationJob.facts(inputs, OPTIONS, Clock.systemUTC());
    facts.sinkTo(FactTables.outcomes(postgres));
    facts.getSideOutput(ShopperFacts.EXPOSURES).sinkTo(FactTables.exposures(postgres));
    env.execute();
  }

  /** GrowthBook's own engine judges these rows: {@code evaluation/check/against-growthbook}. */
  @Test
  void rowsForTheOutsideCheckAreThere() throws Exception {
    Path folder = Files.createDirectories(Path.of("target", "growthbook"));
    try (var connection = server.getPostgresDatabase().getConnection()) {
      var copy = connection.unwrap(PGConnection.class).getCopyAPI();
      for (String table : CHECKED) {
        try (OutputStream out = Files.newOutputStream(folder.resolve(table + ".csv"))) {
          String all = "COPY (SELECT * FROM evaluation." + table + ") TO STDOUT CSV HEADER";
          assertThat(copy.copyOut(all, out)).as(table).isPositive();
        }
      }
    }
  }

  private static List<List<Object>> rows(String sql) throws SQLException {
    try (var connection = server.getPostgresDatabase().getConnection();
        var statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      var rows = new ArrayList<List<Object>>();
      while (result.next()) {
        var row = new ArrayList<Object>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getObject(i));
        }
        rows.add(row);
      }
      return rows;
    }
  }

  /** Both answers are the same to 1e-9, relative where numbers are large. */
  private static void same(String ours, String theirs) throws SQLException {
    List<List<Object>> kept = rows(ours);
    List<List<Object>> computed = rows(theirs);
    assertThat(kept).isNotEmpty().hasSameSizeAs(computed);
    for (int row = 0; row < kept.size(); row++) {
      for (int i = 0; i < kept.get(row).size(); i++) {
        Object expected = computed.get(row).get(i);
        Object found = kept.get(row).get(i);
        if (expected instanceof Number number && found instanceof Number other) {
          double size = Math.max(1, Math.abs(number.doubleValue()));
          assertThat(other.doubleValue()).isCloseTo(number.doubleValue(), within(1e-9 * size));
        } else {
          assertThat(found).isEqualTo(expected);
        }
      }
    }
  }

  /** Sums per user, 0 for users without facts. */
  private static String perUser(String facts, String value, String other) {
    return "SELECT a.variation_id, a.user_id, a.segment, a.timestamp AS exposed,"
        + " coalesce(sum(%s), 0)::float8 AS m, coalesce(sum(%s), 0)::float8 AS d"
            .formatted(value, other)
        + " FROM evaluation.v_growthbook_assignments a"
        + " LEFT JOIN evaluation.%s f ON f.user_id = a.user_id".formatted(facts)
        + " AND f.timestamp >= a.timestamp AND f.timestamp < a.timestamp + interval '72 hours'"
        + " WHERE a.experiment_id = 'tea-test' GROUP BY 1, 2, 3, 4";
  }

  @ParameterizedTest
  @CsvSource({
    "spend, sum(f.revenue_cents)",
    "profit, sum(f.profit_cents)",
    "discount, sum(f.discount_cents)",
    "orders, sum(f.orders)",
    "conversion, CASE WHEN sum(f.orders) >= 1 THEN 1 ELSE 0 END"
  })
  void meanMetricsAreWhatGrowthBookComputes(String metric, String aggregate) throws SQLException {
    String users =
        perUser("v_growthbook_facts_orders", "0", "0")
            .replace(
                "coalesce(sum(0), 0)::float8 AS m",
                "coalesce(%s, 0)::float8 AS m".formatted(aggregate));
    same(
        "SELECT units, control_units, mean, control_mean, variance, control_variance"
            + " FROM evaluation.experiment_results WHERE metric = '"
            + metric
            + "'",
        "WITH users AS (%s), s AS (SELECT variation_id, count(*) AS n, sum(m) AS s1,"
                .formatted(users)
            + " sum(m * m) AS s2 FROM users GROUP BY 1), v AS (SELECT variation_id, n, s1 / n AS mean,"
            + " (s2 - s1 * s1 / n) / (n - 1) AS var FROM s)"
            + " SELECT t.n, c.n, t.mean, c.mean, t.var, c.var"
            + " FROM v t, v c WHERE t.variation_id = 'ten-off' AND c.variation_id = 'control'");
    sameDifferences(metric, users);
  }

  /** Both segments have weights of their own, so that variants are compared within segments. */
  private static void sameDifferences(String metric, String users) throws SQLException {
    String perSegment =
        "WITH users AS (%s), v AS (SELECT segment, variation_id, count(*)::float8 AS n,"
                .formatted(users)
            + " avg(m) AS mean, var_samp(m) AS var FROM users GROUP BY 1, 2),"
            + " s AS (SELECT segment, t.n * c.n / (t.n + c.n) AS w, t.mean - c.mean AS d,"
            + " t.var / t.n + c.var / c.n AS e FROM v t JOIN v c USING (segment)"
            + " WHERE t.variation_id = 'ten-off' AND c.variation_id = 'control')";
    same(
        "SELECT difference, standard_error FROM evaluation.experiment_results WHERE metric = '"
            + metric
            + "'",
        perSegment + " SELECT sum(w * d) / sum(w), sqrt(sum(w * w * e)) / sum(w) FROM s");
    same(
        "SELECT segment, difference, standard_error FROM evaluation.segment_results"
            + " WHERE metric = '"
            + metric
            + "' ORDER BY segment",
        perSegment + " SELECT segment, d, sqrt(e) FROM s ORDER BY segment");
  }

  @Test
  void ratioMetricsAreWhatGrowthBookComputes() throws SQLException {
    String users = perUser("v_growthbook_facts_promotions", "f.clicks", "f.views");
    same(
        "SELECT units, mean, variance FROM evaluation.experiment_results WHERE metric = 'ctr'",
        "WITH users AS (%s) SELECT count(*), avg(m) / avg(d),".formatted(users)
            + " var_samp(m) / avg(d) ^ 2 + var_samp(d) * avg(m) ^ 2 / avg(d) ^ 4"
            + " - 2 * covar_samp(m, d) * avg(m) / avg(d) ^ 3"
            + " FROM users WHERE variation_id = 'ten-off'");
  }

  @ParameterizedTest
  @CsvSource({"revenue", "profit"})
  void incrementalReturnsOfDaysAreWhatSqlComputes(String what) throws SQLException {
    String users = perUser("v_growthbook_facts_orders", "f." + what + "_cents", "0");
    same(
        "SELECT day, promotion, shoppers, compared_shoppers, control_shoppers, %s_cents,"
                .formatted(what)
            + " %s_standard_error FROM evaluation.incremental_returns ORDER BY day".formatted(what),
        "WITH users AS (%s), v AS (SELECT (exposed AT TIME ZONE 'UTC')::date AS day, segment,"
                .formatted(users)
            + " variation_id, count(*) AS n, avg(m) AS mean, var_samp(m) AS var"
            + " FROM users GROUP BY 1, 2, 3)"
            + " SELECT day, 'ten-off', sum(t.n), sum(t.n), sum(c.n), sum(t.n * (t.mean - c.mean)),"
            + " sqrt(sum(t.n * t.n * (t.var / t.n + c.var / c.n)))"
            + " FROM v t JOIN v c USING (day, segment)"
            + " WHERE t.variation_id = 'ten-off' AND c.variation_id = 'control'"
            + " GROUP BY day ORDER BY day");
    assertThat(rows("SELECT FROM evaluation.incremental_returns")).hasSize(3);
    assertThat(
            rows(
                "SELECT FROM evaluation.v_promotion_outcomes"
                    + " WHERE incremental_profit_low < incremental_profit_cents"
                    + " AND incremental_profit_cents < incremental_profit_high"))
        .hasSize(3);
  }

  /** From the shop's own list of records, with no class of the platform. */
  @Test
  void revenueAndShareOfCategoryAreWhatTheShopSold() throws SQLException {
    var decisions = new ArrayList<Decision>();
    var events = new ArrayList<ShopEvent>();
    shop(decisions, events);
    long promoted = 0;
    long tea = 0;
    long teaPromoted = 0;
    for (ShopEvent event : events) {
      if (event.orderId() == null) {
        continue;
      }
      // a refund names no promotion here: that of its order counts
      boolean named =
          events.stream()
              .anyMatch(e -> event.orderId().equals(e.orderId()) && e.promotionId() != null);
      long cents =
          event.type() == ShopEventType.ORDER_PLACED ? event.netCents() : -event.netCents();
      promoted += named ? cents : 0;
      tea += event.category().equals("tea") ? cents : 0;
      teaPromoted += event.category().equals("tea") && named ? cents : 0;
    }
    assertThat(rows("SELECT sum(revenue_cents)::bigint FROM evaluation.promotion_outcomes"))
        .containsExactly(List.of(promoted));
    assertThat(
            rows(
                "SELECT sum(category_revenue_cents)::bigint, sum(revenue_cents)::bigint"
                    + " FROM evaluation.category_shares WHERE category = 'tea'"))
        .containsExactly(List.of(tea, teaPromoted));
    assertThat(rows("SELECT FROM evaluation.v_category_shares WHERE share NOT BETWEEN 0 AND 1"))
        .isEmpty();
  }
}
