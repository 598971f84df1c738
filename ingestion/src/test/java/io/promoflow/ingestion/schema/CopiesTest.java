package io.promoflow.ingestion.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Condition.Operator;
import io.promoflow.ingestion.schema.Decision.Candidate;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.Experiment.Bucket;
import io.promoflow.ingestion.schema.Experiment.Place;
import io.promoflow.ingestion.schema.Experiment.SegmentWeights;
import io.promoflow.ingestion.schema.Experiment.Status;
import io.promoflow.ingestion.schema.Experiment.Variant;
import io.promoflow.ingestion.schema.Promotion.Period;
import io.promoflow.ingestion.schema.Promotion.Terms;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A copy differs in nothing but what it is asked for; one that forgot a field would lose it. */
class CopiesTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final Condition CHEAP = new Condition("product_price", Operator.LT, 5.0, null);
  private static final Promotion PROMOTION =
      new Promotion(
          "ten",
          PromotionKind.BUNDLE,
          new Terms(10.0, null, null, null, null, null, null),
          List.of("p1"),
          List.of("tea"),
          List.of(new Condition("channel", Operator.IN, null, List.of("app"))),
          NOON,
          NOON.plusSeconds(1),
          1_000L,
          20L,
          3,
          4,
          "discounts",
          "spring",
          List.of(new Period(NOON, null)),
          "Europe/Berlin",
          5L,
          List.of(CHEAP),
          200);
  private static final Experiment EXPERIMENT =
      new Experiment(
          "cart",
          "salt",
          Trigger.VISIT,
          List.of(new Variant("a", true, 1, List.of())),
          List.of(new SegmentWeights("loyal", Map.of("a", 1.0))),
          List.of("loyal"),
          true,
          NOON,
          NOON.plusSeconds(1),
          "profit",
          List.of(new Experiment.Guardrail("orders", 0.1)),
          0.2,
          new Experiment.AdjustmentPolicy(0.1, 0.3, 100, true, 0.05),
          Status.RUNNING,
          "layer",
          0.5,
          List.of(new Bucket("a", 0, 1)),
          List.of(new Place(0, 0.5)));

  private static void assertDiffers(Record copy, Record original, String... fields) {
    assertThat(
            Arrays.stream(original.getClass().getRecordComponents())
                .filter(one -> !Objects.equals(value(one, copy), value(one, original)))
                .map(RecordComponent::getName))
        .containsExactlyInAnyOrder(fields);
  }

  private static void assertTellsAll(Record original) {
    assertThat(original.getClass().getRecordComponents())
        .allSatisfy(one -> assertThat(value(one, original)).as(one.getName()).isNotNull());
  }

  private static Object value(RecordComponent component, Record of) {
    try {
      return component.getAccessor().invoke(of);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(component.getName(), e);
    }
  }

  @Test
  void ofPromotions() {
    assertTellsAll(PROMOTION);
    assertDiffers(PROMOTION.withBudgetCents(7L), PROMOTION, "budgetCents");
    assertDiffers(PROMOTION.withProducts(List.of("p2")), PROMOTION, "products");
    assertDiffers(PROMOTION.withKind(PromotionKind.COUPON), PROMOTION, "kind");
    assertDiffers(PROMOTION.withEligibility(List.of()), PROMOTION, "eligibility");
    assertDiffers(PROMOTION.withoutGroup(), PROMOTION, "stackingGroup");
    Promotion all = PROMOTION.coveringAll();
    assertDiffers(all, PROMOTION, "products", "categories", "productsWhere", "mostProducts");
    assertThat(all.coversAll()).isTrue();
  }

  @Test
  void ofExperiments() {
    assertTellsAll(EXPERIMENT);
    assertDiffers(EXPERIMENT.withVariants(List.of()), EXPERIMENT, "variants");
    assertDiffers(EXPERIMENT.withSegmentWeights(List.of()), EXPERIMENT, "segmentWeights");
    assertDiffers(EXPERIMENT.withStatus(Status.PAUSED), EXPERIMENT, "status");
    assertDiffers(EXPERIMENT.withBuckets(List.of()), EXPERIMENT, "buckets");
    assertDiffers(EXPERIMENT.withPlaces(null), EXPERIMENT, "places");
  }

  @Test
  void ofRules() {
    var margin = new RuleSet.Margin(0.3, 0, Map.of(), Map.of());
    var rules =
        new RuleSet(
            1,
            "ada",
            "spring",
            NOON,
            "a1",
            List.of(PROMOTION),
            List.of(EXPERIMENT),
            List.of(new RuleSet.ContactCap("spring", 1, 2)),
            new BudgetMoves(List.of(), 0.1, 0.3, 100, 0.05, Experiment.Mode.APPLY, null),
            0.1,
            margin);
    assertTellsAll(rules);
    assertDiffers(rules.withPromotions(List.of()), rules, "promotions");
    assertDiffers(rules.withExperiments(List.of()), rules, "experiments");
    assertDiffers(rules.withMargin(null), rules, "margin");
    assertDiffers(
        rules.as(2, "bob", "back", NOON.plusSeconds(1), null),
        rules,
        "version",
        "author",
        "note",
        "appliedAt",
        "adjustmentId");
  }

  @Test
  void ofAdjustments() {
    var proposed =
        new StrategyAdjustment(
            "a1",
            "cart",
            "loyal",
            Change.PAUSE,
            Map.of("a", 1.0),
            Map.of("a", 0.0),
            new StrategyAdjustment.Evidence("profit", "a", 1, 1, 1, 0, 2, 0.01),
            "policy",
            StrategyAdjustment.Status.PROPOSED,
            NOON,
            "policy",
            NOON,
            NOON,
            1L,
            "why",
            "1");
    assertTellsAll(proposed);
    assertDiffers(
        proposed.as(StrategyAdjustment.Status.REFUSED, "ada", NOON.plusSeconds(1), null, "no"),
        proposed,
        "status",
        "decidedBy",
        "decidedAt",
        "ruleVersion",
        "reason");
  }

  @Test
  void ofEvents() {
    var line =
        new ShopEvent(
            "e1",
            ShopEventType.ORDER_PLACED,
            "ada",
            "s1",
            NOON,
            "p1",
            "tea",
            "brand",
            1,
            500L,
            10L,
            "EUR",
            "o1",
            "ten",
            "d-1",
            "query",
            5,
            "text",
            7L,
            "gold",
            "TEA");
    assertTellsAll(line);
    assertDiffers(line.withShopperId("bob"), line, "shopperId");
    assertDiffers(line.withDiscountCents(20), line, "discountCents");
  }

  @Test
  void ofCandidates() {
    var lost = new Candidate("ten", 1.0, Loss.LOWER_SCORE, "why", 2L, 3.0, 0.4, 5.0);
    assertTellsAll(lost);
    assertDiffers(lost.withDetail("in words"), lost, "detail");
  }
}
