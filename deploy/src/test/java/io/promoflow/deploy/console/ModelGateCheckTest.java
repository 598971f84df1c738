package io.promoflow.deploy.console;

import static io.promoflow.deploy.console.GateCheckTest.MONDAY;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.deploy.console.ModelGateCheck.Found;
import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.offpolicy.OffPolicy;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ModelKind;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.ingestion.store.BulkWriter;
import io.promoflow.ingestion.store.Store;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.DecisionTable;
import io.promoflow.serving.rules.ModelShadow;
import io.promoflow.serving.rules.RuleVersion;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A real log with a known truth: ten per cent off brings 600 cents of profit with eager shoppers,
 * half of all, and costs 300 with the others. Some response models know it, some think the reverse.
 */
class ModelGateCheckTest {
  static final Instant TUESDAY = MONDAY.plus(Duration.ofDays(1));
  static final String RULES = "promotions: [{id: ten, kind: percent-off, terms: {percent: 10}}]\n";
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
      statement.execute("TRUNCATE serving.decisions, features.shopper_feature_history");
    }
  }

  private static ModelVersion response(
      String kind, Instant windowEnd, double eager, double intercept) {
    String name = "response-" + kind;
    return new ModelVersion(
        name,
        name + "@" + windowEnd,
        ModelKind.LOGISTIC,
        "hand",
        windowEnd.minusSeconds(1),
        windowEnd,
        List.of("eager"),
        new double[] {0},
        List.of(),
        new double[] {0},
        new double[] {1},
        null,
        null,
        new double[] {eager},
        intercept,
        100,
        Map.of());
  }

  /** An order is as likely as 0.2 without; with ten per cent off 0.6 or 0.05. */
  static List<ModelVersion> rightModels(Instant windowEnd) {
    return List.of(
        response("none", windowEnd, 0.001, -1.39), response("percent-off", windowEnd, 3.35, -2.94));
  }

  static List<ModelVersion> wrongModels(Instant windowEnd) {
    return List.of(
        response("none", windowEnd, 0.001, -1.39), response("percent-off", windowEnd, -3.35, 0.41));
  }

  static Settings settings(double exploration) {
    return Settings.of(
        Map.of(
            "kafka.bootstrap-servers",
            "unused",
            "postgres.url",
            "unused",
            "serving.exploration-share",
            Double.toString(exploration)));
  }

  /** Everybody comes twice within ten days, and buys after each visit. */
  static List<ShopEvent> logUnder(
      Postgres postgres, RuleSet rules, List<ModelVersion> models, double exploration)
      throws Exception {
    var byName = new TreeMap<String, ModelVersion>();
    models.forEach(model -> byName.put(model.name(), model));
    var events = new ArrayList<ShopEvent>();
    var random = new Random(11);
    var decider = new Decider(Assumptions.from(settings(exploration)));
    try (var writer = new BulkWriter<Decision>(postgres, DecisionTable.TABLE, DecisionTable::bind);
        var connection =
            DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
        var history =
            connection.prepareStatement(
                "INSERT INTO features.shopper_feature_history VALUES (?, ?, ?::jsonb, '{}', 'v1')"
                    + " ON CONFLICT DO NOTHING")) {
      for (int i = 0; i < 3_000; i++) {
        String shopper = "k1.s" + i % 1_500;
        boolean eager = i % 2 == 0;
        Instant at = MONDAY.plusSeconds(300L * i);
        var row =
            new FeatureRow(shopper, MONDAY, Map.of("eager", eager ? 1.0 : 0.0), Map.of(), "v1");
        history.setString(1, shopper);
        history.setObject(2, MONDAY.atOffset(ZoneOffset.UTC));
        history.setString(3, Wire.text(row.values()));
        history.addBatch();
        var request =
            new DecisionRequest("r" + i, Trigger.VISIT, shopper, at, new Cart(10_000, List.of()));
        Decision decision = decider.decideBriefly(request, row, byName, rules, Caps.NONE, null);
        writer.add(decision);
        double effect = decision.promotionId() == null ? 0 : eager ? 600 : -300;
        double profit = 1_000 + 400 * random.nextGaussian() + effect;
        events.add(
            GateCheckTest.order("e" + i, shopper, at.plusSeconds(60), Math.round(profit / 0.3)));
      }
      writer.flush();
      history.executeBatch();
    }
    return events;
  }

  private static ModelShadow.Versions knowing(List<ModelVersion> models) {
    return (name, version) ->
        models.stream()
            .filter(one -> one.name().equals(name) && one.version().equals(version))
            .findFirst();
  }

  private Found judged(
      List<ModelVersion> inForce, List<ModelVersion> challengers, double exploration)
      throws Exception {
    return judged(inForce, challengers, exploration, knowing(inForce));
  }

  private Found judged(
      List<ModelVersion> inForce,
      List<ModelVersion> challengers,
      double exploration,
      ModelShadow.Versions versions)
      throws Exception {
    RuleSet rules = GateCheckTest.version(1, RULES);
    List<ShopEvent> events = logUnder(postgres, rules, inForce, exploration);
    var check =
        new ModelGateCheck(
            server.getPostgresDatabase(),
            settings(exploration),
            shoppers ->
                events.stream().filter(event -> shoppers.contains(event.shopperId())).toList(),
            List.of(new RuleVersion(rules, null, RULES)),
            versions);
    return check.of(
        inForce,
        challengers,
        new OffPolicy(0.05, GateCheck.MOST_WEIGHT, new AlwaysValid(0.05, 1_000)),
        Duration.ofDays(14),
        200);
  }

  @Test
  void modelsThatChooseBetterPass() throws Exception {
    Found found = judged(wrongModels(MONDAY), rightModels(TUESDAY), 0.4);
    assertThat(found.verdict().reasons()).isNotEmpty();
    assertThat(found.verdict().opens()).as(found.verdict().reasons().toString()).isTrue();
    assertThat(found.from()).as("what they have learnt from does not count").isEqualTo(TUESDAY);
    assertThat(found.challenger().immature()).as("of the last three days").isEqualTo(864);
    assertThat(found.challenger().choices()).hasSize(3_000 - 864 - 288);
    // eager ones get it in 0.8 instead of 0.2, which gains 360; the others the reverse, 180
    assertThat(found.verdict().gain().low()).isPositive().isLessThan(270);
    assertThat(found.verdict().gain().high()).isGreaterThan(270);
    // half of the shoppers gain 0.8 times 600, half lose 0.2 times 300
    found.shadow().values().forEach(value -> assertThat(value.low()).isLessThan(1_210));
    found.shadow().values().forEach(value -> assertThat(value.high()).isGreaterThan(1_210));
    found.inForce().values().forEach(value -> assertThat(value.low()).isLessThan(940));
    found.inForce().values().forEach(value -> assertThat(value.high()).isGreaterThan(940));
    assertThat(found.json()).containsEntry("opens", true).containsKeys("inForce", "inShadow");
  }

  @Test
  void worseModelsAreRefused() throws Exception {
    Found found = judged(rightModels(MONDAY), wrongModels(TUESDAY), 0.4);
    assertThat(found.verdict().opens()).isFalse();
    assertThat(found.verdict().canJudge()).isTrue();
    assertThat(found.verdict().gain().high()).isNegative();
  }

  @Test
  void modelsThatChooseTheSameGainNothing() throws Exception {
    Found found = judged(rightModels(MONDAY), rightModels(TUESDAY), 0.4);
    assertThat(found.verdict().opens()).isFalse();
    assertThat(found.verdict().canJudge()).isTrue();
    assertThat(found.verdict().gain().low()).isZero();
    assertThat(found.verdict().gain().high()).isZero();
  }

  @Test
  void aLogThatLeftNothingToChanceCannotTell() throws Exception {
    Found found = judged(wrongModels(MONDAY), rightModels(TUESDAY), 0);
    assertThat(found.verdict().opens()).isFalse();
    assertThat(found.verdict().canJudge()).isFalse();
    assertThat(found.challenger().unsupportedShare()).isEqualTo(1);
    assertThat(found.verdict().reasons()).anyMatch(why -> why.contains("were never made"));
  }

  @Test
  void decisionsOfModelsThatNobodyKnowsAnyMoreCannotTell() throws Exception {
    Found found =
        judged(wrongModels(MONDAY), rightModels(TUESDAY), 0.4, (name, version) -> Optional.empty());
    assertThat(found.verdict().opens()).isFalse();
    assertThat(found.verdict().canJudge()).isFalse();
    assertThat(found.challenger().unknownShare()).isEqualTo(1);
  }

  @Test
  void whatHasJustLearntFromAllOfTheLogMustWait() throws Exception {
    Found found = judged(wrongModels(MONDAY), rightModels(MONDAY.plus(Duration.ofDays(10))), 0.4);
    assertThat(found.verdict().opens()).isFalse();
    assertThat(found.verdict().canJudge()).isFalse();
    assertThat(found.challenger().choices()).isEmpty();
    assertThat(found.challenger().immature()).isEqualTo(120);
  }
}
