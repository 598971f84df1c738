package io.promoflow.serving.ledger;

import static io.promoflow.serving.Cast.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.CouponUse;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.serving.Cast;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CouponCodesTest {
  private static final CouponCodes CODES = CouponCodes.of("a-secret-of-the-shop");

  private static Promotion coupon(String id, String code, CouponUse use) {
    return Cast.promotion(
        id,
        PromotionKind.COUPON,
        new Promotion.Terms(10.0, null, null, null, code, null, null, List.of(), use, null));
  }

  private static String code(Promotion promotion, String shopper) {
    return CODES.of(promotion, shopper).orElseThrow();
  }

  /** Computed once with another program: HMAC-SHA-256 under SHA-256 of purpose and secret. */
  @Test
  void aShoppersOwnCodeNeverChanges() {
    assertThat(code(coupon("welcome-ten", "WELCOME", CouponUse.SINGLE), "k1.ada"))
        .isEqualTo("WELCOME-QNJ6J100PP");
  }

  @Test
  void everyShopperAndPromotionAndShopHasOthers() {
    Promotion welcome = coupon("welcome-ten", "WELCOME", CouponUse.SINGLE);
    assertThat(IntStream.range(0, 10_000).mapToObj(i -> code(welcome, "k1." + i)))
        .doesNotHaveDuplicates()
        .allMatch(code -> code.matches("WELCOME-[0-9A-HJKMNP-TV-Z]{10}"));
    assertThat(code(coupon("welcome-two", "WELCOME", CouponUse.SINGLE), "k1.ada"))
        .isNotEqualTo(code(welcome, "k1.ada"));
    assertThat(CouponCodes.of("another-shops-secret").of(welcome, "k1.ada"))
        .isNotEqualTo(CODES.of(welcome, "k1.ada"));
  }

  @Test
  void oneForAllIsTheOneOfTheRules() {
    assertThat(CODES.of(coupon("tea", "TEA", CouponUse.MULTI), "k1.ada")).contains("TEA");
    assertThat(CODES.of(coupon("tea", "TEA", null), "k1.ada")).contains("TEA");
    assertThat(CODES.of(Cast.percentOff("five", 5), "k1.ada")).isEmpty();
  }

  @Test
  void eventsTellTheCodeInItsFieldOrWhereTheyNameThePromotion() {
    assertThat(told("welcome-ten", "TEA")).isEqualTo("TEA");
    assertThat(told("TEA", null)).isEqualTo("TEA");
    assertThat(told(null, null)).isNull();
  }

  private static String told(String promotionId, String couponCode) {
    var event =
        new ShopEvent(
            "e1",
            ShopEventType.COUPON_REDEEMED,
            "k1.ada",
            null,
            NOON,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            promotionId,
            "d1",
            null,
            null,
            null,
            null,
            null,
            couponCode);
    return Redemptions.of(event).orElseThrow().couponCode();
  }
}
