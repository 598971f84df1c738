package io.promoflow.ingestion.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.wire.Wire;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every record of the language crosses Flink without Kryo and the wire without loss. */
class LanguageOnFlinkTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00.123Z");

  static Stream<Object> language() {
    return Stream.of(
        new ShopEvent(
            "e1",
            ShopEventType.ORDER_PLACED,
            "k1.ada",
            null,
            NOON,
            "p1",
            null,
            null,
            2,
            1999L,
            null,
            "EUR",
            "o1",
            null,
            null,
            null,
            null,
            null,
            null,
            "gold",
            "TEN"),
        new FeatureRow("k1.ada", NOON, Map.of("orders_7d", 2.0), Map.of(), "f1"),
        new TrainingExample("k1.ada", NOON, NOON, Map.of(), Map.of("c", "tea"), true, "f1"),
        new StrategyAdjustment(
            "a1",
            "x1",
            null,
            StrategyAdjustment.Change.PAUSE,
            Map.of("a", 0.5),
            Map.of("a", 1.0),
            new StrategyAdjustment.Evidence("profit", "b", 10, 11, 1.5, 0.5, 2.5, 0.01),
            "policy",
            StrategyAdjustment.Status.PROPOSED,
            NOON,
            "policy",
            NOON,
            null,
            null,
            null),
        new Decision(
            "d1",
            "r1",
            Trigger.VISIT,
            "k1.ada",
            NOON,
            0,
            null,
            0.25,
            null,
            null,
            "ten-off",
            1.0,
            120,
            List.of(
                new Decision.Candidate("ten-off", 3.5, null, null),
                new Decision.Candidate("gift", null, Decision.Loss.NOT_ELIGIBLE, "segment = s1")),
            7,
            Map.of("propensity", "v"),
            null,
            null,
            List.of(new Decision.Contribution("orders_7d", 0.3))),
        new RuleSet(
            3,
            "ada",
            "first",
            NOON,
            null,
            List.of(
                new Promotion(
                    "ten-off",
                    PromotionKind.PERCENT_OFF,
                    new Promotion.Terms(10.0, null, null, 500L, null, null, null),
                    List.of(),
                    List.of("tea"),
                    List.of(
                        new Condition("orders_7d", Condition.Operator.GE, 1.0, null),
                        new Condition("segment", Condition.Operator.IN, null, List.of("s1"))),
                    NOON,
                    null,
                    null,
                    5L,
                    null,
                    0,
                    "main"),
                new Promotion(
                    "save",
                    PromotionKind.SPEND_X_SAVE_Y,
                    new Promotion.Terms(
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        List.of(new Promotion.Tier(5_000, 500), new Promotion.Tier(10_000, 1_500)),
                        Promotion.CouponUse.SINGLE,
                        99L),
                    List.of(),
                    List.of(),
                    List.of(),
                    null,
                    null,
                    null,
                    null,
                    1,
                    5,
                    null,
                    "holiday",
                    List.of(new Promotion.Period(NOON, null)),
                    "Europe/Berlin",
                    86_400_000L,
                    List.of(new Condition("product_pieces_7d", Condition.Operator.LT, 5.0, null)),
                    200)),
            List.of(
                new Experiment(
                    "x1",
                    "salt",
                    Trigger.CART_ADD,
                    List.of(
                        new Experiment.Variant("a", true, 0.5, List.of()),
                        new Experiment.Variant("b", false, 0.5, List.of("ten-off"))),
                    List.of(new Experiment.SegmentWeights("s1", Map.of("a", 0.2, "b", 0.8))),
                    List.of(),
                    true,
                    null,
                    null,
                    "profit",
                    List.of(new Experiment.Guardrail("orders", 0.1)),
                    0.05,
                    new Experiment.AdjustmentPolicy(0.1, 0.2, 100, true, 0.05),
                    Experiment.Status.RUNNING,
                    "page",
                    0.4,
                    List.of(new Experiment.Bucket("a", 0, 0.5), new Experiment.Bucket("b", 0.5, 1)),
                    List.of(new Experiment.Place(0, 0.1), new Experiment.Place(0.7, 1))),
                LoopHoldout.experiment(0.1)),
            List.of(new RuleSet.ContactCap(null, 2, 604_800_000L)),
            null,
            0.05,
            new RuleSet.Margin(0.4, 0.05, Map.of("tea", 0.2), Map.of("save", -0.1))));
  }

  @ParameterizedTest
  @MethodSource("language")
  <T> void crossesFlinkWithoutKryo(T value) throws Exception {
    @SuppressWarnings("unchecked")
    var type = TypeInformation.of((Class<T>) value.getClass());
    var config = new SerializerConfigImpl();
    config.setGenericTypes(false);
    var serializer = type.createSerializer(config);
    var out = new DataOutputSerializer(64);
    serializer.serialize(value, out);
    assertThat(serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer())))
        .isEqualTo(value);
  }

  @ParameterizedTest
  @MethodSource("language")
  <T> void crossesTheWireWithoutLoss(T value) throws Exception {
    @SuppressWarnings("unchecked")
    var type = (Class<T>) value.getClass();
    assertThat(Wire.read(Wire.bytes(value), type)).isEqualTo(value);
  }
}
