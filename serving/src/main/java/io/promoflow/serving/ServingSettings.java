package io.promoflow.serving;

import io.promoflow.ingestion.options.Option;
import io.promoflow.serving.allocation.AllocationOptions;
import io.promoflow.serving.http.HttpSettings;
import io.promoflow.serving.ledger.LedgerOptions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Every setting of this room, so that the job and the server can share one file. */
public final class ServingSettings {
  public static final Option<Integer> FEATURE_ROWS =
      Option.integer(
          "serving.feature-rows",
          64,
          1,
          100_000,
          "most feature rows remembered per shopper while their features run ahead of their events"
              + " or are not old enough yet: so many slides of features must be longer than"
              + " serving.features-lag");
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
          "P400D",
          "wall time after which an untouched shopper's cart, features and caps are forgotten; whoever comes back later is new until the next feature row");

  public static final Option<Duration> PRODUCTS_REFRESH =
      Option.durationOrNone(
          "serving.products-refresh",
          "PT1H",
          "how often decision servers find the products anew that promotions cover by their"
              + " features; PT0S for never");

  public static final Option<String> HTTP_HOST =
      Option.text("serving.http.host", "127.0.0.1", "address that the decision server listens on");
  public static final Option<Integer> HTTP_PORT =
      Option.integer(
          "serving.http.port",
          8080,
          0,
          65_535,
          "port that the decision server listens on; 0 takes any free one");
  public static final Option<Integer> HTTP_MAX_BODY_BYTES =
      Option.integer(
          "serving.http.max-body-bytes",
          65_536,
          256,
          16_777_216,
          "largest request body, in bytes; of events and rule files sixteen times as much, up to"
              + " 16777216");
  public static final Option<Integer> HTTP_REMEMBERED =
      Option.integer(
          "serving.http.remembered",
          100_000,
          0,
          100_000_000,
          "most decisions that are answered from memory when they are asked for again");
  public static final Option<Duration> HTTP_MAX_AHEAD =
      Option.duration(
          "serving.http.max-ahead",
          "PT1H",
          "how far ahead of the server's clock the moment of a request may lie");

  public static final List<Option<?>> ALL =
      Stream.of(
              Moments.ALL,
              Assumptions.ALL,
              AllocationOptions.ALL,
              LedgerOptions.ALL,
              HttpSettings.ALL,
              List.of(
                  FeatureRows.LAG,
                  FEATURE_ROWS,
                  WAITING_EVENTS,
                  OUT_OF_ORDERNESS,
                  IDLENESS,
                  REPEAT_WINDOW,
                  STATE_TTL,
                  PRODUCTS_REFRESH,
                  HTTP_HOST,
                  HTTP_PORT,
                  HTTP_MAX_BODY_BYTES,
                  HTTP_REMEMBERED,
                  HTTP_MAX_AHEAD))
          .<Option<?>>flatMap(List::stream)
          .toList();

  private ServingSettings() {}
}
