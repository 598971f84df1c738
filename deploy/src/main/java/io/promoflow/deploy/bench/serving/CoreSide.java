package io.promoflow.deploy.bench.serving;

import io.promoflow.features.DenseRows;
import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cart;
import io.promoflow.serving.Decider;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.scoring.Scores;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * Our core: which promotion, with its score, its experiment and why each other one lost. Promotions
 * exclude each other, so that the first by priority is chosen, as the rival's first strategy is.
 */
final class CoreSide implements IntUnaryOperator {
  private final Decider decider = new Decider(new Assumptions(0.2, 0.4, 0.1, 5));
  private final RuleSet rules = DecisionWorld.exclusiveRules();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final DecisionRequest[] requests = new DecisionRequest[DecisionWorld.SHOPPERS];
  private final FeatureRow[] rows = new FeatureRow[DecisionWorld.SHOPPERS];
  private final Scores[] scores = new Scores[DecisionWorld.SHOPPERS];

  CoreSide() {
    for (int i = 0; i < DecisionWorld.PROMOTIONS; i++) {
      numbers.put(DecisionWorld.promotionId(i, 1), i);
    }
    var dense = new DenseRows();
    for (int i = 0; i < requests.length; i++) {
      String id = DecisionWorld.shopper(i);
      var cart = new Cart(DecisionWorld.cartCents(i), List.of());
      requests[i] = new DecisionRequest("r" + i, Trigger.VISIT, id, Instant.EPOCH, cart);
      rows[i] = dense.of(DecisionWorld.row(i, id));
      scores[i] = new Scores(DecisionWorld.segment(i), 0.1, List.of(), Map.of());
    }
  }

  @Override
  public int applyAsInt(int shopper) {
    String chosen =
        decider
            .decideBriefly(
                requests[shopper], rows[shopper], scores[shopper], rules, Caps.NONE, null)
            .promotionId();
    return chosen == null ? -1 : numbers.get(chosen);
  }
}
