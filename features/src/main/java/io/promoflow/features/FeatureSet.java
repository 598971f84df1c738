package io.promoflow.features;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * All that is declared.
 *
 * @param features in the order of the file
 * @param entities what some entities have of their own; the others have what the settings say
 */
public record FeatureSet(List<Declaration> features, Map<Entity, Rhythm> entities) {

  /**
   * How often, and over how long.
   *
   * @param windows null to take the setting's
   * @param slide null to take the setting's
   */
  public record Rhythm(List<Duration> windows, Duration slide) {}

  /**
   * The engine of an entity. Its slide is never finer than the one of the settings, because events
   * are put in order no finer than that.
   */
  public FeatureEngine engine(Entity entity, List<Duration> windows, Duration slide) {
    Rhythm own = entities.getOrDefault(entity, new Rhythm(null, null));
    return new FeatureEngine(
        entity,
        features,
        own.windows() == null ? windows : own.windows(),
        own.slide() == null || own.slide().compareTo(slide) < 0 ? slide : own.slide());
  }
}
