package io.promoflow.evaluation;

import static io.promoflow.evaluation.TestShop.ADA;
import static io.promoflow.evaluation.TestShop.NOON;
import static io.promoflow.ingestion.schema.ShopEventType.ORDER_CANCELLED;
import static io.promoflow.ingestion.schema.ShopEventType.ORDER_PLACED;
import static io.promoflow.ingestion.schema.ShopEventType.ORDER_REFUNDED;
import static io.promoflow.ingestion.schema.ShopEventType.REVIEWED;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.ShopEventType;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an order is worth when some of it comes back. */
class ShopperTotalsTest {
  private final ShopperTotals totals = new ShopperTotals(0.3);
  private int number;

  private void happens(
      ShopEventType type, String product, Integer quantity, Long price, Long discount) {
    totals.add(
        Outcome.of(
            TestShop.line(
                "e" + number++, type, ADA, NOON, "o1", product, quantity, price, discount)));
  }

  private void has(long orders, long spend, long profit, long discount) {
    assertThat(totals.value(Amount.of(Flow.ORDERS))).as("orders").isEqualTo(orders);
    assertThat(totals.value(Amount.of(Flow.CONVERSION)))
        .as("conversion")
        .isEqualTo(orders > 0 ? 1 : 0);
    assertThat(totals.value(Amount.of(Flow.SPEND))).as("spend").isEqualTo(spend);
    assertThat(totals.value(Amount.of(Flow.PROFIT))).as("profit").isEqualTo(profit);
    assertThat(totals.value(Amount.of(Flow.DISCOUNT))).as("discount").isEqualTo(discount);
  }

  @Test
  void linesOfOneOrderAreOneOrder() {
    happens(ORDER_PLACED, "tea", 2, 1_000L, 300L);
    happens(ORDER_PLACED, "cup", 1, 500L, null);
    has(1, 2_200, 600 + 150 - 300, 300);
  }

  @Test
  void partialRefundTakesItsShareOfTheDiscount() {
    happens(ORDER_PLACED, "tea", 3, 1_000L, 300L);
    happens(ORDER_REFUNDED, "tea", 1, 1_000L, null);
    has(1, 1_800, 600 - 200, 200);
  }

  @Test
  void refundThatTellsItsDiscountIsBelieved() {
    happens(ORDER_PLACED, "tea", 2, 1_000L, 300L);
    happens(ORDER_REFUNDED, "tea", 1, 1_000L, 50L);
    has(1, 1_700 - 950, 300 - 250, 250);
  }

  @Test
  void refundWithoutPriceTakesItFromTheLine() {
    happens(ORDER_PLACED, "tea", 2, 1_000L, 300L);
    happens(ORDER_CANCELLED, "tea", null, null, null);
    has(0, 0, 0, 0);
  }

  @Test
  void orderStandsWhileOneLineDoes() {
    happens(ORDER_PLACED, "tea", 1, 1_000L, null);
    happens(ORDER_PLACED, "cup", 1, 500L, null);
    happens(ORDER_CANCELLED, "tea", 1, 1_000L, null);
    has(1, 500, 150, 0);
    happens(ORDER_CANCELLED, "cup", 1, 500L, null);
    has(0, 0, 0, 0);
  }

  @Test
  void reversalWithoutProductAndPriceTakesTheWholeOrder() {
    happens(ORDER_PLACED, "tea", 2, 1_000L, 300L);
    happens(ORDER_PLACED, "cup", 1, 500L, null);
    happens(ORDER_CANCELLED, null, null, null, null);
    has(0, 0, 0, 0);
  }

  @Test
  void oddCentsOfTheDiscountAreGoneWhenAllPiecesAre() {
    happens(ORDER_PLACED, "tea", 3, 999L, 100L);
    for (int i = 0; i < 3; i++) {
      happens(ORDER_REFUNDED, "tea", 1, 999L, null);
    }
    assertThat(totals.value(Amount.of(Flow.SPEND))).isZero();
    assertThat(totals.value(Amount.of(Flow.DISCOUNT))).isZero();
    assertThat(totals.value(Amount.of(Flow.ORDERS))).isZero();
  }

