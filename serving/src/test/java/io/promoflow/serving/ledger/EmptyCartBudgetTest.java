package io.promoflow.serving.ledger;

import static io.promoflow.serving.ledger.Budgets.figures;
import static io.promoflow.serving.ledger.Budgets.settled;
import static io.promoflow.serving.ledger.Budgets.unattended;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Decision;
import io.promoflow.ingestion.schema.Decision.Loss;
import io.promoflow.ingestion.schema.Promotion;
import io.promoflow.ingestion.schema.PromotionKind;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.Postgres;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Visits with an empty cart, promised 15 % of the order that they are expected to bring. */
class EmptyCartBudgetTest {
  private static final long BUDGET = 1_600;
  private static final Promotion MISS_YOU =
      new Promotion(
          "we-miss-you",
          PromotionKind.PERCENT_OFF,
          Cast.percent(15),
          List.of(),
          List.of(),
          List.of(),
          null,
          null,
          BUDGET,
          null,
          null,
          0,
          null);

  private static Decision visit(Ledger ledger, RuleSet rules, int shopper) {
    var asked =
        new DecisionRequest("r" + shopper, Trigger.VISIT, "k1.s" + shopper, Cast.NOON, Cart.EMPTY);
    return new Decider(Cast.ASSUMED, ledger)
        .decideBriefly(asked, null, Map.of(), rules, Caps.NONE, null);
  }

  private static ShopEvent order(Decision decision) {
    return new ShopEvent(
        "order of " + decision.decisionId(),
        ShopEventType.ORDER_PLACED,
        decision.shopperId(),
        null,
        Cast.NOON.plusSeconds(60),
        "tea-1",
        "tea",
        null,
        1,
        5_000L,
        null,
        "EUR",
        "o1",
        "we-miss-you",
        decision.decisionId(),
        null,
        null,
        null,
        null);
  }

  @Test
  void aBudgetLastsForAsManyVisitsAsItCanPayAndTheirOrdersSpendIt() throws Exception {
    RuleSet rules =
        Cast.rules(
            1,
            List.of(MISS_YOU),
            List.of(
                Cast.experiment(
                    "x", Trigger.VISIT, Cast.control(0), Cast.variant("give", 1, "we-miss-you"))));
    try (Postgres postgres = new Postgres();
        PostgresLedger ledger = unattended(postgres)) {
      ledger.follow(rules);
      var promised = new ArrayList<Decision>();
      Decision last = null;
      for (int i = 0; i < 20; i++) {
        last = visit(ledger, rules, i);
        ledger.flush();
        if (last.promotionId() != null) {
          promised.add(last);
        }
      }
      assertThat(promised).hasSize(2);
      assertThat(last.candidates().get(0).loss()).isEqualTo(Loss.BUDGET_SPENT);
      assertThat(figures(ledger, "we-miss-you").reserved()).isEqualTo(1_500);
      for (Decision one : promised) {
        Redemption used = Redemptions.of(order(one)).orElseThrow();
        assertThat(settled(ledger, used).spentCents()).isEqualTo(750);
      }
      assertThat(figures(ledger, "we-miss-you").committed()).isEqualTo(1_500);
    }
  }
}
