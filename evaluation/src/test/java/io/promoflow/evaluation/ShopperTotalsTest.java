package io.promoflow.evaluation;

import static io.promoflow.evaluation.TestShop.ADA;
import static io.promoflow.evaluation.TestShop.NOON;
import static io.promoflow.ingestion.schema.ShopEventType.ORDER_CANCELLED;
import static io.promoflow.ingestion.schema.ShopEventType.ORDER_PLACED;
import static io.promoflow.ingestion.schema.ShopEventType.ORDER_REFUNDED;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.ShopEventType;
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
}
