package io.promoflow.ingestion.flink;

import io.promoflow.ingestion.ParserLimits;
import io.promoflow.ingestion.Pseudonymizer;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the ingestion job can be told.
 *
 * @param connections broker, store and topic names
 * @param limits of one raw event
 * @param pseudonymizer for shopper ids
 * @param rememberIds how long an event id is remembered, from its first sight
 * @param keptBytes how much of a refused event's bytes is kept
 */
public record IngestionOptions(
    ConnectionOptions connections,
    ParserLimits limits,
    Pseudonymizer pseudonymizer,
    Duration rememberIds,
    int keptBytes)
    implements Serializable {

  public static final Option<Integer> MAX_BYTES =
      Option.integer(
          "ingestion.max-bytes", 65_536, 256, 8_388_608, "largest raw event, in bytes of its JSON");
  public static final Option<Integer> MAX_DEPTH =
      Option.integer("ingestion.max-depth", 32, 3, 500, "deepest nesting of objects and arrays");
  public static final Option<Integer> MAX_LINES =
      Option.integer("ingestion.max-lines", 500, 1, 900, "most lines (products) of one raw event");
  public static final Option<Duration> MAX_AHEAD =
      Option.duration(
          "ingestion.max-ahead",
          "PT1H",
          "how far an event's time may lie ahead of the clock of ingestion");
  public static final Option<Instant> EARLIEST =
      new Option<>(
          "ingestion.earliest",
          "ISO 8601 instant",
          "1990-01-01T00:00:00Z",
          "events before this are refused: clocks that were never set say 1970",
          false,
          IngestionOptions::instant);
  public static final Option<Duration> DUPLICATES_TTL =
      Option.duration(
          "ingestion.duplicates.ttl",
          "PT24H",
          "how long an event id is remembered after it was first seen, by the wall clock");
  public static final Option<Integer> KEPT_BYTES =
      Option.integer(
          "ingestion.rejected.kept-bytes",
          700_000,
          0,
          64_000_000,
          "how many bytes of a refused event are kept; more than the default needs a larger"
              + " max.request.size (they are written as base64)");

  /** Every setting of this job. */
  public static final List<Option<?>> ALL =
      Stream.of(
              ConnectionOptions.ALL,
              JobEnvironment.ALL,
              Pseudonymizer.OPTIONS,
              List.of(
                  MAX_BYTES, MAX_DEPTH, MAX_LINES, MAX_AHEAD, EARLIEST, DUPLICATES_TTL, KEPT_BYTES))
          .<Option<?>>flatMap(List::stream)
          .toList();

  private static Instant instant(String text) {
    try {
      return Instant.parse(text.trim());
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("must be an instant such as 1990-01-01T00:00:00Z", e);
    }
  }

  public static IngestionOptions from(Settings settings) {
    return new IngestionOptions(
        ConnectionOptions.from(settings),
        new ParserLimits(
            settings.get(MAX_BYTES),
            settings.get(MAX_DEPTH),
            settings.get(MAX_LINES),
            settings.get(MAX_AHEAD),
            settings.get(EARLIEST)),
        Pseudonymizer.from(settings),
        settings.get(DUPLICATES_TTL),
        settings.get(KEPT_BYTES));
  }
}
