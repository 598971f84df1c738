package io.promoflow.deploy.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.deploy.console.GateCheck.Found;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.ingestion.store.BulkWriter;
import io.promoflow.ingestion.store.Store;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.DecisionTable;
import io.promoflow.serving.rules.RuleFile;
import io.promoflow.serving.rules.RuleVersion;
import io.promoflow.serving.scoring.Scores;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A real log with a known truth: ten per cent off brings 600 cents of profit with the shoppers of
 * segment s1 and costs 300 with those of s0; half of the shoppers are of each.
 */
class GateCheckTest {
  static final Instant MONDAY = Instant.parse("2026-01-05T00:00:00Z");
  private static final Settings SETTINGS =
      Settings.of(Map.of("kafka.bootstrap-servers", "unused", "postgres.url", "unused"));
  private static final Assumptions ASSUMED = Assumptions.from(SETTINGS);
  static final String EVEN = rules("ten", 10, "", 0.5);
  static final String ONLY = ", eligibility: [{field: segment, operator: IN, values: [%s]}]";
  private static EmbeddedPostgres server;
  private static Postgres postgres;

  @BeforeAll
  static void start() throws Exception {
    server = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60)).start();
    postgres = new Postgres(server.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");
    Store.migrate(postgres, "serving");
    Store.migrate(postgres, "features");
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void empty() throws Exception {
    try (var connection = server.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("TRUNCATE serving.decisions");
    }
  }

  static String rules(String id, int percent, String only, double weight) {
    return """
        promotions:
          - {id: %s, kind: percent-off, terms: {percent: %d}%s}
        experiments:
          - id: everybody
            trigger: VISIT
            primaryMetric: profit
            variants:
              - {id: control, control: true, weight: %s}
              - {id: give, weight: %s, promotions: [%s]}
        """
        .formatted(id, percent, only, 1 - weight, weight, id);
  }

  static RuleSet version(long version, String text) {
    return RuleFile.parse("rules.yaml", text).asVersion(version, "ada", "", MONDAY);
  }

  /** Everybody comes twice within ten days, and buys after each visit. */
  static List<ShopEvent> logUnder(Postgres postgres, RuleSet rules) throws Exception {
    var events = new ArrayList<ShopEvent>();
    var random = new Random(11);
    var decider = new Decider(ASSUMED);
    try (var writer =
        new BulkWriter<Decision>(postgres, DecisionTable.TABLE, DecisionTable::bind)) {
      for (int i = 0; i < 3_000; i++) {
        String shopper = "k1.s" + i % 1_500;
        String segment = i % 2 == 0 ? "s1" : "s0";
        Instant at = MONDAY.plusSeconds(300L * i);
        var request =
            new DecisionRequest("r" + i, Trigger.VISIT, shopper, at, new Cart(10_000, List.of()));
        var scores = new Scores(segment, 0.1, List.of(), Map.of());
        Decision decision = decider.decideBriefly(request, null, scores, rules, Caps.NONE, null);
        writer.add(decision);
        double effect = segment.equals("s1") ? 600 : -300;
        double profit =
            1_000 + 400 * random.nextGaussian() + (decision.promotionId() == null ? 0 : effect);
        events.add(order("e" + i, shopper, at.plusSeconds(60), Math.round(profit / 0.3)));
      }
      writer.flush();
    }
    return events;
  }

  static ShopEvent order(String id, String shopper, Instant at, long cents) {
    return new ShopEvent(
        id,
        ShopEventType.ORDER_PLACED,
        shopper,
        null,
        at,
        "tea",
        null,
        null,
        1,
        cents,
        null,
        "EUR",
        "o" + id,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private Found judged(String live, String planned) throws Exception {
    RuleSet before = version(1, live);
    List<ShopEvent> events = logUnder(postgres, before);
    var check =
        new GateCheck(
            server.getPostgresDatabase(),
            SETTINGS,
            shoppers ->
                events.stream().filter(event -> shoppers.contains(event.shopperId())).toList());
    return check.of(
        List.of(new RuleVersion(before, null, live)),
        version(2, planned),
        Duration.ofDays(14),
        200);
  }

  @Test
  void rulesThatAreTrulyBetterPass() throws Exception {
    Found found = judged(EVEN, rules("ten", 10, ONLY.formatted("s1"), 1));
    assertThat(found.verdict().opens()).isTrue();
    assertThat(found.evidence().immature()).as("of the last three days").isEqualTo(864);
    assertThat(found.evidence().unsupportedShare()).isZero();
    // 1,300 instead of 1,075: all of s1 gain 600; before, half of everybody gained 150
    assertThat(found.verdict().gain().low()).isPositive().isLessThan(225);
    assertThat(found.verdict().gain().high()).isGreaterThan(225);
    found
        .values()
        .values()
        .forEach(
            value -> {
              assertThat(value.low()).isLessThan(1_300);
              assertThat(value.high()).isGreaterThan(1_300);
              assertThat(value.effectiveUnits()).isGreaterThan(900);
            });
  }

  @Test
  void worseRulesAreRefused() throws Exception {
    Found found = judged(EVEN, rules("ten", 10, ONLY.formatted("s0"), 1));
    assertThat(found.verdict().opens()).isFalse();
    assertThat(found.verdict().canJudge()).isTrue();
    assertThat(found.verdict().gain().high()).isNegative();
  }

  @Test
  void theRulesInForceAreNoBetterThanThemselves() throws Exception {
    Found found = judged(EVEN, EVEN);
    assertThat(found.verdict().opens()).isFalse();
    assertThat(found.verdict().canJudge()).isTrue();
    assertThat(found.verdict().gain().low()).isNegative();
    assertThat(found.verdict().gain().high()).isPositive();
  }

  @Test
  void whatWasNeverGivenCannotBeJudged() throws Exception {
    Found found = judged(EVEN, rules("twenty", 20, "", 1));
    assertThat(found.verdict().opens()).isFalse();
    assertThat(found.verdict().canJudge()).isFalse();
    assertThat(found.evidence().unsupportedShare()).isEqualTo(1);
  }

  @Test
  void aPromotionWithOtherTermsIsAnotherPromotion() throws Exception {
    Found found = judged(EVEN, rules("ten", 20, "", 1));
    assertThat(found.verdict().canJudge()).isFalse();
    assertThat(found.evidence().unsupportedShare()).isEqualTo(1);
  }

  @Test
  void aLogThatLeftNothingToChanceSaysNothingOfOtherChoices() throws Exception {
    Found found = judged(rules("ten", 10, "", 1), rules("ten", 10, ONLY.formatted("s1"), 1));
    assertThat(found.verdict().opens()).isFalse();
    assertThat(found.verdict().canJudge()).isFalse();
    assertThat(found.evidence().unsupportedShare()).isBetween(0.49, 0.51);
    assertThat(found.verdict().reasons())
        .anyMatch(reason -> reason.contains("were never made in such a situation"));
  }

  @Test
  void withoutDecisionsNothingIsSaid() {
    RuleSet before = version(1, EVEN);
    var check = new GateCheck(server.getPostgresDatabase(), SETTINGS, shoppers -> List.of());
    Found found =
        check.of(List.of(new RuleVersion(before, null, EVEN)), before, Duration.ofDays(14), 200);
    assertThat(found.verdict().opens()).isFalse();
    assertThat(found.verdict().canJudge()).isFalse();
  }
}
