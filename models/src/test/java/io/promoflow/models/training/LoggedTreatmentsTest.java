package io.promoflow.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Decisions as serving logs them, in a real store, and what a training takes from them. */
class LoggedTreatmentsTest {
  private static final Instant MONDAY = Instant.parse("2026-01-05T00:00:00Z");
  private static final Instant TUESDAY = MONDAY.plus(Duration.ofDays(1));
  private static final Instant WEDNESDAY = MONDAY.plus(Duration.ofDays(2));

  private static EmbeddedPostgres postgres;
  private static ModelStore store;

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60)).start();
    store = new ModelStore(postgres.getPostgresDatabase(), Clock.systemUTC());
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  private static void execute(String sql) throws Exception {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @BeforeEach
  void emptySchemas() throws Exception {
    execute("DROP SCHEMA IF EXISTS models CASCADE; DROP SCHEMA IF EXISTS serving CASCADE");
    execute("CREATE SCHEMA models; CREATE SCHEMA serving");
  }

  @Test
  void firstDecisionByChanceInTheHorizonCounts() throws Exception {
    execute(
        """
        CREATE TABLE models.training_examples (
          shopper_id text, at timestamptz, labelled_at timestamptz);
        INSERT INTO models.training_examples VALUES
          ('ada', '2026-01-05Z', '2026-01-06Z'), ('ada', '2026-01-06Z', '2026-01-07Z'),
          ('bob', '2026-01-05Z', '2026-01-06Z'), ('eve', '2026-01-05Z', '2026-01-06Z'),
          ('kim', '2026-01-05Z', '2026-01-06Z'), ('leo', '2026-01-05Z', '2026-01-06Z')
        """);
    assertThat(store.treatments(MONDAY, WEDNESDAY).byExample())
        .as("serving has no tables yet")
        .isEmpty();
    execute(
        """
        CREATE TABLE serving.rule_versions (version bigint, rules jsonb);
        INSERT INTO serving.rule_versions VALUES
          (1, '{"promotions": [{"id": "ten", "kind": "COUPON"}]}'),
          (2, '{"promotions": [{"id": "ten", "kind": "PERCENT_OFF"}, {"id": "mug", "kind": "GIFT"}]}');
        CREATE TABLE serving.decisions (decision_id text, shopper_id text, at timestamptz,
          experiment_id text, promotion_id text, probability double precision,
          rule_version bigint);
        INSERT INTO serving.decisions VALUES
          ('d0', 'ada', '2026-01-05T07:00Z', 'a/a', NULL, 0.5, 2),
          ('d1', 'ada', '2026-01-05T08:00Z', 'x', 'ten', 0.25, 2),
          ('d2', 'ada', '2026-01-05T09:00Z', 'x', NULL, 0.75, 2),
          ('d3', 'ada', '2026-01-06T00:00Z', 'x', NULL, 0.75, 2),
          ('d4', 'bob', '2026-01-04T23:59Z', 'x', 'ten', 0.25, 2),
          ('d5', 'bob', '2026-01-05T23:59Z', 'x', 'mug', 0.5, 2),
          ('d6', 'eve', '2026-01-05T08:00Z', NULL, 'ten', 0.5, 2),
          ('d7', 'kim', '2026-01-05T08:00Z', 'x', 'ten', 1, 2),
          ('d8', 'leo', '2026-01-05T08:00Z', 'x', 'gone', 0.5, 2)
        """);

    assertThat(store.treatments(MONDAY, WEDNESDAY).byExample())
        .as(
            "eve had no experiment, kim no chance, what leo got is in no rules, and a/a gives nothing")
        .isEqualTo(
            Map.of(
                new Treatments.Key("ada", MONDAY), new Treatments.Treatment("percent-off", 0.25),
                new Treatments.Key("ada", TUESDAY), new Treatments.Treatment("none", 0.75),
                new Treatments.Key("bob", MONDAY), new Treatments.Treatment("gift", 0.5)));
    assertThat(store.treatments(TUESDAY, WEDNESDAY).byExample())
        .containsOnlyKeys(new Treatments.Key("ada", TUESDAY));
  }

  /** Rules change by the hour; of a version that nobody decided by, not a word is looked at. */
  @Test
  void whatWasGivenIsWhatItWasByTheRulesOfThenAndNoOtherRulesAreRead() throws Exception {
    execute(
        """
        CREATE TABLE models.training_examples (
          shopper_id text, at timestamptz, labelled_at timestamptz);
        INSERT INTO models.training_examples VALUES
          ('ada', '2026-01-05Z', '2026-01-06Z'), ('bob', '2026-01-05Z', '2026-01-06Z');
        CREATE TABLE serving.rule_versions (version bigint, rules jsonb);
        INSERT INTO serving.rule_versions VALUES
          (1, '{"promotions": [{"id": "ten", "kind": "COUPON"}]}'),
          (2, '{"promotions": "not a list"}'),
          (3, '{"promotions": [{"id": "ten", "kind": "PERCENT_OFF"}]}');
        CREATE TABLE serving.decisions (decision_id text, shopper_id text, at timestamptz,
          experiment_id text, promotion_id text, probability double precision,
          rule_version bigint);
        INSERT INTO serving.decisions VALUES
          ('d1', 'ada', '2026-01-05T08:00Z', 'x', 'ten', 0.5, 1),
          ('d2', 'bob', '2026-01-05T09:00Z', 'x', 'ten', 0.5, 3),
          ('d3', 'bob', '2026-01-05T10:00Z', 'x', 'ten', 0.5, 2)
        """);
    assertThat(store.treatments(MONDAY, WEDNESDAY).byExample())
        .isEqualTo(
            Map.of(
                new Treatments.Key("ada", MONDAY), new Treatments.Treatment("coupon", 0.5),
                new Treatments.Key("bob", MONDAY), new Treatments.Treatment("percent-off", 0.5)));
  }

  /** The planner takes it that no decision has an experiment, as it was on Monday. */
  @Test
  void statisticsFromBeforeTheFirstExperimentCostNoScanPerExample() throws Exception {
    execute(
        """
        CREATE TABLE models.training_examples (
          shopper_id text, at timestamptz, labelled_at timestamptz, PRIMARY KEY (shopper_id, at))
          WITH (autovacuum_enabled = false);
        CREATE INDEX ON models.training_examples (labelled_at);
        CREATE TABLE serving.rule_versions (version bigint, rules jsonb);
        INSERT INTO serving.rule_versions VALUES
          (1, '{"promotions": [{"id": "ten", "kind": "COUPON"}]}');
        CREATE TABLE serving.decisions (decision_id text PRIMARY KEY, shopper_id text,
          at timestamptz, experiment_id text, promotion_id text, probability double precision,
          rule_version bigint)
          WITH (autovacuum_enabled = false);
        CREATE INDEX ON serving.decisions (shopper_id, at);
        INSERT INTO models.training_examples
          SELECT 's' || i, '2026-01-05Z', '2026-01-06Z' FROM generate_series(1, 2000) i;
        INSERT INTO serving.decisions
          SELECT 'm' || i, 's' || i, '2026-01-05T08:00Z', NULL, NULL, 1, 1 FROM generate_series(1, 2000) i;
        ANALYZE;
        INSERT INTO models.training_examples
          SELECT 's' || i, '2026-01-06Z', '2026-01-07Z' FROM generate_series(1, 2000) i;
        INSERT INTO serving.decisions
          SELECT 't' || i, 's' || i, '2026-01-06T08:00Z', 'x', CASE i % 2 WHEN 0 THEN 'ten' END, 0.5, 1
          FROM generate_series(1, 2000) i
        """);
    long before = scans();
    assertThat(store.treatments(TUESDAY, WEDNESDAY).byExample()).hasSize(2_000);
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (scans() == before && System.nanoTime() < deadline) {
      // the server counts when the connection of the question has ended
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(scans() - before).isBetween(1L, 2L);
  }

  /** How often all decisions were looked through. */
  private static long scans() throws Exception {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT seq_scan FROM pg_stat_user_tables"
                    + " WHERE schemaname = 'serving' AND relname = 'decisions'")) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
