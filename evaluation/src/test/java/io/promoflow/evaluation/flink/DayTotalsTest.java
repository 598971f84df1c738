package io.promoflow.evaluation.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.evaluation.CategoryRevenue;
import io.promoflow.evaluation.CategoryRevenue.Slice;
import io.promoflow.evaluation.PromotionDay;
import io.promoflow.evaluation.PromotionSums;
import java.time.Clock;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** A day that was written leaves no timer behind, which would outlive its sums. */
class DayTotalsTest {
  private static final EvaluationOptions OPTIONS = ShopperHarness.OPTIONS;
  private static final long LATER = OPTIONS.emitEvery().toMillis();

  @Test
  void aWrittenDayOfACategoryWaitsForNothing() throws Exception {
    var day = new CategoryRevenue.Day(1, "tea");
    try (var shares =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(new CategoryTotals(OPTIONS, Clock.systemUTC())),
            (CategoryDelta delta) -> delta.slice().day(),
            TypeInformation.of(CategoryRevenue.Day.class))) {
      shares.open();
      shares.processElement(new CategoryDelta(new Slice(day, "gift"), 100), 0);
      shares.setProcessingTime(LATER);
      assertThat(shares.extractOutputValues()).hasSize(1);
      assertThat(shares.numEventTimeTimers()).isZero();
    }
  }

  @Test
  void aWrittenDayOfAPromotionWaitsForNothing() throws Exception {
    var day = new PromotionDay(1, "gift");
    try (var totals =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(new PromotionTotals(OPTIONS, Clock.systemUTC())),
            PromotionDelta::day,
            TypeInformation.of(PromotionDay.class))) {
      totals.open();
      totals.processElement(new PromotionDelta(day, PromotionSums.ZERO), 0);
      totals.setProcessingTime(LATER);
      assertThat(totals.extractOutputValues()).hasSize(1);
      assertThat(totals.numEventTimeTimers()).isZero();
    }
  }
}
