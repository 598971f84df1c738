package io.promoflow.deploy.bench.serving;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.getunleash.engine.Context;
import io.getunleash.engine.UnleashEngine;
import io.getunleash.engine.VariantDef;
import io.getunleash.engine.YggdrasilInvalidInputException;
import io.promoflow.ingestion.schema.Condition;
import io.promoflow.ingestion.wire.Wire;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * The engine of Unleash's SDKs: one flag whose strategies are the promotions in order of priority,
 * each with its conditions as constraints, a rollout by the shopper's hash and itself as variant.
 */
final class YggdrasilSide implements IntUnaryOperator {
  private static final String FLAG = "promotion";

  private final UnleashEngine engine = new UnleashEngine();
  private final Context[] contexts = new Context[DecisionWorld.SHOPPERS];
  private final Map<String, Integer> numbers = new HashMap<>();

  YggdrasilSide() throws YggdrasilInvalidInputException {
    engine.takeState(Wire.text(state()));
    for (int i = 0; i < DecisionWorld.PROMOTIONS; i++) {
      numbers.put(DecisionWorld.promotionId(i, 1), i);
    }
    for (int i = 0; i < contexts.length; i++) {
      var properties = new HashMap<String, String>();
      DecisionWorld.row(i, "").values().forEach((k, v) -> properties.put(k, Double.toString(v)));
      properties.put("segment", DecisionWorld.segment(i));
      properties.put("cart_cents", Long.toString(DecisionWorld.cartCents(i)));
      contexts[i] = new Context();
      contexts[i].setUserId(DecisionWorld.shopper(i));
      contexts[i].setProperties(properties);
    }
  }

  @Override
  public int applyAsInt(int shopper) {
    try {
      VariantDef variant = engine.getVariant(FLAG, contexts[shopper]).value;
      return variant == null ? -1 : numbers.getOrDefault(variant.getName(), -1);
    } catch (YggdrasilInvalidInputException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ObjectNode state() {
    var root = Wire.JSON.createObjectNode();
    root.put("version", 2);
    var flag = root.putArray("features").addObject();
    flag.put("name", FLAG).put("type", "release").put("enabled", true);
    var strategies = flag.putArray("strategies");
    for (int i = 0; i < DecisionWorld.PROMOTIONS; i++) {
      var strategy = strategies.addObject().put("name", "flexibleRollout");
      strategy
          .putObject("parameters")
          .put("rollout", "100")
          .put("stickiness", "userId")
          .put("groupId", FLAG);
      strategy
          .putArray("variants")
          .addObject()
          .put("name", DecisionWorld.promotionId(i, 1))
          .put("weight", 1_000)
          .put("stickiness", "userId");
      var constraints = strategy.putArray("constraints");
      for (Condition condition : DecisionWorld.conditions(i)) {
        var constraint = constraints.addObject().put("contextName", condition.field());
        if (condition.values() == null) {
          constraint.put("operator", "NUM_GTE").put("value", condition.number().toString());
        } else {
          var values = constraint.put("operator", "IN").putArray("values");
          condition.values().forEach(values::add);
        }
      }
    }
    return root;
  }
}
