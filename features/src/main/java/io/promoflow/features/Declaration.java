package io.promoflow.features;

import io.promoflow.features.aggregate.Aggregate;
import io.promoflow.ingestion.schema.ShopEventType;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * One declared feature.
 *
 * @param name without window suffix
 * @param entity whom it is about
 * @param events types that count; empty for a formula
 * @param filter which of them count; null when all do
 * @param aggregate how events become a value; null for a formula
 * @param formula how other features become a value; null for an aggregate
 * @param windows over which it is computed; empty for all of the entity
 * @param oneWindow whether it is computed over one window only and carries no window in its name
 * @param ever whether it counts all that ever happened, in no window
 * @param hidden whether it only serves formulas and is not written
 * @param absent what is written when it is missing; NaN to leave it out
 * @param unit of the value
 * @param meaning for people
 * @param owner who answers for it
 */
public record Declaration(
    String name,
    Entity entity,
    Set<ShopEventType> events,
    EventFilter filter,
    Aggregate aggregate,
    Formula formula,
    List<Duration> windows,
    boolean oneWindow,
    boolean ever,
    boolean hidden,
    double absent,
    String unit,
    String meaning,
    String owner)
    implements Serializable {

  boolean categorical() {
    return aggregate != null && aggregate.categorical();
  }
}
