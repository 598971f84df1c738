package io.promoflow.evaluation.flink;

import static io.promoflow.evaluation.TestShop.ADA;
import static io.promoflow.evaluation.TestShop.BOB;
import static io.promoflow.evaluation.TestShop.CONTROL;
import static io.promoflow.evaluation.TestShop.NOON;
import static io.promoflow.evaluation.TestShop.TEA_TEST;
import static io.promoflow.evaluation.TestShop.TEN_OFF;
import static io.promoflow.evaluation.TestShop.decision;
import static io.promoflow.evaluation.TestShop.placed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Exposure;
import io.promoflow.evaluation.Outcome;
import io.promoflow.evaluation.OutcomeValue;
import io.promoflow.evaluation.Placement;
import io.promoflow.evaluation.Population;
import io.promoflow.evaluation.PromotionDay;
import io.promoflow.evaluation.PromotionSums;
import io.promoflow.evaluation.ResultBook;
import io.promoflow.evaluation.ResultRow;
import io.promoflow.evaluation.Shipped;
import io.promoflow.evaluation.ShopperTotals;
import io.promoflow.evaluation.Strata;
import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Status;
import io.promoflow.ingestion.store.Store;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The tables, on a real PostgreSQL. */
class EvaluationTablesTest {
  @RegisterExtension
  static final MiniClusterExtension FLINK =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(1)
              .build());

  private static EmbeddedPostgres server;
  private static Postgres postgres;

  @BeforeAll
  static void start() throws IOException {
    server = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60)).start();
    postgres = new Postgres(server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
    Store.migrate(postgres, "evaluation");
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @SafeVarargs
  private static <T> void write(Sink<T> sink, T... rows) throws Exception {
    var env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(1);
    env.fromData(rows).sinkTo(sink);
    env.execute();
  }

  private static List<String> rows(String sql) throws SQLException {
    try (var connection = server.getPostgresDatabase().getConnection();
        var statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      var rows = new ArrayList<String>();
      while (result.next()) {
        var row = new ArrayList<String>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getString(i));
        }
        rows.add(String.join(" ", row));
      }
      return rows;
    }
  }

  private static List<ResultRow> results(long treated) {
    return results(treated, NOON);
  }

  private static List<ResultRow> results(long treated, Instant newest) {
    CellSums one = Shipped.shopper(new ShopperTotals(0.3), false);
    CellSums sums = CellSums.ZERO;
    for (long i = 0; i < treated; i++) {
      sums = sums.plus(one);
    }
    return new ResultBook(TEA_TEST, CONTROL, 0.05, 1000)
        .rows(Map.of("s1", Strata.ofOneDraw(Map.of(CONTROL, one, TEN_OFF, sums))), newest, NOON);
  }

  @Test
  void theJobIsDefinedOnTopicsAndTablesAndEveryOperatorHasItsUid() {
    var settings =
        Settings.of(
            Map.of(
                "kafka.bootstrap-servers",
                "localhost:1",
                "postgres.url",
                postgres.url(),
                "postgres.user",
                postgres.user(),
                "evaluation.shopper-facts",
                "true"));
    var env =
        JobEnvironment.configure(StreamExecutionEnvironment.getExecutionEnvironment(), settings);
    EvaluationJob.define(env, settings);

    var nodes = env.getStreamGraph(false).getStreamNodes();
    assertThat(nodes).hasSizeGreaterThan(15);
    assertThat(nodes)
        .filteredOn(node -> node.getTransformationUID() == null)
        .extracting(StreamNode::getOperatorName)
        .isEmpty();
    assertThat(env.getStreamGraph().getJobGraph().getVertices()).isNotEmpty();
  }

  @Test
  void migratingTwiceIsHarmless() throws SQLException {
    Store.migrate(postgres, "evaluation");
    assertThat(rows("SELECT count(*) FROM evaluation.migrations WHERE version = '1'"))
        .containsExactly("1");
  }

  @Test
  void newerResultsReplaceOlderOnes() throws Exception {
    var rows = new ArrayList<>(results(2));
    rows.addAll(results(3));
    write(
        EvaluationTables.segmentResults(postgres),
        rows.stream().filter(r -> r.segment().equals("s1")).toArray(ResultRow[]::new));
    write(
        EvaluationTables.experimentResults(postgres),
        rows.stream().filter(r -> r.segment().equals("all")).toArray(ResultRow[]::new));

    for (String view : List.of("v_segment_results", "v_experiment_results")) {
      assertThat(
              rows(
                  "SELECT metric, units, control_units, mean, p FROM evaluation."
                      + view
                      + " ORDER BY metric"))
          .containsExactly(
              "conversion 3 1 0 null",
              "ctr 3 1 null null",
              "discount 3 1 0 null",
              "order_value 3 1 null null",
              "order_value_median 3 1 null null",
              "orders 3 1 0 null",
              "profit 3 1 0 null",
              "retention_7d 3 1 0 null",
              "review_rating 3 1 null null",
              "spend 3 1 0 null");
    }
  }

  @Test
  void theHistoryKeepsWhatWasKnownAtTheEndOfEachHour() throws Exception {
    var rows = new ArrayList<ResultRow>();
    rows.addAll(results(2, NOON));
    rows.addAll(results(3, NOON.plusSeconds(3_599)));
    rows.addAll(results(5, NOON.plusSeconds(3_600)));
    rows.addAll(results(4, NOON.plusSeconds(3 * 3_600)));
    write(EvaluationTables.resultHistory(postgres), rows.toArray(ResultRow[]::new));

    assertThat(
            rows(
                "SELECT segment, to_char(hour AT TIME ZONE 'UTC', 'HH24:MI'), units"
                    + " FROM evaluation.v_result_history WHERE metric = 'spend'"
                    + " ORDER BY segment, hour"))
        .containsExactly(
            "all 12:00 3", "all 13:00 5", "all 15:00 4", "s1 12:00 3", "s1 13:00 5", "s1 15:00 4");
  }

  @Test
  void emptiedRowsLeaveTheTable() throws Exception {
    var day = new PromotionDay(20_458, TEN_OFF);
    var sums = new PromotionSums(1, 1, 2, 1, 0, 0, 0, 150, 150);
    write(
        PromotionTables.outcomes(postgres),
        new PromotionRow(day, sums, NOON),
        new PromotionRow(new PromotionDay(20_459, TEN_OFF), sums, NOON),
        new PromotionRow(day, PromotionSums.ZERO, NOON),
        new PromotionRow(new PromotionDay(20_460, TEN_OFF), PromotionSums.ZERO, NOON));

    assertThat(
            rows(
                "SELECT day, promotion, decisions, views, clicks, discount_cents"
                    + " FROM evaluation.v_promotion_outcomes"))
        .containsExactly("2026-01-06 ten-off 1 2 1 150");
  }

  @Test
  void forgottenShopperLeavesTheTablesAndNobodyElse() throws Exception {
    var exposure = Exposure.of(Placement.of(decision("d1", ADA, NOON, TEN_OFF, "s1")));
    write(
        FactTables.exposures(postgres),
        new ExposureFact(ADA, exposure, false, NOON),
        new ExposureFact(BOB, exposure, false, NOON),
        new ExposureFact(ADA, null, false, NOON));
    Outcome first = Outcome.of(placed("e1", ADA, NOON, "o1", 100, 0));
    Outcome second = Outcome.of(placed("e2", ADA, NOON, "o2", 100, 0));
    var value = new OutcomeValue(100, 30, 0, 1, 0, 0);
    write(
        FactTables.outcomes(postgres),
        new OutcomeFact(ADA, first, value, NOON),
        new OutcomeFact(ADA, second, value, NOON),
        new OutcomeFact(BOB, first, value, NOON),
        new OutcomeFact(BOB, second, value, NOON),
        new OutcomeFact(ADA, null, null, NOON),
        new OutcomeFact(BOB, second, null, NOON));

    assertThat(rows("SELECT user_id, variation_id FROM evaluation.v_growthbook_assignments"))
        .containsExactly(BOB + " " + TEN_OFF);
    assertThat(
            rows("SELECT user_id, event, revenue_cents FROM evaluation.v_growthbook_facts_orders"))
        .containsExactly(BOB + " e1 100");
  }

  @Test
  void checksAndContaminationAreWritten() throws Exception {
    write(
        EvaluationTables.sampleRatioChecks(postgres),
        new SampleRatioRow(
            TEA_TEST, 10, 1, Map.of("a", 4L), Map.of("a", 5.0), 0.4, 0.5, 1, true, NOON, NOON));
    write(
        EvaluationTables.contaminatedUnits(postgres),
        new ContaminationRow(TEA_TEST, TEN_OFF, 6, 2, NOON));

    assertThat(
            rows(
                "SELECT units, observed->>'a', expected->>'a', ok"
                    + " FROM evaluation.v_sample_ratio_checks"))
        .containsExactly("10 4 5.0 t");
    assertThat(rows("SELECT units, contaminated_units FROM evaluation.v_contaminated_units"))
        .containsExactly("6 2");
  }

  private static SampleRatioRow nobodyChecked() {
    return new SampleRatioRow(TEA_TEST, 0, 0, Map.of(), Map.of(), 0, 1, 1, true, NOON, NOON);
  }

  @Test
  void everyPopulationIsWrittenAndLeavesWhenItIsEmpty() throws Exception {
    ResultRow spend =
        results(3).stream()
            .filter(row -> row.metric().equals("spend") && row.segment().equals("all"))
            .findFirst()
            .orElseThrow();
    ResultRow nobody =
        results(0).stream()
            .filter(row -> row.metric().equals("spend") && row.segment().equals("all"))
            .findFirst()
            .orElseThrow();
    write(
        EvaluationTables.populationResults(postgres),
        new PopulationRow(Population.EVERYBODY, spend),
        new PopulationRow(Population.UNCONTAMINATED, spend),
        new PopulationRow(Population.TRIGGERED, spend),
        new PopulationRow(Population.TRIGGERED, nobody));
    var check =
        new SampleRatioRow(
            TEA_TEST, 10, 1, Map.of("a", 4L), Map.of("a", 5.0), 0.4, 0.5, 1, true, NOON, NOON);
    write(
        EvaluationTables.populationRatioChecks(postgres),
        new PopulationRatioRow("triggered", check),
        new PopulationRatioRow("missing_exposure", check),
        new PopulationRatioRow("uncontaminated", check),
        new PopulationRatioRow("uncontaminated", nobodyChecked()));
    write(
        EvaluationTables.shownDecisions(postgres),
        new ShownRow(new ShownDelta(new ShownDelta.Of(TEA_TEST, CONTROL), 7, 5), NOON));

    assertThat(
            rows(
                "SELECT population, segment, units, control_units"
                    + " FROM evaluation.v_population_results ORDER BY population"))
        .containsExactly("everybody all 3 1", "uncontaminated all 3 1");
    assertThat(
            rows(
                "SELECT population, units, observed->>'a', ok"
                    + " FROM evaluation.v_population_ratio_checks ORDER BY population"))
        .containsExactly("missing_exposure 10 4 t", "triggered 10 4 t");
    assertThat(
            rows(
                "SELECT variant, decisions, shown_decisions, unshown_decisions, ended IS NULL"
                    + " FROM evaluation.v_shown_decisions"))
        .as("no rules in this store, so nobody knows of an end")
        .containsExactly("control 7 5 2 t");
  }

  @Test
  void theReaderMayReadThePopulations() throws SQLException {
    assertThat(
            rows(
                "SELECT has_table_privilege('promoflow_reader',"
                    + " 'evaluation.v_population_results', 'SELECT'),"
                    + " has_table_privilege('promoflow_reader',"
                    + " 'evaluation.v_population_ratio_checks', 'SELECT'),"
                    + " has_table_privilege('promoflow_reader',"
                    + " 'evaluation.v_shown_decisions', 'SELECT')"))
        .containsExactly("t t t");
  }

  private static StrategyAdjustment adjustment(Status status, int second, Long ruleVersion) {
    return new StrategyAdjustment(
        "a-1",
        TEA_TEST,
        "s1",
        StrategyAdjustment.Change.SHIFT_WEIGHTS,
        Map.of(CONTROL, 0.5, TEN_OFF, 0.5),
        Map.of(CONTROL, 0.3, TEN_OFF, 0.7),
        new StrategyAdjustment.Evidence("profit", TEN_OFF, 60, 61, 12.5, 2.5, 22.5, 0.01),
        "shift-to-better",
        status,
        NOON,
        status == Status.REVERTED ? "ada" : "shift-to-better",
        NOON.plusSeconds(second),
        null,
        ruleVersion,
        status == Status.REVERTED ? "not before Christmas" : null);
  }

  @Test
  void theNewestStatusStandsWhateverTheOrder() throws Exception {
    write(
        EvaluationTables.strategyAdjustments(postgres),
        adjustment(Status.APPLIED, 2, 7L),
        adjustment(Status.PROPOSED, 1, null),
        adjustment(Status.REVERTED, 3, 8L),
        adjustment(Status.APPLIED, 2, 7L));

    assertThat(
            rows(
                "SELECT status, rule_version, decided_by, reason, from_weights->>'control',"
                    + " to_weights->>'control', proposed_at_wall < applied_at_wall,"
                    + " applied_at_wall < reverted_at_wall, refused_at_wall"
                    + " FROM evaluation.v_strategy_adjustments"))
        .containsExactly("REVERTED 8 ada not before Christmas 0.5 0.3 t t null");

    write( // gone back to version 7, and told of the past again
        EvaluationTables.strategyAdjustments(postgres),
        adjustment(Status.APPLIED, 4, 9L),
        adjustment(Status.REVERTED, 3, 8L),
        adjustment(Status.PROPOSED, 1, null));
    assertThat(
            rows(
                "SELECT status, rule_version, reason, applied_at_wall < reverted_at_wall"
                    + " FROM evaluation.v_strategy_adjustments"))
        .containsExactly("APPLIED 9 null t");
  }

  @Test
  void everyTableAndColumnSaysWhatItMeans() throws SQLException {
    assertThat(
            rows(
                "SELECT c.relname, a.attname FROM pg_class c"
                    + " JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'evaluation'"
                    + " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
                    + " WHERE c.relkind = 'r' AND c.relname <> 'migrations'"
                    + " AND (col_description(c.oid, a.attnum) IS NULL"
                    + " OR obj_description(c.oid, 'pg_class') IS NULL)"))
        .isEmpty();
  }

  @Test
  void theStatementsOfTheReadmeCanBeRun() throws Exception {
    String[] blocks = Files.readString(Path.of("README.md")).split("```sql\n", -1);
    assertThat(blocks).hasSizeGreaterThan(1);
    for (int i = 1; i < blocks.length; i++) {
      for (String sql : blocks[i].substring(0, blocks[i].indexOf("```")).split(";\n", 0)) {
        assertThatCode(() -> tried(sql)).as(sql).doesNotThrowAnyException();
      }
    }
  }

  /** What it changes is taken back. */
  private static void tried(String sql) throws SQLException {
    try (var connection = server.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(sql);
      connection.rollback();
    }
  }

  @Test
  void theReaderMayReadAndNothingElse() throws SQLException {
    assertThat(
            rows(
                "SELECT rolcanlogin,"
                    + " has_table_privilege('promoflow_reader',"
                    + " 'evaluation.v_experiment_results', 'SELECT'),"
                    + " has_table_privilege('promoflow_reader',"
                    + " 'evaluation.strategy_adjustments', 'SELECT'),"
                    + " has_table_privilege('promoflow_reader',"
                    + " 'evaluation.strategy_adjustments', 'UPDATE')"
                    + " FROM pg_roles WHERE rolname = 'promoflow_reader'"))
        .containsExactly("f t t f");
  }
}
