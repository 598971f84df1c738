package io.promoflow.evaluation.flink;

import static io.promoflow.evaluation.TestShop.ADA;
import static io.promoflow.evaluation.TestShop.CONTROL;
import static io.promoflow.evaluation.TestShop.NOON;
import static io.promoflow.evaluation.TestShop.TEN_OFF;
import static io.promoflow.evaluation.TestShop.decision;
import static io.promoflow.evaluation.TestShop.placed;
import static io.promoflow.evaluation.TestShop.promotion;
import static io.promoflow.evaluation.TestShop.refunded;
import static io.promoflow.evaluation.TestShop.shown;
import static io.promoflow.evaluation.TestShop.triggered;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Metric;
import io.promoflow.evaluation.Population;
import io.promoflow.evaluation.PromotionSums;
import io.promoflow.evaluation.Shipped;
import io.promoflow.evaluation.flink.ShopperHarness.Sums;
import io.promoflow.ingestion.schema.ShopEventType;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Exposure, attribution window, late, repeated and reversed records. */
class ShopperAttributionTest {
  private static final Instant ORDER_TIME = NOON.plus(Duration.ofHours(5));
  private static final Instant WINDOW_END = NOON.plus(Duration.ofDays(3));

  private ShopperHarness shop;

  @BeforeEach
  void open() throws Exception {
    shop = new ShopperHarness();
  }

  @AfterEach
  void close() throws Exception {
    shop.close();
  }

  private long sum(String variant, String segment, Metric metric) {
    return cell(variant, segment).metric(metric).sum();
  }

  private CellSums cell(String variant, String segment) {
    return shop.sums().cells().getOrDefault(segment + " " + variant, CellSums.ZERO);
  }

  @Test
  void orderInTheWindowCounts() throws Exception {
    shop.take(decision("d1", ADA, NOON, TEN_OFF, "s1"));
    shop.take(placed("e1", ADA, ORDER_TIME, "o1", 2_000, 200));

    assertThat(cell(TEN_OFF, "s1").units()).isEqualTo(1);
    assertThat(sum(TEN_OFF, "s1", Shipped.CONVERSION)).isEqualTo(1);
    assertThat(sum(TEN_OFF, "s1", Shipped.ORDERS)).isEqualTo(1);
    assertThat(sum(TEN_OFF, "s1", Shipped.SPEND)).isEqualTo(1_800);
    assertThat(sum(TEN_OFF, "s1", Shipped.PROFIT)).isEqualTo(600 - 200);
    assertThat(sum(TEN_OFF, "s1", Shipped.DISCOUNT)).isEqualTo(200);
  }

  @Test
  void theWindowHoldsItsFirstMomentAndNotItsLast() throws Exception {
    shop.take(decision("d1", ADA, NOON, TEN_OFF, "s1"));
    shop.take(placed("before", ADA, NOON.minusMillis(1), "o1", 1, 0));
    shop.take(placed("first", ADA, NOON, "o2", 10, 0));
    shop.take(placed("last", ADA, WINDOW_END.minusMillis(1), "o3", 100, 0));
    shop.take(placed("after", ADA, WINDOW_END, "o4", 1_000, 0));

    assertThat(sum(TEN_OFF, "s1", Shipped.SPEND)).isEqualTo(110);
    assertThat(sum(TEN_OFF, "s1", Shipped.ORDERS)).isEqualTo(2);
  }

  @Test
  void shopperWithoutSegmentAndWithoutOrderIsAUnit() throws Exception {
    shop.take(decision("d1", ADA, NOON, CONTROL, null));

    assertThat(cell(CONTROL, "none").units()).isEqualTo(1);
    assertThat(cell(CONTROL, "none").metric(Shipped.SPEND).sum()).isZero();
  }

  @Test
  void outcomeThatIsReadBeforeItsDecisionCounts() throws Exception {
    shop.take(placed("e1", ADA, ORDER_TIME, "o1", 2_000, 0));
    assertThat(shop.sums().cells()).isEmpty();
    shop.take(decision("d1", ADA, NOON, TEN_OFF, "s1"));

    assertThat(sum(TEN_OFF, "s1", Shipped.SPEND)).isEqualTo(2_000);
  }

  @Test
  void repeatedRecordsCountOnce() throws Exception {
    for (int i = 0; i < 3; i++) {
      shop.take(decision("d1", ADA, NOON, TEN_OFF, "s1"));
      shop.take(placed("e1", ADA, ORDER_TIME, "o1", 2_000, 0));
    }
    assertThat(cell(TEN_OFF, "s1").units()).isEqualTo(1);
    assertThat(sum(TEN_OFF, "s1", Shipped.SPEND)).isEqualTo(2_000);
  }

