package io.promoflow.features;

import java.time.Duration;

/**
 * One feature as rows hold it.
 *
 * @param name with window suffix
 * @param categorical whether it is text, else a number
 * @param window over which it is computed
 * @param unit of the value
 * @param meaning for people
 */
public record FeatureDescription(
    String name, boolean categorical, Duration window, String unit, String meaning) {
  static FeatureDescription of(Declaration declaration, String name, Duration window) {
    return new FeatureDescription(
        name, declaration.categorical(), window, declaration.unit(), declaration.meaning());
  }
}
