package io.promoflow.serving;

import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.AdjustmentPolicy;
import io.promoflow.ingestion.schema.Experiment.Variant;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.ModelKind;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.Terms;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.ingestion.schema.Trigger;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Who and what the tests of this room speak of. */
public final class Cast {
  public static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  public static final String ADA = "k1.ada";
  public static final String BOB = "k1.bob";
  public static final Assumptions ASSUMED = new Assumptions(0.5, 0.4, 0.1, 5);

  private Cast() {}

  public static Terms percent(double percent) {
    return new Terms(percent, null, null, null, null, null, null);
  }

  public static Terms amount(long cents, Long minSpend) {
    return new Terms(null, cents, minSpend, null, null, null, null);
  }

  public static Promotion promotion(String id, PromotionKind kind, Terms terms) {
    return promotion(id, kind, terms, List.of(), null);
  }

  public static Promotion promotion(
      String id, PromotionKind kind, Terms terms, List<Condition> eligibility, Integer cap) {
    return new Promotion(
        id, kind, terms, List.of(), List.of(), eligibility, null, null, null, null, cap, 0, null);
  }

  public static Promotion percentOff(String id, double percent) {
    return promotion(id, PromotionKind.PERCENT_OFF, percent(percent));
  }

  /** With a budget; how much of it is left a ledger says. */
  public static Promotion limited(Promotion one) {
    return new Promotion(
        one.id(),
        one.kind(),
        one.terms(),
        one.products(),
        one.categories(),
        one.eligibility(),
        one.from(),
        one.until(),
        1_000_000L,
        one.stock(),
        one.perShopperCap(),
        one.priority(),
        one.stackingGroup());
  }

  public static Experiment experiment(String id, Trigger trigger, Variant... variants) {
    return new Experiment(
        id,
        id + "-1",
        trigger,
        List.of(variants),
        List.of(),
        List.of(),
        false,
        null,
        null,
        "profit",
        List.of(),
        0,
        new AdjustmentPolicy(0.1, 0.3, 100, true, 0.05),
        Experiment.Status.RUNNING);
  }

  public static Variant control(double weight) {
    return new Variant("control", true, weight, List.of());
  }

  public static Variant variant(String id, double weight, String... promotions) {
    return new Variant(id, false, weight, List.of(promotions));
  }

  public static RuleSet rules(
      long version, List<Promotion> promotions, List<Experiment> experiments) {
    return new RuleSet(version, "test", "test", NOON, null, promotions, experiments);
  }

  public static DecisionRequest asks(String requestId, Trigger trigger, String shopper, long cart) {
    return new DecisionRequest(requestId, trigger, shopper, NOON, new Cart(cart, List.of()));
  }

  public static FeatureRow row(String shopper, Instant asOf, double orders) {
    return new FeatureRow(shopper, asOf, Map.of("orders_7d", orders), Map.of("city", "Ulm"), "f1");
  }

  public static ShopEvent event(String id, ShopEventType type, String shopper, Instant at) {
    return event(id, type, shopper, at, null, 0);
  }

  public static ShopEvent event(
      String id, ShopEventType type, String shopper, Instant at, String product, long cents) {
    return new ShopEvent(
        id,
        type,
        shopper,
        null,
        at,
        product,
        product == null ? null : "tea",
        null,
        1,
        cents,
        null,
        "EUR",
        type == ShopEventType.ORDER_PLACED ? "o-" + id : null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** Few orders are segment s0, many are s1; the border lies at 2. */
  public static ModelVersion segments() {
    return new ModelVersion(
        "segments",
        "segments@1",
        ModelKind.KMEANS,
        "test",
        NOON,
        NOON,
        List.of("orders_7d"),
        new double[] {0},
        List.of(),
        new double[] {2},
        new double[] {1},
        new double[][] {{-2}, {2}},
        List.of("s0", "s1"),
        null,
        0,
        10,
        Map.of());
  }

  /** Log-odds = orders - 2 + 3 when the city is Ulm. */
  public static ModelVersion propensity() {
    return new ModelVersion(
        "propensity",
        "propensity@1",
        ModelKind.LOGISTIC,
        "test",
        NOON,
        NOON,
        List.of("orders_7d"),
        new double[] {1},
        List.of(new ModelVersion.OneHot("city", List.of("Rom", "Ulm"))),
        new double[] {2, 0, 0},
        new double[] {1, 1, 1},
        null,
        null,
        new double[] {1, -1, 3},
        0,
        10,
        Map.of());
  }
}