  @Test
  void refundOfAnOrderFromBeforeTheWindowIsMoneyThatFlowedInTheWindow() {
    happens(ORDER_REFUNDED, "tea", 1, 1_000L, null);
    has(0, -1_000, -300, 0);
  }

  /** A metric of one product: what takes a line back counts where the line did. */
  @Test
  void aFilterFollowsTheLinesOfItsProduct() {
    var teaOnly = new ShopperTotals(0.3, new OutcomeFilter(List.of("tea"), List.of(), List.of()));
    var lines =
        List.of(
            line("e1", ORDER_PLACED, "tea", 2, 1_000L),
            line("e2", ORDER_PLACED, "cup", 1, 500L),
            line("e3", ORDER_REFUNDED, "cup", 1, 500L));
    lines.forEach(teaOnly::add);
    assertThat(teaOnly.value(Amount.of(Flow.SPEND))).isEqualTo(2_000);
    assertThat(teaOnly.orderValues(Flow.SPEND)).containsExactly(2_000);
    teaOnly.add(line("e4", ORDER_CANCELLED, null, null, null));
    assertThat(teaOnly.value(Amount.of(Flow.SPEND))).isZero();
    assertThat(teaOnly.value(Amount.of(Flow.ORDERS))).isZero();
  }

  private static Outcome line(
      String id, ShopEventType type, String product, Integer quantity, Long price) {
    return Outcome.of(TestShop.line(id, type, ADA, NOON, "o1", product, quantity, price, null));
  }

  @Test
  void aCategoryHoldsForWhatTakesItsLineBackWithoutNamingIt() {
    var warm = new ShopperTotals(0.3, new OutcomeFilter(List.of(), List.of("warm"), List.of()));
    warm.add(inCategory(line("e1", ORDER_PLACED, "tea", 1, 1_000L), "warm"));
    warm.add(inCategory(line("e2", ORDER_PLACED, "ice", 1, 300L), "cold"));
    assertThat(warm.value(Amount.of(Flow.SPEND))).isEqualTo(1_000);
    warm.add(line("e3", ORDER_REFUNDED, "ice", 1, 300L));
    warm.add(line("e4", ORDER_REFUNDED, "tea", 1, 1_000L));
    assertThat(warm.value(Amount.of(Flow.SPEND))).isZero();
  }

  private static Outcome inCategory(Outcome one, String category) {
    return with(one, category, null);
  }

  private static Outcome with(Outcome one, String category, Integer rating) {
    return new Outcome(
        one.eventId(),
        one.type(),
        one.atMillis(),
        one.orderId(),
        one.productId(),
        one.quantity(),
        one.unitPriceCents(),
        one.discountCents(),
        one.promotionId(),
        one.decisionId(),
        category,
        rating);
  }

  @Test
  void reviewsCountWhereTheyHaveARating() {
    totals.add(with(line("e1", REVIEWED, "tea", null, null), null, 5));
    totals.add(with(line("e2", REVIEWED, "tea", null, null), null, 2));
    totals.add(line("e3", REVIEWED, "tea", null, null));
    assertThat(totals.value(Amount.of(Flow.RATING))).isEqualTo(7);
    assertThat(totals.value(Amount.of(Flow.REVIEWS))).isEqualTo(2);
    var reviewed = Set.of(REVIEWED);
    assertThat(totals.value(new Amount(Flow.EVENTS, reviewed))).isEqualTo(3);
    assertThat(totals.value(new Amount(Flow.ACTIVE, reviewed))).isEqualTo(1);
    assertThat(totals.value(new Amount(Flow.ACTIVE, Set.of(ORDER_PLACED)))).isZero();
  }
}
