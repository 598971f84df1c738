package io.promoflow.features.flink;

import io.promoflow.features.DeclarationException;
import io.promoflow.features.Declarations;
import io.promoflow.features.Entity;
import io.promoflow.features.FeatureEngine;
import io.promoflow.features.FeatureSet;
import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.SettingsException;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Settings of the feature job.
 *
 * @param connections broker and store
 * @param engines one per entity that has features, the shopper's first
 * @param outOfOrderness how late an event may come
 * @param lateness how late behind the watermark an event still corrects
 * @param rememberEvents how long a closed slice knows which events it holds
 * @param idleness after which a silent partition no longer holds event time back
 * @param examplesEvery time between training examples of one shopper
 * @param horizon how long after an example an order makes its label
 * @param history whether every row is kept, not only the newest
 */
public record FeatureOptions(
    ConnectionOptions connections,
    List<FeatureEngine> engines,
    Duration outOfOrderness,
    Duration lateness,
    Duration rememberEvents,
    Duration idleness,
    Duration examplesEvery,
    Duration horizon,
    boolean history)
    implements Serializable {

  public static final Option<String> DECLARATIONS =
      Option.text(
          "features.declarations", "", "file of declared features; empty takes the shipped");
  public static final Option<List<Duration>> WINDOWS =
      Option.durations(
          "features.windows", "PT1H,P1D,P7D,P30D", "sliding windows, each a multiple of the slide");
  public static final Option<Duration> SLIDE =
      Option.duration(
          "features.slide",
          "PT1M",
          "time between rows, and length of the slices that windows share");
  public static final Option<Duration> OUT_OF_ORDERNESS =
      Option.duration("features.out-of-orderness", "PT10S", "how late an event may come");
  public static final Option<Duration> LATENESS =
      Option.durationOrNone(
          "features.lateness",
          "PT1H",
          "how late behind the watermark an event still corrects what was written");
  public static final Option<Duration> REMEMBER_EVENTS =
      Option.durationOrNone(
          "features.remember-events",
          "P1D",
          "how long a closed slice tells a repeated event from a late one; PT0S drops no repeats at all");
  public static final Option<Duration> IDLENESS =
      Option.duration(
          "features.idleness", "PT1M", "after which a silent partition no longer holds time back");
  public static final Option<Duration> EXAMPLES_EVERY =
      Option.duration(
          "features.examples.every", "P1D", "time between training examples of a shopper");
  public static final Option<Duration> HORIZON =
      Option.duration(
          "features.examples.horizon",
          "P1D",
          "how long after an example an order makes its label true");
  public static final Option<Boolean> HISTORY =
      Option.flag("features.history", true, "whether every row is kept in the history table");

  public static final List<Option<?>> ALL =
      Stream.<List<Option<?>>>of(
              List.of(
                  DECLARATIONS,
                  WINDOWS,
                  SLIDE,
                  OUT_OF_ORDERNESS,
                  LATENESS,
                  REMEMBER_EVENTS,
                  IDLENESS,
                  EXAMPLES_EVERY,
                  HORIZON,
                  HISTORY),
              ConnectionOptions.ALL,
              JobEnvironment.ALL)
          .<Option<?>>flatMap(List::stream)
          .toList();

  public static FeatureOptions from(Settings settings) {
    List<FeatureEngine> engines = engines(settings);
    FeatureEngine shoppers = engines.get(0);
    return new FeatureOptions(
        ConnectionOptions.from(settings),
        engines,
        settings.get(OUT_OF_ORDERNESS),
        settings.get(LATENESS),
        settings.get(REMEMBER_EVENTS),
        settings.get(IDLENESS),
        multipleOfSlide(EXAMPLES_EVERY, settings, shoppers),
        withinLargestWindow(multipleOfSlide(HORIZON, settings, shoppers), shoppers),
        settings.get(HISTORY));
  }

  private static List<FeatureEngine> engines(Settings settings) {
    String file = settings.get(DECLARATIONS);
    try {
      FeatureSet declared =
          file.isEmpty() ? Declarations.shipped() : Declarations.read(Path.of(file));
      return Arrays.stream(Entity.values())
          .map(entity -> declared.engine(entity, settings.get(WINDOWS), settings.get(SLIDE)))
          .filter(engine -> engine.entity() == Entity.SHOPPER || !engine.isEmpty())
          .toList();
    } catch (DeclarationException e) {
      throw new SettingsException(DECLARATIONS.key() + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new SettingsException(WINDOWS.key() + ": " + e.getMessage(), e);
    }
  }

  /** The engine of shoppers. */
  public FeatureEngine engine() {
    return engines.get(0);
  }

  private static Duration multipleOfSlide(
      Option<Duration> option, Settings settings, FeatureEngine shoppers) {
    Duration value = settings.get(option);
    if (value.toMillis() % shoppers.slideMillis() != 0) {
      throw new SettingsException(
          "%s: '%s' must be a multiple of %s %s"
              .formatted(
                  option.key(), value, SLIDE.key(), Duration.ofMillis(shoppers.slideMillis())));
    }
    return value;
  }

  private static Duration withinLargestWindow(Duration horizon, FeatureEngine engine) {
    if (horizon.toMillis() > engine.largestWindowMillis()) {
      throw new SettingsException(
          HORIZON.key() + ": '" + horizon + "' must not be longer than the largest window");
    }
    return horizon;
  }
}
