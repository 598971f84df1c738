package io.promoflow.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.Terms;
import io.promoflow.ingestion.schema.PromotionKind;
import java.math.BigDecimal;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class CostPropertyTest {
  private static final long MOST = 10_000_000_000L;

  private static Cart cart(long cents) {
    return new Cart(cents, List.of());
  }

  @Property
  void aSavingLiesBetweenNothingAndCartAndCap(
      @ForAll PromotionKind kind,
      @ForAll @DoubleRange(max = 100) double percent,
      @ForAll @LongRange(max = MOST) long amount,
      @ForAll @LongRange(max = MOST) long cap,
      @ForAll @LongRange(max = MOST) long cents) {
    var terms = new Terms(percent, amount, null, cap, "c", "g", "gold");
    long cost = Cost.cents(Cast.promotion("p", kind, terms), cart(cents));
    assertThat(cost).isBetween(0L, cap);
    if (kind == PromotionKind.GIFT || kind == PromotionKind.FREE_SHIPPING) {
      assertThat(cost).isEqualTo(Math.min(amount, cap));
    } else {
      assertThat(cost).isLessThanOrEqualTo(cents);
    }
  }

  @Property
  void aShareIsExactAndRoundedDown(
      @ForAll @DoubleRange(max = 100) double percent, @ForAll @LongRange(max = MOST) long cents) {
    long cost = Cost.cents(Cast.percentOff("p", percent), cart(cents));
    BigDecimal exact =
        BigDecimal.valueOf(percent).multiply(BigDecimal.valueOf(cents)).movePointLeft(2);
    assertThat(BigDecimal.valueOf(cost)).isLessThanOrEqualTo(exact);
    assertThat(BigDecimal.valueOf(cost + 1)).isGreaterThan(exact);
  }

  @Test
  void tenthsOfAPercentAreNoBinaryFractions() {
    // 0.1 % of 1,000 cents is exactly 1 cent, though 0.1 is no binary fraction
    assertThat(Cost.cents(Cast.percentOff("p", 0.1), cart(1_000))).isEqualTo(1);
    assertThat(Cost.cents(Cast.percentOff("p", 33.3), cart(1_000))).isEqualTo(333);
    assertThat(Cost.cents(Cast.percentOff("p", 10), cart(999))).isEqualTo(99);
  }

  @Test
  void onlyWhatIsCoveredCounts() {
    var teaOnly =
        new Promotion(
            "tea",
            PromotionKind.PERCENT_OFF,
            Cast.percent(50),
            List.of(),
            List.of("tea"),
            List.of(),
            null,
            null,
            null,
            null,
            null,
            0,
            null);
    var lines =
        List.of(
            new Cart.Line("p1", "tea", 1, 1_000L, Cast.NOON),
            new Cart.Line("p2", "mugs", 1, 3_000L, Cast.NOON),
            new Cart.Line(null, null, 1, 500L, Cast.NOON));
    assertThat(Cost.cents(teaOnly, new Cart(4_500, lines))).isEqualTo(500);
  }
}
