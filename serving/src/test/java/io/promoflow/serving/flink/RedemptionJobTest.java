package io.promoflow.serving.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.serving.Postgres;
import io.promoflow.serving.ledger.Claim;
import io.promoflow.serving.ledger.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedemptionJobTest {
  @RegisterExtension
  private static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Instant NOON = Instant.parse("2026-01-08T12:00:00Z");

  @Test
  void eventsSpendTheBudgetOnceHoweverOftenTheJobReadsThem() throws Exception {
    try (var postgres = new Postgres()) {
      promise(postgres, "{}");
      for (int run = 0; run < 2; run++) {
        settle(postgres);
        assertThat(committedCents(postgres)).isEqualTo(200);
      }
    }
  }

  @Test
  void eventsRedeemACouponWithItsCodeOnly() throws Exception {
    try (var postgres = new Postgres()) {
      promise(postgres, "{\"couponCode\": \"TEA\", \"couponUse\": \"MULTI\"}");
      settle(postgres, coded("e1", null), coded("e2", "TEE"));
      assertThat(committedCents(postgres)).isZero();
      settle(postgres, coded("e2", "TEA"));
      assertThat(committedCents(postgres)).isEqualTo(250);
    }
  }

  /** Views alone; and a partition in which nothing happens holds nobody's promise back. */
  @Test
  void promisesRunOutAsEventsPassOfWhichNoneIsARedemption() throws Exception {
    try (var postgres = new Postgres()) {
      promise(postgres, "{}");
      reserve(
          postgres,
          new Claim("d1", "ten-off", "ada", 300, NOON),
          new Claim("d2", "ten-off", "bob", 300, NOON.plus(Duration.ofHours(20))));
      assertThat(promises(postgres)).containsExactly("d1 RESERVED", "d2 RESERVED");
      JobClient job =
          settling(
              postgres,
              List.of(viewed("e1", NOON), viewed("e2", NOON.plus(Duration.ofHours(30)))),
              List.of());
      try {
        await().atMost(SOON).until(() -> promises(postgres).contains("d1 EXPIRED"));
      } finally {
        job.cancel().get();
      }
      assertThat(promises(postgres)).containsExactly("d1 EXPIRED", "d2 RESERVED");
    }
  }

  /** The job at work on partitions that stay open. */
  @SafeVarargs
  private static JobClient settling(Postgres postgres, List<ShopEvent>... partitions)
      throws Exception {
    Settings settings = settings(postgres, "2");
    ServingOptions options = ServingOptions.from(settings);
    var env =
        JobEnvironment.configure(StreamExecutionEnvironment.getExecutionEnvironment(), settings);
    DataStream<ShopEvent> all =
        Stream.of(partitions)
            .<DataStream<ShopEvent>>map(
                partition ->
                    Unending.stream(env, ShopEvent.class, partition)
                        .assignTimestampsAndWatermarks(DecisionJob.eventTime(options))
                        .setParallelism(1))
            .reduce(DataStream::union)
            .orElseThrow();
    DecisionJob.settle(all, LedgerOpening.settling(options), options.ledger().lease());
    return env.executeAsync("redemptions");
  }

  /** As soon as the rules are followed, and written down when it returns. */
  private static void reserve(Postgres postgres, Claim... claims) {
    try (Ledger ledger = LedgerOpening.on(ServingOptions.from(settings(postgres, "1"))).open()) {
      for (Claim claim : claims) {
        await().atMost(SOON).until(() -> ledger.reserve(claim).isEmpty());
      }
    }
  }

  private static ShopEvent viewed(String id, Instant at) {
    return new ShopEvent(
        id,
        ShopEventType.PRODUCT_VIEWED,
        "ada",
        null,
        at,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private static ShopEvent coded(String id, String code) {
    return new ShopEvent(
        id,
        ShopEventType.COUPON_REDEEMED,
        "ada",
        null,
        NOON,
        null,
        null,
        null,
        null,
        null,
        250L,
        null,
        null,
        "ten-off",
        "d1",
        null,
        null,
        null,
        null,
        null,
        code);
  }

  private static void settle(Postgres postgres) throws Exception {
    settle(
        postgres,
        event("e1", ShopEventType.COUPON_REDEEMED, "d1", 250L),
        event("e2", ShopEventType.ORDER_PLACED, "d1", 250L),
        event("e3", ShopEventType.ORDER_REFUNDED, "d1", 50L),
        event("e4", ShopEventType.PRODUCT_VIEWED, "d1", null));
  }

  private static void settle(Postgres postgres, ShopEvent... told) throws Exception {
    Settings settings = settings(postgres, "1");
    var env =
        JobEnvironment.configure(StreamExecutionEnvironment.getExecutionEnvironment(), settings);
    var events = env.fromData(TypeInformation.of(ShopEvent.class), told);
    ServingOptions options = ServingOptions.from(settings);
    DecisionJob.settle(events, LedgerOpening.settling(options), options.ledger().lease());
    env.execute();
  }

  private static Settings settings(Postgres postgres, String parallelism) {
    return Settings.of(
        Map.of(
            "kafka.bootstrap-servers",
            "none",
            "postgres.url",
            postgres.place().url(),
            "flink.parallelism",
            parallelism,
            "serving.idleness",
            "PT0.2S"));
  }

  private static ShopEvent event(String id, ShopEventType type, String decision, Long discount) {
    return new ShopEvent(
        id, type, "ada", null, NOON, null, null, null, null, null, discount, null, null, null,
        decision, null, null, null, null);
  }

  private static void promise(Postgres postgres, String terms) throws Exception {
    try (var connection = postgres.store().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO serving.rule_versions (version, author, note, applied_at_wall, rules) VALUES"
              + " (1, 'ada', '', now(), '{\"version\": 1, \"author\": \"ada\", \"note\": \"\","
              + " \"appliedAt\": \"2026-01-08T12:00:00Z\", \"promotions\": [{\"id\": \"ten-off\","
              + " \"kind\": \"COUPON\", \"terms\": "
              + terms
              + ", \"budgetCents\": 1000}], \"experiments\": []}')");
      statement.execute(
          "INSERT INTO serving.decisions (decision_id, request_id, trigger, shopper_id, at,"
              + " cart_cents, promotion_id, probability, expected_cost_cents, rule_version,"
              + " candidates, contributions, model_versions) VALUES ('d1', 'r1', 'VISIT', 'ada',"
              + " '2026-01-08T12:00:00Z', 5000, 'ten-off', 1, 300, 1, '[]', '[]', '{}')");
    }
  }

  private static List<String> promises(Postgres postgres) throws Exception {
    var promises = new ArrayList<String>();
    try (var connection = postgres.store().getConnection();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT decision_id || ' ' || status FROM serving.budget_promises ORDER BY 1")) {
      while (rows.next()) {
        promises.add(rows.getString(1));
      }
    }
    return promises;
  }

  private static long committedCents(Postgres postgres) throws Exception {
    try (var connection = postgres.store().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT committed_cents FROM serving.v_budgets")) {
      row.next();
      return row.getLong(1);
    }
  }
}
