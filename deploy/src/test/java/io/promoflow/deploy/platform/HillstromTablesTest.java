package io.promoflow.deploy.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.deploy.bench.LocalJob;
import io.promoflow.deploy.console.Sql;
import io.promoflow.evaluation.Group;
import io.promoflow.evaluation.flink.EvaluationJob;
import io.promoflow.evaluation.inference.ProportionTest;
import io.promoflow.evaluation.offline.Evaluation;
import io.promoflow.evaluation.offline.EvaluationMapping;
import io.promoflow.evaluation.offline.MetricResult;
import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.options.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A published experiment (K. Hillstrom's e-mail test, 2008) through topics, streaming job and
 * tables, and the same file through the offline evaluation: every digit that was published, from
 * both, and both the same. Tolerances are half a unit of the last published digit.
 */
class HillstromTablesTest {
  private static final Path DATA =
      Path.of(System.getProperty("promoflow.data", "../../shared/data"))
          .resolve("hillstrom/hillstrom.csv.gz");
  private static final Duration GIVE_UP = Duration.ofMinutes(3);
  private static final Percentage SAME = Percentage.withPercentage(1e-7);
  private static final double CENTS = 100;

  /** A result as either way gives it, spend in dollars. */
  private record Found(
      long units,
      long controlUnits,
      double mean,
      double controlMean,
      double difference,
      double statistic,
      double p) {}

  private record Ratio(double statistic, double p, boolean ok) {}

  private static final Map<String, Found> STREAM = new HashMap<>();
  private static final Map<String, Found> OFFLINE = new HashMap<>();
  private static Ratio ratioOfStream;
  private static Ratio ratioOffline;
  private static EmbeddedKafka kafka;
  private static EmbeddedStore store;

  @BeforeAll
  static void evaluate(@TempDir Path folder) throws Exception {
    Assumptions.assumeTrue(
        Files.exists(DATA), "SKIPPED: no " + DATA + "; set -Dpromoflow.data to the data folder");
    offline();
    var data = new DataFolder(folder.resolve("data"));
    kafka = EmbeddedKafka.start(data);
    store = EmbeddedStore.start(data);
    var settings =
        Settings.of(
            Map.of(
                "kafka.bootstrap-servers",
                kafka.servers(),
                "postgres.url",
                store.postgres().url(),
                "postgres.user",
                store.postgres().user(),
                "postgres.password",
                store.postgres().password(),
                // published by who was drawn: nobody knows who saw a mail
                "evaluation.exposure",
                "DECISION",
                "evaluation.metrics",
                HillstromShop.metrics(folder).toString()));
    HillstromShop.Sent sent = HillstromShop.publish(DATA, kafka, settings);
    var configuration = LocalJob.configuration();
    // checkpoints in memory hold 5 MB at most
    configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        folder.resolve("checkpoints").toUri().toString());
    var env = StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
    JobEnvironment.configure(env, settings);
    EvaluationJob.define(env, settings);
    var job = env.executeAsync("hillstrom");
    try {
      await(sent);
      stream();
    } finally {
      job.cancel().get();
    }
  }

  @AfterAll
  static void close() throws Exception {
    try (var last = store) {
      if (kafka != null) {
        kafka.close();
      }
    }
  }

  /** Results, those of segments and the sample ratio are written one after the other. */
  private static void await(HillstromShop.Sent sent) throws Exception {
    long deadline = System.nanoTime() + GIVE_UP.toNanos();
    var whole = List.of(sent, sent);
    while (!whole.equals(taken()) || counted() != sent.shoppers()) {
      assertThat(System.nanoTime()).as("%s of %s", taken(), sent).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(250);
    }
  }

  private static List<HillstromShop.Sent> taken() throws SQLException {
    return List.of(taken("evaluation.v_experiment_results"), taken("evaluation.v_segment_results"));
  }

  /** What a table holds so far: the control is in both rows of a metric. */
  private static HillstromShop.Sent taken(String table) throws SQLException {
    String bySegment =
        "SELECT metric, sum(units) + max(control_units) AS n,"
            + " sum(units * mean) + max(control_units * control_mean) AS total FROM "
            + table
            + " GROUP BY metric, segment";
    return Sql.rows(
            store.postgres(),
            "SELECT coalesce(min(n), 0), "
                + " coalesce(round(sum(total) FILTER (WHERE metric = 'visit')), 0),"
                + " coalesce(round(sum(total) FILTER (WHERE metric = 'conversion')), 0),"
                + " coalesce(round(sum(total) FILTER (WHERE metric = 'spend')), 0)"
                + " FROM (SELECT metric, sum(n) AS n, sum(total) AS total FROM ("
                + bySegment
                + ") s GROUP BY metric) m WHERE metric IN ('visit', 'conversion', 'spend')",
            row ->
                new HillstromShop.Sent(
                    row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)))
        .get(0);
  }

  private static long counted() throws SQLException {
    return Sql.number(
        store.postgres(),
        "SELECT coalesce((SELECT units FROM evaluation.v_sample_ratio_checks), 0)");
  }

  private static void stream() throws SQLException {
    Postgres postgres = store.postgres();
    Sql.rows(
            postgres,
            "SELECT segment, metric, variant, units, control_units, mean, control_mean, difference,"
                + " standard_error, p FROM evaluation.v_segment_results"
                + " UNION ALL SELECT 'all', metric, variant, units, control_units, mean,"
                + " control_mean, difference, standard_error, p FROM"
                + " evaluation.v_experiment_results",
            row -> {
              double unit = row.getString(2).equals("spend") ? CENTS : 1;
              return Map.entry(
                  row.getString(1) + "|" + row.getString(2) + "|" + row.getString(3),
                  new Found(
                      row.getLong(4),
                      row.getLong(5),
                      row.getDouble(6) / unit,
                      row.getDouble(7) / unit,
                      row.getDouble(8) / unit,
                      row.getDouble(8) / row.getDouble(9),
                      row.getDouble(10)));
            })
        .forEach(row -> STREAM.put(row.getKey(), pooledIfShare(row.getKey(), row.getValue())));
    ratioOfStream =
        Sql.rows(
                postgres,
                "SELECT chi_squared, p, ok FROM evaluation.v_sample_ratio_checks",
                row -> new Ratio(row.getDouble(1), row.getDouble(2), row.getBoolean(3)))
            .get(0);
  }

  /** The published z is that of the pooled test, which only needs the shares and the shoppers. */
  private static Found pooledIfShare(String key, Found found) {
    if (key.contains("|spend|")) {
      return found;
    }
    var shares =
        ProportionTest.of(
            new Group(found.units, found.mean, Double.NaN),
            new Group(found.controlUnits, found.controlMean, Double.NaN));
    return new Found(
        found.units,
        found.controlUnits,
        found.mean,
        found.controlMean,
        found.difference,
        shares.z(),
        shares.p());
  }

  private static void offline() throws Exception {
    Evaluation evaluation = Evaluation.of(EvaluationMapping.load("hillstrom"), DATA);
    for (MetricResult result : evaluation.results()) {
      var its = result.comparison();
      OFFLINE.put(
          result.segment() + "|" + result.metric().name() + "|" + result.variant(),
          new Found(
              its.variant().units(),
              its.control().units(),
              its.variant().mean(),
              its.control().mean(),
              its.difference(),
              result.statistic(),
              result.p()));
    }
    var ratio = evaluation.ratios().get(0);
    ratioOffline = new Ratio(ratio.statistic(), ratio.p(), ratio.ok());
  }

  private static List<Map<String, Found>> bothWays() {
    return List.of(STREAM, OFFLINE);
  }

  /** Differences of shares were published in percentage points, p only where it is given here. */
  @ParameterizedTest(name = "{0} of {1}")
  @CsvSource({
    "visit, Mens E-Mail, 21307, .182757, .106167, .07659, 5e-6, 22.486,,",
    "visit, Womens E-Mail, 21387, .151400, .106167, .04523, 5e-6, 13.949,,",
    "conversion, Mens E-Mail, 21307, .012531, .005726, .006805, 5e-7, 7.385,,",
    "conversion, Womens E-Mail, 21387, .008837, .005726, .003111, 5e-7, 3.780, 1.57e-4, 5e-7",
    "spend, Mens E-Mail, 21307, 1.422617, .652789, .76983, 5e-6, 5.300, 1.16e-7, 5e-10",
    "spend, Womens E-Mail, 21387, 1.077202, .652789, .42441, 5e-6, 3.256, 1.13e-3, 5e-6"
  })
  void everyPublishedDigitOfAMail(
      String metric,
      String variant,
      long units,
      double mean,
      double controlMean,
      double difference,
      double digit,
      double statistic,
      Double p,
      Double digitOfP) {
    for (Map<String, Found> way : bothWays()) {
      Found found = way.get("all|" + metric + "|" + variant);
      assertThat(found.units).isEqualTo(units);
      assertThat(found.controlUnits).isEqualTo(21_306);
      assertThat(found.mean).isCloseTo(mean, within(5e-7));
      assertThat(found.controlMean).isCloseTo(controlMean, within(5e-7));
      assertThat(found.difference).isCloseTo(difference, within(digit));
      assertThat(found.statistic).isCloseTo(statistic, within(5e-4));
      if (p != null) {
        assertThat(found.p).isCloseTo(p, within(digitOfP));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"womens=0, .0111", "womens=1, .0731"})
  void womensMailWorksWhereWomensThingsWereBought(String segment, double difference) {
    for (Map<String, Found> way : bothWays()) {
      assertThat(way.get(segment + "|visit|Womens E-Mail").difference)
          .isCloseTo(difference, within(5e-5));
    }
  }

  @Test
  void groupsAreAsLargeAsPromised() {
    for (Ratio ratio : List.of(ratioOfStream, ratioOffline)) {
      assertThat(ratio.statistic).isCloseTo(0.2025, within(5e-5));
      assertThat(ratio.p).isCloseTo(.904, within(5e-4));
      assertThat(ratio.ok).isTrue();
    }
  }

  @Test
  void bothWaysAgreeBeyondWhatWasPublished() {
    List<String> shared = STREAM.keySet().stream().filter(OFFLINE::containsKey).toList();
    assertThat(shared).hasSize(3 * 3 * 2);
    for (String key : shared) {
      Found stream = STREAM.get(key);
      Found offline = OFFLINE.get(key);
      assertThat(stream.units).isEqualTo(offline.units);
      assertThat(stream.mean).as(key).isCloseTo(offline.mean, SAME);
      assertThat(stream.difference).as(key).isCloseTo(offline.difference, SAME);
      assertThat(stream.statistic).as(key).isCloseTo(offline.statistic, SAME);
      assertThat(stream.p).as(key).isCloseTo(offline.p, Percentage.withPercentage(1e-5));
    }
    assertThat(ratioOfStream.statistic).isCloseTo(ratioOffline.statistic, SAME);
  }
}
