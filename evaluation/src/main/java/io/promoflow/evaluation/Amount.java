package io.promoflow.evaluation;

import io.promoflow.ingestion.schema.ShopEventType;
import java.io.Serializable;
import java.util.EnumSet;
import java.util.Set;

/**
 * A number per shopper.
 *
 * @param flow what is summed
 * @param events types that count, for the flows that need them; empty for others
 */
public record Amount(Flow flow, Set<ShopEventType> events) implements Serializable {

  static Amount of(Flow flow) {
    return new Amount(flow, Set.of());
  }

  /** Event types that it rests on. */
  Set<ShopEventType> types() {
    var types = EnumSet.noneOf(ShopEventType.class);
    types.addAll(flow.types());
    types.addAll(events);
    return types;
  }
}
