package io.promoflow.features;

import io.promoflow.ingestion.schema.ShopEvent;
import io.promoflow.ingestion.schema.ShopEventType;
import java.io.Serializable;
import java.util.Set;

/**
 * One declared feature.
 *
 * @param name without window suffix
 * @param events types that count; empty for a ratio
 * @param onlyDiscounted whether only lines with a discount count
 * @param aggregate how events become a value
 * @param number what is summed; null unless SUM
 * @param text whose values are counted; null unless DISTINCT or PREFERRED
 * @param numerator feature on top; null unless RATIO
 * @param denominator feature below; null unless RATIO
 * @param hidden whether it only serves ratios and is not written
 * @param unit of the value
 * @param meaning for people
 */
public record Declaration(
    String name,
    Set<ShopEventType> events,
    boolean onlyDiscounted,
    Aggregate aggregate,
    EventNumber number,
    EventText text,
    String numerator,
    String denominator,
    boolean hidden,
    String unit,
    String meaning)
    implements Serializable {

  boolean counts(ShopEvent event) {
    return events.contains(event.type())
        && (!onlyDiscounted || (event.discountCents() != null && event.discountCents() > 0));
  }

  boolean categorical() {
    return aggregate == Aggregate.PREFERRED;
  }

  /** Whether there is one value per window, with the window in the name. */
  boolean perWindow() {
    return aggregate != Aggregate.DAYS_SINCE_LAST;
  }
}