  @Test
  void lateRefundCorrectsTheResult() throws Exception {
    shop.take(decision("d1", ADA, NOON, TEN_OFF, "s1"));
    shop.take(placed("e1", ADA, ORDER_TIME, "o1", 2_000, 200));
    shop.take(placed("e2", ADA, ORDER_TIME, "o2", 500, 0));
    shop.watermark(NOON.plus(Duration.ofDays(9)));
    shop.take(refunded("e3", ADA, ORDER_TIME.plus(Duration.ofDays(1)), "o1", 2_000));

    assertThat(sum(TEN_OFF, "s1", Shipped.SPEND)).isEqualTo(500);
    assertThat(sum(TEN_OFF, "s1", Shipped.DISCOUNT)).isZero();
    assertThat(sum(TEN_OFF, "s1", Shipped.PROFIT)).isEqualTo(150);
    assertThat(sum(TEN_OFF, "s1", Shipped.ORDERS)).isEqualTo(1);
    assertThat(cell(TEN_OFF, "s1").metric(Shipped.SPEND).squares().low()).isEqualTo(250_000);
  }

  @Test
  void refundAfterTheWindowIsNotCounted() throws Exception {
    shop.take(decision("d1", ADA, NOON, TEN_OFF, "s1"));
    shop.take(placed("e1", ADA, ORDER_TIME, "o1", 2_000, 0));
    shop.take(refunded("e2", ADA, WINDOW_END, "o1", 2_000));

    assertThat(sum(TEN_OFF, "s1", Shipped.SPEND)).isEqualTo(2_000);
  }

  @Test
  void earlierDecisionThatIsReadLaterTakesTheShopperOver() throws Exception {
    shop.take(decision("d2", ADA, NOON, TEN_OFF, "s2"));
    shop.take(placed("e1", ADA, ORDER_TIME, "o1", 2_000, 0));
    shop.take(decision("d1", ADA, NOON.minusSeconds(60), TEN_OFF, "s1"));

    assertThat(shop.sums().cells()).containsOnlyKeys("s1 ten-off");
    assertThat(sum(TEN_OFF, "s1", Shipped.SPEND)).isEqualTo(2_000);
  }

  @Test
  void shopperInTwoVariantsStaysInTheFirstAndIsCountedAsContaminated() throws Exception {
    shop.take(decision("d2", ADA, NOON.plusSeconds(60), CONTROL, "s1"));
    assertThat(cell(CONTROL, "s1").contaminated()).isZero();
    shop.take(decision("d1", ADA, NOON, TEN_OFF, "s1"));

    assertThat(cell(TEN_OFF, "s1").units()).isEqualTo(1);
    assertThat(cell(TEN_OFF, "s1").contaminated()).isEqualTo(1);
    assertThat(cell(CONTROL, "s1").units()).isZero();
  }

  @Test
  void viewsAndClicksMakeTheRatio() throws Exception {
    shop.take(decision("d1", ADA, NOON, TEN_OFF, "s1"));
    shop.take(promotion("e1", ShopEventType.PROMOTION_VIEWED, ADA, ORDER_TIME, "d1"));
    shop.take(promotion("e2", ShopEventType.PROMOTION_VIEWED, ADA, ORDER_TIME, "d1"));
    shop.take(promotion("e3", ShopEventType.PROMOTION_CLICKED, ADA, ORDER_TIME, null));

    assertThat(sum(TEN_OFF, "s1", Shipped.CTR)).isEqualTo(1);
    assertThat(cell(TEN_OFF, "s1").metric(Shipped.CTR).denominator()).isEqualTo(2);
  }

  @Test
  void promotionEventsCountOnTheDayOfTheDecisionTheyAnswer() throws Exception {
    Instant nextDay = NOON.plus(Duration.ofDays(1));
    shop.take(promotion("e1", ShopEventType.PROMOTION_CLICKED, ADA, nextDay, null));
    assertThat(shop.sums().promotions())
        .isEqualTo(Map.of("2026-01-06 ten-off", new PromotionSums(0, 0, 0, 1, 0, 0, 0, 0, 0)));
    shop.take(decision("d1", ADA, NOON, TEN_OFF, "s1"));
    shop.take(promotion("e2", ShopEventType.COUPON_REDEEMED, ADA, nextDay, "d1"));

    assertThat(shop.sums().promotions())
        .isEqualTo(Map.of("2026-01-05 ten-off", new PromotionSums(1, 1, 0, 1, 1, 0, 0, 0, 0)));
  }

