package io.promoflow.serving.pricing;

import static io.promoflow.serving.pricing.Carts.line;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.Promotion.Terms;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cast;
import java.util.List;
import org.junit.jupiter.api.Test;

class PricingTest {
  private static final Cart CART =
      Carts.cart(
          List.of(
              line("pot", "tea", 1, 999), line("cup", "mugs", 3, 1_000), line("tin", "tea", 1, 1)));

  @Test
  void theCentThatIsLeftOverGoesToTheLargestRemainder() {
    // 10 % of 2,000 is 200: 99.9, 100.0 and 0.1 by value
    Price price = Pricing.of(Cast.percentOff("ten", 10), CART);
    assertThat(price.lines()).containsExactly(100L, 100L, 0L);
    assertThat(price.discountCents()).isEqualTo(200);
  }

  @Test
  void aGiftSavesItsPriceAndCostsWhatTheShopPaysForIt() {
    var terms = new Terms(null, 300L, null, null, null, "mug", null, List.of(), null, 990L);
    Price price = Pricing.of(Cast.promotion("mug", PromotionKind.GIFT, terms), CART);
    assertThat(price.savedCents()).isEqualTo(990);
    assertThat(price.costCents()).isEqualTo(300);
    assertThat(price.discountCents()).isZero();
    assertThat(price.lines()).containsExactly(0L, 0L, 0L);
  }

  @Test
  void aBundleNeedsAllItsProducts() {
    var terms = new Terms(null, 150L, null, null, null, null, null);
    Promotion set =
        new Promotion(
            "set",
            PromotionKind.BUNDLE,
            terms,
            List.of("pot", "cup"),
            List.of(),
            List.of(),
            null,
            null,
            null,
            null,
            null,
            0,
            null);
    assertThat(Pricing.of(set, CART).lines()).containsExactly(75L, 75L, 0L);
    Cart noCup = Carts.cart(List.of(line("pot", "tea", 2, 1_998)));
    assertThat(Pricing.of(set, noCup).savedCents()).isZero();
  }

  @Test
  void aCentIsNeverGivenBelowTheLeastSpend() {
    Promotion save = Cast.promotion("save", PromotionKind.SPEND_X_SAVE_Y, Cast.amount(500, 2_001L));
    assertThat(Pricing.of(save, CART).savedCents()).isZero();
    Promotion reached =
        Cast.promotion("save", PromotionKind.SPEND_X_SAVE_Y, Cast.amount(500, 2_000L));
    assertThat(Pricing.of(reached, CART).savedCents()).isEqualTo(500);
  }

  @Test
  void tenBillionCentsAreSpreadWithoutOverflow() {
    Cart large =
        Carts.cart(List.of(line("a", null, 1, 9_999_999_999L), line("b", null, 1, 9_999_999_998L)));
    Price price = Pricing.of(Cast.percentOff("all", 100), large);
    assertThat(price.lines()).containsExactly(9_999_999_999L, 9_999_999_998L);
  }
}
