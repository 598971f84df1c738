package io.promoflow.deploy.console;

import io.promoflow.evaluation.offpolicy.ShadowLog;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.ingestion.store.BulkWriter;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.DecisionTable;
import io.promoflow.serving.scoring.ModelScores;
import io.promoflow.serving.scoring.Scores;
import java.sql.DriverManager;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A shop with a known truth: ten per cent off brings 600 cents of profit with eager shoppers, half
 * of all, and costs 300 with the others. Everybody comes twice within ten days, and buys after each
 * visit.
 */
final class LoggedShop {
  static final Instant MONDAY = Instant.parse("2026-01-05T00:00:00Z");

  private LoggedShop() {}

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

  /** Where these events are kept. */
  static GateCheck.Outcomes outcomes(List<ShopEvent> events) {
    return (shoppers, from, until) ->
        ShadowLog.byShopper(
            events.stream()
                .filter(one -> shoppers.contains(one.shopperId()))
                .filter(one -> !one.at().isBefore(from) && one.at().isBefore(until))
                .toList());
  }

  /** Decides by segments, without models: eager shoppers are those of s1. */
  static List<ShopEvent> logUnder(Postgres postgres, RuleSet rules) throws Exception {
    return log(
        postgres,
        rules,
        0,
        row -> new Scores(row.values().get("eager") == 1 ? "s1" : "s0", 0.1, List.of(), Map.of()));
  }

  /** Decides by models, with exploration. */
  static List<ShopEvent> logUnder(
      Postgres postgres, RuleSet rules, List<ModelVersion> models, double exploration)
      throws Exception {
    var byName = new TreeMap<String, ModelVersion>();
    models.forEach(model -> byName.put(model.name(), model));
    var asked = new ModelScores(5);
    return log(postgres, rules, exploration, row -> asked.of(row, byName));
  }

  private static List<ShopEvent> log(
      Postgres postgres, RuleSet rules, double exploration, Function<FeatureRow, Scores> models)
      throws Exception {
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
        Decision decision =
            decider.decideBriefly(request, row, models.apply(row), rules, Caps.NONE, null);
        writer.add(decision);
        double effect = decision.promotionId() == null ? 0 : eager ? 600 : -300;
        double profit = 1_000 + 400 * random.nextGaussian() + effect;
        events.add(order("e" + i, shopper, at.plusSeconds(60), Math.round(profit / 0.3)));
      }
      writer.flush();
      history.executeBatch();
    }
    return events;
  }

  private static ShopEvent order(String id, String shopper, Instant at, long cents) {
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
}