  @Test
  void whatIsTooLateIsCountedAsSuchAndChangesNothing() throws Exception {
    shop.take(decision("d1", ADA, NOON, TEN_OFF, "s1"));
    shop.take(placed("e1", ADA, ORDER_TIME, "o1", 2_000, 0));
    Sums before = shop.sums();
    shop.watermark(NOON.plus(Duration.ofDays(15)).plus(Duration.ofHours(4)));
    shop.take(placed("e2", ADA, NOON.plusSeconds(1), "o2", 700, 0)); // too late itself
    shop.take(placed("e3", ADA, ORDER_TIME, "o3", 700, 0)); // its exposure is final
    shop.take(decision("d0", ADA, NOON.minusSeconds(60), CONTROL, "s1"));

    assertThat(shop.sums()).isEqualTo(before);
    assertThat(shop.tooLate()).isEqualTo(2);
  }

  @Test
  void outcomesAreForgottenWhenTheyCannotMatterAnyMore() throws Exception {
    shop.take(decision("d1", ADA, NOON, TEN_OFF, "s1"));
    shop.take(placed("e1", ADA, ORDER_TIME, "o1", 2_000, 0));
    assertThat(shop.keptEntries()).isEqualTo(3);
    shop.watermark(NOON.plus(Duration.ofDays(19)));

    assertThat(shop.keptEntries()).isEqualTo(1); // the exposure
  }

  private static long units(ShopperHarness at, Population population, String variant) {
    return at.sums().cells(population).getOrDefault("s1 " + variant, CellSums.ZERO).units();
  }

  @Test
  void whoeverSawTwoVariantsCountsAmongEverybodyOnly() throws Exception {
    shop.take(decision("d1", ADA, NOON, TEN_OFF, "s1"));
    shop.take(placed("e1", ADA, ORDER_TIME, "o1", 2_000, 0));
    assertThat(units(shop, Population.UNCONTAMINATED, TEN_OFF)).isEqualTo(1);
    shop.take(decision("d2", ADA, NOON.plusSeconds(60), CONTROL, "s1"));

    assertThat(units(shop, Population.EVERYBODY, TEN_OFF)).isEqualTo(1);
    assertThat(shop.sums().cells(Population.UNCONTAMINATED)).isEmpty();
    assertThat(sum(TEN_OFF, "s1", Shipped.SPEND)).isEqualTo(2_000);
  }

  @Test
  void aSecondVariantAfterTheWindowContaminatesNothing() throws Exception {
    shop.take(decision("d1", ADA, NOON, TEN_OFF, "s1"));
    shop.take(decision("d2", ADA, WINDOW_END, CONTROL, "s1"));

    assertThat(units(shop, Population.UNCONTAMINATED, TEN_OFF)).isEqualTo(1);
    assertThat(cell(TEN_OFF, "s1").contaminated()).isZero();
  }

  @Test
  void whoeverIsTriggeredLaterInTheWindowIsTriggered() throws Exception {
    shop.take(decision("d1", ADA, NOON, CONTROL, "s1"));
    assertThat(shop.sums().cells(Population.TRIGGERED)).isEmpty();
    shop.take(triggered(decision("d2", ADA, ORDER_TIME, CONTROL, "s1")));
    assertThat(units(shop, Population.TRIGGERED, CONTROL)).isEqualTo(1);

    assertThat(units(shop, Population.EVERYBODY, CONTROL)).isEqualTo(1);
  }

  @Test
  void theFirstDecisionThatWasShownExposes() throws Exception {
    Instant shownAt = NOON.plusSeconds(90);
    try (var strict = new ShopperHarness(ShopperHarness.SHOWN)) {
      strict.take(decision("d1", ADA, NOON, TEN_OFF, "s1"));
      strict.take(decision("d2", ADA, NOON.plusSeconds(60), CONTROL, "s1"));
      strict.take(placed("e0", ADA, NOON.plusSeconds(80), "o0", 500, 0));
      strict.take(placed("e1", ADA, ORDER_TIME, "o1", 2_000, 0));
      assertThat(strict.sums().cells()).isEmpty();
      strict.take(shown("e2", ADA, shownAt.plusSeconds(5), "d2"));
      strict.take(shown("e3", ADA, shownAt, "d2")); // the earlier one of the two

      Sums sums = strict.sums();
      assertThat(sums.cells()).containsOnlyKeys("s1 control");
      CellSums ada = sums.cells().get("s1 control");
      assertThat(ada.metric(Shipped.SPEND).sum()).as("after it was shown").isEqualTo(2_000);
      assertThat(ada.metric(Shipped.SPEND).denominator()).as("before").isEqualTo(500);
      assertThat(ada.metric(Shipped.CTR).denominator()).as("no promotion was viewed").isZero();
      assertThat(ada.contaminated()).as("ten-off was never shown").isZero();
      assertThat(sums.shown().get(CONTROL).shown()).isEqualTo(1);
      assertThat(sums.shown().get(TEN_OFF).decisions()).isEqualTo(1);
      assertThat(sums.shown().get(TEN_OFF).shown()).isZero();
    }
  }

