package io.promoflow.evaluation;

import static io.promoflow.evaluation.TestShop.NOON;
import static io.promoflow.evaluation.TestShop.TEN_OFF;
import static io.promoflow.ingestion.schema.ShopEventType.ORDER_PLACED;
import static io.promoflow.ingestion.schema.ShopEventType.ORDER_REFUNDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.evaluation.CategoryRevenue.Slice;
import io.promoflow.evaluation.PromotionAttribution.Offer;
import io.promoflow.ingestion.schema.ShopEventType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Revenue, cost and share of category of promotions, under reversals. */
class PromotionAttributionTest {
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long AT = NOON.toEpochMilli();
  private static final long TODAY = Math.floorDiv(AT, DAY);
  private static final PromotionAttribution ATTRIBUTION =
      new PromotionAttribution(Duration.ofDays(3).toMillis());
  private static final Offer OFFER = new Offer("d1", AT, TEN_OFF, null);
  private static final Offer GIFT = new Offer("d1", AT, TEN_OFF, 450L);

  /** A line of order o1; no price means that it tells neither price nor pieces. */
  private static Outcome line(
      String id,
      ShopEventType type,
      long atMillis,
      String product,
      Integer pieces,
      Long priceCents,
      Long discountCents,
      String promotion) {
    return new Outcome(
        id,
        type,
        atMillis,
        "o1",
        product,
        pieces,
        priceCents,
        discountCents,
        promotion,
        null,
        product == null ? null : "tea",
        null);
  }

  private static Outcome bought(String id, String product, Long discountCents, String promotion) {
    return line(id, ORDER_PLACED, AT + 1, product, 2, 1_000L, discountCents, promotion);
  }

  private static PromotionSums sums(Offer offer, Outcome... outcomes) {
    return ATTRIBUTION
        .contributions(List.of(offer), List.of(outcomes))
        .getOrDefault(new PromotionDay(TODAY, TEN_OFF), PromotionSums.ZERO);
  }

  private static Map<Slice, Long> categories(Outcome... outcomes) {
    return CategoryRevenue.of(List.of(outcomes));
  }

  @Test
  void revenueIsNetOfDiscountAndOnlyOfLinesThatNameIt() {
    var sums = sums(OFFER, bought("e1", "p1", 200L, TEN_OFF), bought("e2", "p2", 0L, null));

    assertThat(sums).isEqualTo(new PromotionSums(1, 1, 0, 0, 0, 1, 1_800, 200, 200));
  }

  @Test
  void refundThatNamesNoPromotionTakesBackWhatItsLineBrought() {
    var sums =
        sums(
            OFFER,
            bought("e1", "p1", 200L, TEN_OFF),
            line("r1", ORDER_REFUNDED, AT + DAY, "p1", 1, null, null, null));

    assertThat(sums.revenueCents()).isEqualTo(900);
    assertThat(sums.discountCents()).isEqualTo(100);
    assertThat(sums.costCents()).isEqualTo(100);
  }

  @Test
  void refundOfAnotherProductOfTheOrderChangesNothing() {
    var sums =
        sums(
            OFFER,
            bought("e1", "p1", 200L, TEN_OFF),
            bought("e2", "p2", 0L, null),
            line("r1", ORDER_REFUNDED, AT + 2, "p2", 2, 1_000L, 0L, null));

    assertThat(sums.revenueCents()).isEqualTo(1_800);
  }

  @Test
  void refundOfTheWholeOrderTakesBackEveryLine() {
    var sums =
        sums(
            OFFER,
            bought("e1", "p1", 200L, TEN_OFF),
            bought("e2", "p2", 100L, TEN_OFF),
            line("r1", ORDER_REFUNDED, AT + 4 * DAY, null, null, null, null, null));

    assertThat(sums).isEqualTo(new PromotionSums(1, 1, 0, 0, 0, 1, 0, 0, 0));
  }

  @Test
  void giftCostsWhatTheDecisionSaidWhileItsOrderStands() {
    var gift = bought("e1", "p1", null, TEN_OFF);
    assertThat(sums(GIFT, gift).costCents()).isEqualTo(450);
    assertThat(sums(GIFT, gift).discountCents()).isZero();
    assertThat(sums(GIFT, bought("e1", "p1", 200L, TEN_OFF)).costCents()).isEqualTo(200);

    var refund = line("r1", ORDER_REFUNDED, AT + 2, "p1", 2, 1_000L, null, null);
    assertThat(sums(GIFT, gift, refund).costCents()).isZero();
  }

  @Test
  void reversalCountsOnTheDayOfItsLine() {
    var line = bought("e1", "p1", 200L, TEN_OFF);
    var refund = line("r1", ORDER_REFUNDED, AT + 5 * DAY, "p1", 2, 1_000L, 200L, null);

    assertThat(ATTRIBUTION.contributions(List.of(OFFER), List.of(line, refund)))
        .containsOnlyKeys(new PromotionDay(TODAY, TEN_OFF));
    assertThat(sums(OFFER, line, refund).revenueCents()).isZero();
  }

  @Test
  void shareOfCategoryCountsEveryLineOfIt() {
    var promoted = new Slice(new CategoryRevenue.Day(TODAY, "tea"), TEN_OFF);
    var rest = new Slice(promoted.day(), CategoryRevenue.NO_PROMOTION);
    var first = bought("e1", "p1", 200L, TEN_OFF);
    var second = bought("e2", "p2", 0L, null);

    assertThat(categories(first, second)).isEqualTo(Map.of(promoted, 1_800L, rest, 2_000L));
    var refund = line("r1", ORDER_REFUNDED, AT + DAY, "p2", 1, null, null, null);
    assertThat(categories(first, second, refund)).isEqualTo(Map.of(promoted, 1_800L, rest, 1_000L));
  }
}
