package io.promoflow.evaluation;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.ingestion.schema.Trigger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The cast and the small shop that tests are told about. */
public final class TestShop {
  public static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  public static final String ADA = "k1.ada";
  public static final String BOB = "k1.bob";
  public static final String TEA_TEST = "tea-test";
  public static final String CONTROL = "control";
  public static final String TEN_OFF = "ten-off";

  private TestShop() {}

  public static Decision decision(
      String id, String shopper, Instant at, String variant, String segment) {
    return decision(id, shopper, at, variant, segment, 1);
  }

  public static Decision decision(
      String id, String shopper, Instant at, String variant, String segment, long ruleVersion) {
    return new Decision(
        id,
        "request-" + id,
        Trigger.VISIT,
        shopper,
        at,
        0,
        segment,
        null,
        variant == null ? null : TEA_TEST,
        variant,
        TEN_OFF.equals(variant) ? TEN_OFF : null,
        0.5,
        0,
        List.of(),
        ruleVersion,
        Map.of(),
        null,
        null,
        List.of());
  }

  /** The same decision, made where the variants could differ. */
  public static Decision triggered(Decision one) {
    return new Decision(
        one.decisionId(),
        one.requestId(),
        one.trigger(),
        one.shopperId(),
        one.at(),
        one.cartCents(),
        one.segment(),
        one.propensity(),
        one.experimentId(),
        one.variant(),
        one.promotionId(),
        one.probability(),
        one.expectedCostCents(),
        one.candidates(),
        one.ruleVersion(),
        one.modelVersions(),
        one.featuresVersion(),
        one.featuresAsOf(),
        one.contributions(),
        one.pricesVersion(),
        one.stale(),
        one.losses(),
        true);
  }

  /** A decision was shown that gave nothing. */
  public static ShopEvent shown(String id, String shopper, Instant at, String decisionId) {
    return promotion(id, ShopEventType.PROMOTION_VIEWED, shopper, at, null, decisionId);
  }

  /** One order line of one piece. */
  public static ShopEvent placed(
      String id, String shopper, Instant at, String order, long priceCents, long discountCents) {
    return line(
        id, ShopEventType.ORDER_PLACED, shopper, at, order, "p1", 1, priceCents, discountCents);
  }

  /** The piece of {@link #placed} paid back; its discount follows from the line. */
  public static ShopEvent refunded(
      String id, String shopper, Instant at, String order, long priceCents) {
    return line(id, ShopEventType.ORDER_REFUNDED, shopper, at, order, "p1", 1, priceCents, null);
  }

  public static ShopEvent line(
      String id,
      ShopEventType type,
      String shopper,
      Instant at,
      String order,
      String product,
      Integer quantity,
      Long priceCents,
      Long discountCents) {
    return new ShopEvent(
        id,
        type,
        shopper,
        null,
        at,
        product,
        null,
        null,
        quantity,
        priceCents,
        discountCents,
        "EUR",
        order,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** A view, a click or a redemption of a promotion. */
  public static ShopEvent promotion(
      String id, ShopEventType type, String shopper, Instant at, String decisionId) {
    return promotion(id, type, shopper, at, TEN_OFF, decisionId);
  }

  private static ShopEvent promotion(
      String id,
      ShopEventType type,
      String shopper,
      Instant at,
      String promotion,
      String decisionId) {
    return new ShopEvent(
        id,
        type,
        shopper,
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
        promotion,
        decisionId,
        null,
        null,
        null,
        null);
  }

  public static Experiment teaTest(double controlWeight, boolean perSegment) {
    return teaTest(
        controlWeight,
        List.of(),
        new Experiment.AdjustmentPolicy(0.1, 0.2, 50, perSegment, 0.05),
        List.of(new Experiment.Guardrail("conversion", 0.1)));
  }

  public static Experiment teaTest(
      double controlWeight,
      List<Experiment.SegmentWeights> segmentWeights,
      Experiment.AdjustmentPolicy policy,
      List<Experiment.Guardrail> guardrails) {
    return new Experiment(
        TEA_TEST,
        "salt",
        Trigger.VISIT,
        List.of(
            new Experiment.Variant(CONTROL, true, controlWeight, List.of()),
            new Experiment.Variant(TEN_OFF, false, 1 - controlWeight, List.of(TEN_OFF))),
        segmentWeights,
        List.of(),
        false,
        null,
        null,
        "profit",
        guardrails,
        0,
        policy,
        Experiment.Status.RUNNING);
  }

  /** The variant of that number; 0 is the control. */
  public static String arm(int number) {
    return number == 0 ? CONTROL : "arm-" + number;
  }

  /** An experiment with variants named by {@link #arm}. */
  public static Experiment arms(
      Map<String, Double> weights,
      List<Experiment.SegmentWeights> segmentWeights,
      Experiment.AdjustmentPolicy policy,
      List<Experiment.Guardrail> guardrails) {
    List<Experiment.Variant> variants =
        IntStream.range(0, weights.size())
            .mapToObj(TestShop::arm)
            .map(id -> new Experiment.Variant(id, id.equals(CONTROL), weights.get(id), List.of()))
            .toList();
    return new Experiment(
        TEA_TEST,
        "salt",
        Trigger.VISIT,
        variants,
        segmentWeights,
        List.of(),
        false,
        null,
        null,
        "profit",
        guardrails,
        0,
        policy,
        Experiment.Status.RUNNING);
  }

  public static RuleSet rules(long version, Experiment... experiments) {
    return new RuleSet(version, "ada", "note", NOON, null, List.of(), List.of(experiments));
  }
}
