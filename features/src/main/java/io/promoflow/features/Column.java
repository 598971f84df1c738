package io.promoflow.features;

import io.promoflow.features.aggregate.Aggregate;
import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.io.Serializable;
import java.util.Set;

/**
 * One aggregate of one choice of events, kept once per slice. Features that need the same share it.
 *
 * @param n index of its first number within a slice
 * @param p index of its part within a slice
 */
record Column(Aggregate aggregate, Set<ShopEventType> events, EventFilter filter, int n, int p)
    implements Serializable {

  boolean counts(ShopEvent event) {
    return filter == null || filter.test(event);
  }

  /** Names the column in a checkpoint: the same text, the same meaning of its memory. */
  String signature() {
    return aggregate instanceof Raw raw
        ? raw.signature()
        : aggregate + " of " + events.stream().sorted().toList() + " if " + filter;
  }
}