  @Test
  void aViewWhoseClockIsWrongExposesWhenItWasDecided() throws Exception {
    try (var strict = new ShopperHarness(ShopperHarness.SHOWN)) {
      strict.take(promotion("e1", ShopEventType.PROMOTION_VIEWED, ADA, NOON.minusSeconds(3), "d1"));
      strict.take(decision("d1", ADA, NOON, TEN_OFF, "s1"));
      strict.take(placed("e2", ADA, NOON.minusSeconds(1), "o1", 700, 0));

      CellSums ada = strict.sums().cells().get("s1 ten-off");
      assertThat(ada.units()).isEqualTo(1);
      assertThat(ada.metric(Shipped.SPEND).sum()).isZero();
    }
  }

  @Test
  void aLateViewCorrectsTheResultUntilItsTimeHasGone() throws Exception {
    try (var strict = new ShopperHarness(ShopperHarness.SHOWN)) {
      strict.take(decision("d1", ADA, NOON, TEN_OFF, "s1"));
      strict.take(placed("e1", ADA, ORDER_TIME, "o1", 2_000, 0));
      strict.watermark(NOON.plus(Duration.ofDays(9)));
      strict.take(shown("e2", ADA, NOON.plusSeconds(1), "d1"));
      assertThat(strict.sums().cells().get("s1 ten-off").metric(Shipped.SPEND).sum())
          .isEqualTo(2_000);
      strict.watermark(NOON.plus(Duration.ofDays(30)));

      assertThat(strict.keptEntries()).as("the assignment and the exposure").isEqualTo(2);
    }
  }

  private static final String OF_TEN_OFF = "s1 ten-off";

  @Test
  void whoWasDecidedForButShownNothingIsMissingOnceTheWindowIsOver() throws Exception {
    try (var strict = new ShopperHarness(ShopperHarness.SHOWN)) {
      strict.take(decision("d1", ADA, NOON, TEN_OFF, "s1"));
      strict.take(decision("d2", ADA, NOON.plusSeconds(60), CONTROL, "s1"));
      strict.take(placed("e1", ADA, ORDER_TIME, "o1", 2_000, 0));

      assertThat(strict.sums().missingUpTo(WINDOW_END.minusMillis(1))).isEmpty();
      assertThat(strict.sums().missingUpTo(WINDOW_END)).isEqualTo(Map.of(OF_TEN_OFF, 1L));
      assertThat(strict.sums().cells()).as("nothing of it is a result").isEmpty();
    }
  }

  @Test
  void whateverWasShownFirstWithinTheWindowIsAnExposure() throws Exception {
    try (var strict = new ShopperHarness(ShopperHarness.SHOWN)) {
      strict.take(decision("d1", ADA, NOON, TEN_OFF, "s1"));
      strict.take(decision("d2", ADA, ORDER_TIME, CONTROL, "s1"));
      strict.take(shown("e1", ADA, WINDOW_END.minusMillis(1), "d2"));

      assertThat(strict.sums().missingUpTo(Instant.MAX.minusSeconds(1))).isEmpty();
    }
  }

  /** Or the number of missing ones would fall again, which its check may not watch. */
  @Test
  void whoIsShownSomethingAfterTheWindowStaysMissingAndIsExposedBesides() throws Exception {
    try (var strict = new ShopperHarness(ShopperHarness.SHOWN)) {
      strict.take(decision("d1", ADA, NOON, TEN_OFF, "s1"));
      strict.take(decision("d2", ADA, ORDER_TIME, TEN_OFF, "s1"));
      strict.take(shown("e1", ADA, WINDOW_END, "d2"));

      assertThat(strict.sums().missingUpTo(WINDOW_END)).isEqualTo(Map.of(OF_TEN_OFF, 1L));
      assertThat(strict.sums().cells().get(OF_TEN_OFF).units()).isEqualTo(1);
    }
  }

  @Test
  void aLateViewTakesTheMissingBackAndALateDecisionMovesThem() throws Exception {
    try (var strict = new ShopperHarness(ShopperHarness.SHOWN)) {
      strict.take(decision("d2", ADA, NOON, TEN_OFF, "s1"));
      strict.watermark(NOON.plus(Duration.ofDays(9)));
      strict.take(decision("d1", ADA, NOON.minusSeconds(60), CONTROL, "s2"));
      assertThat(strict.sums().missingUpTo(WINDOW_END)).isEqualTo(Map.of("s2 control", 1L));
      strict.take(shown("e1", ADA, NOON.plusSeconds(1), "d2"));

      assertThat(strict.sums().missingUpTo(WINDOW_END)).isEmpty();
    }
  }

  @Test
  void nothingIsMissingWhereTheDecisionExposes() throws Exception {
    shop.take(decision("d1", ADA, NOON, TEN_OFF, "s1"));

    assertThat(shop.sums().missingUpTo(WINDOW_END)).isEmpty();
  }
}
