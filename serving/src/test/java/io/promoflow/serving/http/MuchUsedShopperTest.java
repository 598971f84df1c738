package io.promoflow.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cast;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.DecisionTable;
import io.promoflow.serving.Postgres;
import io.promoflow.serving.RememberedOffers;
import io.promoflow.serving.ledger.OpenLedger;
import io.promoflow.serving.rules.RuleFile;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A shop that asks for all who are not logged in under one id. */
class MuchUsedShopperTest {
  private static final String GUEST = "k1.guest";
  private static final int OFFERS = 200_000;
  private static final int SHOPPERS = 20_000;
  private static final Instant NOON = Cast.NOON;

  private static Postgres postgres;

  /** The guest was offered three things by turns, one each second, everybody else one. */
  @BeforeAll
  static void start() throws Exception {
    postgres = new Postgres();
    run(
        """
        INSERT INTO serving.decisions (decision_id, request_id, trigger, shopper_id, at, cart_cents,
          promotion_id, probability, expected_cost_cents, rule_version, candidates, contributions,
          model_versions)
        SELECT 'd-guest-' || i, 'r', 'VISIT', '%s', timestamptz '%s' - i * interval '1 s', 0,
          CASE WHEN i %% 4 = 3 THEN NULL ELSE 'p' || i %% 4 END, 1, 0, 1, '[]'::jsonb, '[]'::jsonb, '{}'::jsonb
          FROM generate_series(1, %d) AS i
        UNION ALL
        SELECT 'd-' || i, 'r', 'VISIT', 'k1.' || i, timestamptz '%s' - interval '1 h', 0,
          'p0', 1, 0, 1, '[]'::jsonb, '[]'::jsonb, '{}'::jsonb
          FROM generate_series(1, %d) AS i
        """
            .formatted(GUEST, NOON, OFFERS * 4 / 3, NOON, SHOPPERS));
    run("ANALYZE serving.decisions");
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  private static PostgresArchive archive() {
    var config = new HikariConfig();
    config.setDataSource(postgres.store());
    config.setMaximumPoolSize(2);
    return new PostgresArchive(new HikariDataSource(config));
  }

  private static void run(String sql) throws Exception {
    try (var connection = postgres.store().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Offers offers(String shopper, int most) {
    try (PostgresArchive archive = archive()) {
      return archive.offers(List.of(shopper), most).getOrDefault(shopper, Offers.NONE);
    }
  }

  @Test
  void ofSuchAShopperOnlyTheNewestOffersAreRead() {
    Offers known = offers(GUEST, 10_000);
    assertThat(known.newest()).hasSize(3 * RememberedOffers.MOST_TIMES);
    assertThat(known.older())
        .containsOnly(Map.entry("p0", 9_900), Map.entry("p1", 9_900), Map.entry("p2", 9_900));

    Caps caps = known.caps(Map.of());
    assertThat(caps.offered("p0")).isEqualTo(10_000);
    assertThat(caps.offered("p9")).isZero();
    assertThat(caps.offered("p1", NOON.minusSeconds(40))).as("each fourth second").isEqualTo(10);
    assertThat(caps.contacts(NOON.minusSeconds(40))).isEqualTo(30);
    assertThat(offers(GUEST, 1).older()).as("nobody counts them").isEmpty();
    assertThat(offers("k1.7", 10_000).newest())
        .containsOnly(Map.entry("d-7", new Offer("p0", NOON.minus(Duration.ofHours(1)))));
    assertThat(offers("k1.nobody", 1)).isSameAs(Offers.NONE);
  }

  @Test
  void whatTheServerOfferedItselfIsCountedOnce() {
    Offers known = offers(GUEST, 10_000);
    var newest = Map.of("d-guest-4", new Offer("p0", NOON.minusSeconds(4)));
    assertThat(known.caps(newest).offered("p0")).isEqualTo(10_000);
    var older = Map.of("d-guest-4000", new Offer("p0", NOON.minusSeconds(4_000)));
    assertThat(known.caps(older).offered("p0")).isEqualTo(10_000);
    var onItsWay = Map.of("d-new", new Offer("p0", NOON));
    assertThat(known.caps(onItsWay).offered("p0")).isEqualTo(10_001);
    assertThat(known.caps(onItsWay).contacts(NOON)).isEqualTo(1);
  }

  /** The whole of it, as long as a question may take. */
  @Test
  void whoAsksTogetherWithItIsAnsweredSoonAndWithAllThatIsKnown() throws Exception {
    RuleSet rules =
        RuleFile.parse(
                "caps.yaml",
                """
                promotions:
                  - {id: p0, kind: percent-off, terms: {percent: 5}, perShopperCap: 1}
                  - {id: p1, kind: percent-off, terms: {percent: 5}, perShopperCap: 1000000}
                """)
            .asVersion(1, "ada", "", NOON);
    var options =
        HttpOptions.from(
            Settings.of(
                Map.of(
                    "kafka.bootstrap-servers", "none",
                    "postgres.url", "none",
                    "serving.assumed-lift", "0.5")));
    var feed = new InMemory.Feed();
    var knowledge = new Knowledge(options.connections().topics());
    feed.start(knowledge::accept);
    feed.write("serving-rules", rules);
    var backends = InMemory.backends(feed, new InMemory.Log(), archive(), OpenLedger.INSTANCE);
    var service = new DecisionService(options, knowledge, backends);
    try {
      for (int round = 0; round < 10; round++) { // also when the statement has a plan of its own
        long began = System.nanoTime();
        var asked = new ArrayList<CompletableFuture<Decision>>();
        for (String shopper : List.of(GUEST, "k1.7", "k1.new", GUEST)) {
          String request = "r-" + round + "-" + asked.size();
          asked.add(
              service.decide(
                  new DecisionRequest(
                      request, Trigger.VISIT, shopper, NOON, new Cart(10_000, List.of()))));
        }
        for (CompletableFuture<Decision> one : asked) {
          assertThat(one.get(10, TimeUnit.SECONDS).stale()).isFalse();
        }
        assertThat(asked.get(0).join().promotionId()).as("p0 was offered").isEqualTo("p1");
        assertThat(asked.get(1).join().promotionId()).as("p0 was offered").isEqualTo("p1");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
      }
    } finally {
      service.close();
    }
  }

  /** Neither all of what he was offered, nor more of the table than that. */
  @Test
  void ofAnyShopperTheIndexIsRead() throws Exception {
    for (String shopper : List.of("k1.7", GUEST)) {
      String plan = plan(shopper);
      assertThat(plan).contains("decisions_offers").doesNotContain("Seq Scan on decisions");
      assertThat(pages(plan)).as(plan).isLessThan(shopper.equals(GUEST) ? 600 : 40);
    }
  }

  private static String plan(String shopper) throws Exception {
    try (var connection = postgres.store().getConnection();
        var query =
            connection.prepareStatement(
                "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) " + DecisionTable.OFFERS)) {
      query.setArray(1, connection.createArrayOf("text", new String[] {shopper}));
      query.setInt(2, RememberedOffers.MOST_TIMES);
      query.setInt(3, 0);
      query.setInt(4, RememberedOffers.MOST_TIMES);
      var plan = new StringBuilder();
      try (var rows = query.executeQuery()) {
        while (rows.next()) {
          plan.append(rows.getString(1)).append('\n');
        }
      }
      return plan.toString();
    }
  }

  /** The first line with them tells of the whole statement. */
  private static int pages(String plan) {
    String buffers =
        plan.lines().filter(line -> line.contains("Buffers: ")).findFirst().orElseThrow();
    return Pattern.compile("(?:hit|read)=(\\d+)")
        .matcher(buffers)
        .results()
        .mapToInt(number -> Integer.parseInt(number.group(1)))
        .sum();
  }
}
