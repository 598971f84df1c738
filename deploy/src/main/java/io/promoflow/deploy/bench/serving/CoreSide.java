package io.promoflow.deploy.bench.serving;

import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.Caps;
import io.promoflow.serving.Cart;
import io.promoflow.serving.DecisionCore;
import io.promoflow.serving.DecisionRequest;
import io.promoflow.serving.DenseRows;
import io.promoflow.serving.scoring.Scores;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * Our core: which promotion, with its score, its experiment and why each other one lost. Promotions
 * exclude each other, so that the first by priority is chosen, as the rival's first strategy is.
 */
final class CoreSide implements IntUnaryOperator {
  private final DecisionCore core;
  private final DecisionRequest[] requests = new DecisionRequest[DecisionWorld.SHOPPERS];
  private final FeatureRow[] rows = new FeatureRow[DecisionWorld.SHOPPERS];
  private final Scores[] scores = new Scores[DecisionWorld.SHOPPERS];

  CoreSide() {
    RuleSet rules = DecisionWorld.exclusiveRules();
    this.core = new DecisionCore(new Assumptions(0.2, 0.4, 0.1, 5), rules);
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
    return core.decide(requests[shopper], rows[shopper], scores[shopper], Caps.NONE);
  }
}
