package io.promoflow.serving;

import static io.promoflow.serving.Cast.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.Period;
import io.promoflow.ingestion.schema.PromotionKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenTimeTest {
  private static Instant day(int days) {
    return NOON.plus(Duration.ofDays(days));
  }

  private static Period days(Integer from, Integer until) {
    return new Period(from == null ? null : day(from), until == null ? null : day(until));
  }

  private static OpenTime open(Period own, Period... campaign) {
    return OpenTime.of(
        new Promotion(
            "p",
            PromotionKind.PERCENT_OFF,
            Cast.percent(5),
            List.of(),
            List.of(),
            List.of(),
            own.from(),
            own.until(),
            null,
            null,
            null,
            0,
            null,
            "c",
            List.of(campaign),
            null,
            null));
  }

  @Test
  void isTheOwnPeriodWithinThoseOfTheCampaignInOrder() {
    assertThat(open(days(2, 22), days(20, 30), days(0, 5), days(10, 12)).stretches())
        .containsExactly(days(2, 5), days(10, 12), days(20, 22));
    assertThat(open(days(2, 4)).stretches()).containsExactly(days(2, 4));
    assertThat(open(days(null, null), days(0, 5)).stretches()).containsExactly(days(0, 5));
    assertThat(open(days(6, 9), days(0, 5)).stretches()).isEmpty();
  }

  @Test
  void periodsThatMeetAreOneStretch() {
    assertThat(open(days(null, null), days(0, 5), days(3, 4), days(5, 7)).stretches())
        .containsExactly(days(0, 7));
    assertThat(open(days(null, null), days(3, null), days(0, 3), days(8, 9)).stretches())
        .containsExactly(days(0, null));
  }

  @Test
  void onlyTimeInWhichItMayBeOfferedPasses() {
    OpenTime open = open(days(null, null), days(0, 2), days(8, 10));
    assertThat(open.isBounded()).isTrue();
    assertThat(open.length()).isEqualTo(Duration.ofDays(4));
    assertThat(open.passed(day(-1))).isEqualTo(Duration.ZERO);
    assertThat(open.passed(day(1))).isEqualTo(Duration.ofDays(1));
    assertThat(open.passed(day(5))).isEqualTo(Duration.ofDays(2));
    assertThat(open.passed(day(9))).isEqualTo(Duration.ofDays(3));
    assertThat(open.passed(day(99))).isEqualTo(Duration.ofDays(4));
  }

  @Test
  void withoutABeginningItBeginsWhenItIsSaid() {
    OpenTime open = open(days(null, 4));
    assertThat(open.isBounded()).isFalse();
    assertThat(open.beginning(day(1)).stretches()).containsExactly(days(1, 4));
    assertThat(open(days(0, 4)).beginning(day(1)).stretches()).containsExactly(days(0, 4));
    assertThat(open(days(0, null)).beginning(day(1)).isBounded()).isFalse();
  }
}
