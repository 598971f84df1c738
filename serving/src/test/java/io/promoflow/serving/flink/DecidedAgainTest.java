package io.promoflow.serving.flink;

import static io.promoflow.ingestion.schema.ShopEventType.ADDED_TO_CART;
import static io.promoflow.serving.Cast.ADA;
import static io.promoflow.serving.Cast.NOON;
import static io.promoflow.serving.Cast.event;
import static io.promoflow.serving.Cast.percent;
import static io.promoflow.serving.Cast.rules;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.Postgres;
import io.promoflow.serving.ledger.Redemption;
import io.promoflow.serving.ledger.Redemption.Action;
import io.promoflow.serving.ledger.Settlement;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** A job on a real ledger that fails after it told a decision, and decides its event again. */
class DecidedAgainTest {
  private static final RuleSet RULES =
      rules(1, List.of(limited("five-off", 5, 1), limited("ten-off", 10, 100)), List.of());
  private static final ShopEvent ADDED = event("e1", ADDED_TO_CART, ADA, NOON, "tea-1", 10_000);

  private static Promotion limited(String id, double percent, long stock) {
    return new Promotion(
        id,
        PromotionKind.PERCENT_OFF,
        percent(percent),
        List.of(),
        List.of(),
        List.of(),
        null,
        null,
        100_000L,
        stock,
        null,
        0,
        null);
  }

  @Test
  void whatWasToldStaysPromised() throws Exception {
    try (var postgres = new Postgres()) {
      apply(postgres);
      ServingOptions options =
          ServingOptions.from(
              Settings.of(
                  Map.of(
                      "kafka.bootstrap-servers", "none",
                      "postgres.url", postgres.place().url(),
                      "serving.triggers", "CART_ADD",
                      "serving.assumed-lift", "0.5")));
      OperatorSubtaskState checkpoint;
      Decision told;
      try (var job = operator(options, null)) {
        job.processBroadcastElement(Guidance.of(RULES), 0);
        checkpoint = job.snapshot(1, 1);
        told = decided(job);
      }
      Decision again;
      try (var job = operator(options, checkpoint)) {
        again = decided(job);
      }
      assertThat(told.promotionId()).isEqualTo("five-off");
      assertThat(again.decisionId()).isEqualTo(told.decisionId());
      assertThat(again.promotionId()).as("the only unit is promised").isEqualTo("ten-off");
      var asked = new Redemption("k1", told.decisionId(), Action.COMMIT, null, null, NOON);
      try (var ledger = LedgerOpening.settling(options).open()) {
        assertThat(ledger.settle(asked).toCompletableFuture().join())
            .isEqualTo(
                new Settlement(
                    "k1", told.decisionId(), "five-off", true, null, told.expectedCostCents()));
      }
      assertThat(reservedUnits(postgres)).isZero();
    }
  }

  private static void apply(Postgres postgres) throws Exception {
    try (var connection = postgres.store().getConnection();
        var insert =
            connection.prepareStatement(
                "INSERT INTO serving.rule_versions (version, author, note, applied_at_wall, rules)"
                    + " VALUES (1, 'test', 'test', now(), ?::jsonb)")) {
      insert.setString(1, new String(Wire.bytes(RULES), StandardCharsets.UTF_8));
      insert.executeUpdate();
    }
  }

  private static KeyedBroadcastOperatorTestHarness<String, ShopperInput, Guidance, Decision>
      operator(ServingOptions options, OperatorSubtaskState checkpoint) throws Exception {
    var made =
        new KeyedBroadcastOperatorTestHarness<String, ShopperInput, Guidance, Decision>(
            new CoBroadcastWithKeyedOperator<>(
                new DecisionFunction(options, Awaited.ANY_RULES, LedgerOpening.on(options)),
                List.of(
                    DecisionFunction.RULES,
                    DecisionFunction.MODELS,
                    DecisionFunction.PRICES,
                    DecisionFunction.OPEN)),
            ShopperInput::shopperId,
            Types.STRING,
            1,
            1,
            0);
    made.getExecutionConfig()
        .configure(
            new Configuration().set(PipelineOptions.GENERIC_TYPES, false),
            DecidedAgainTest.class.getClassLoader());
    if (checkpoint != null) {
      made.initializeState(checkpoint);
    }
    made.open();
    made.processBroadcastWatermark(Watermark.MAX_WATERMARK);
    return made;
  }

  private static Decision decided(
      KeyedBroadcastOperatorTestHarness<String, ShopperInput, Guidance, Decision> job)
      throws Exception {
    job.processElement(ShopperInput.of(ADDED), NOON.toEpochMilli());
    assertThat(job.extractOutputValues()).hasSize(1);
    return job.extractOutputValues().get(0);
  }

  private static long reservedUnits(Postgres postgres) throws Exception {
    try (var connection = postgres.store().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT sum(reserved_units) FROM serving.v_budgets")) {
      row.next();
      return row.getLong(1);
    }
  }
}
