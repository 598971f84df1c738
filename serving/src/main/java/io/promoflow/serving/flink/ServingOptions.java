package io.promoflow.serving.flink;

import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.FeatureRows;
import io.promoflow.serving.Moments;
import io.promoflow.serving.http.HttpOptions;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The settings of the decision job.
 *
 * @param connections broker and store
 * @param moments what asks for decisions
 * @param assumptions what the score assumes
 * @param featuresLag how old a feature row must at least be at the moment of a decision
 * @param featureRows most rows remembered per shopper
 * @param waitingEvents most events per shopper that wait for the first rules
 * @param outOfOrderness how late events and rows may come before event time passes them
 * @param idleness how long a silent partition holds event time back
 * @param repeatWindow how long event ids are remembered
 * @param stateTtl how long a shopper without events is remembered
 */
public record ServingOptions(
    ConnectionOptions connections,
    Moments moments,
    Assumptions assumptions,
    Duration featuresLag,
    int featureRows,
    int waitingEvents,
    Duration outOfOrderness,
    Duration idleness,
    Duration repeatWindow,
    Duration stateTtl)
    implements Serializable {

  public static final Option<Integer> FEATURE_ROWS =
      Option.integer(
          "serving.feature-rows",
          64,
          1,
          100_000,
          "most feature rows remembered per shopper while their features run ahead of their events");
  public static final Option<Integer> WAITING_EVENTS =
      Option.integer(
          "serving.waiting-events",
          1_000,
          1,
          1_000_000,
          "most events per shopper that wait for the first rules; older ones then go undecided");
  public static final Option<Duration> OUT_OF_ORDERNESS =
      Option.duration(
          "serving.out-of-orderness",
          "PT10S",
          "how late an event or a feature row may come before event time passes it");
  public static final Option<Duration> IDLENESS =
      Option.duration(
          "serving.idleness",
          "PT1M",
          "wall time after which a silent partition no longer holds event time back");
  public static final Option<Duration> REPEAT_WINDOW =
      Option.duration(
          "serving.repeat-window",
          "P7D",
          "wall time for which the id of a cart or order event is remembered to drop its repeats");
  public static final Option<Duration> STATE_TTL =
      Option.duration(
          "serving.state-ttl",
          "P90D",
          "wall time after which an untouched shopper's cart, features and caps are forgotten");

  public static final List<Option<?>> ALL =
      Stream.of(
              Moments.ALL,
              Assumptions.ALL,
              HttpOptions.OWN,
              List.of(FeatureRows.LAG),
              List.of(
                  FEATURE_ROWS,
                  WAITING_EVENTS,
                  OUT_OF_ORDERNESS,
                  IDLENESS,
                  REPEAT_WINDOW,
                  STATE_TTL),
              ConnectionOptions.ALL,
              JobEnvironment.ALL)
          .<Option<?>>flatMap(List::stream)
          .toList();

  public static ServingOptions from(Settings settings) {
    return new ServingOptions(
        ConnectionOptions.from(settings),
        Moments.from(settings),
        Assumptions.from(settings),
        settings.get(FeatureRows.LAG),
        settings.get(FEATURE_ROWS),
        settings.get(WAITING_EVENTS),
        settings.get(OUT_OF_ORDERNESS),
        settings.get(IDLENESS),
        settings.get(REPEAT_WINDOW),
        settings.get(STATE_TTL));
  }
}
