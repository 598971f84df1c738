package io.promoflow.features;

import java.io.Serializable;
import java.time.Duration;

/**
 * One feature as rows hold it.
 *
 * @param name with window suffix
 * @param entity whom it is about
 * @param categorical whether it is text, else a number
 * @param window over which it is computed; null when over all that ever happened
 * @param unit of the value
 * @param meaning for people
 * @param owner who answers for it
 */
public record FeatureDescription(
    String name,
    Entity entity,
    boolean categorical,
    Duration window,
    String unit,
    String meaning,
    String owner)
    implements Serializable {
  static FeatureDescription of(Declaration d, String name, Duration window) {
    return new FeatureDescription(
        name,
        d.entity(),
        d.categorical(),
        d.ever() ? null : window,
        d.unit(),
        d.meaning(),
        d.owner());
  }
}
