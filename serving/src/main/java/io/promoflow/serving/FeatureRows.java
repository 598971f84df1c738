package io.promoflow.serving;

import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.schema.FeatureRow;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Which of a shopper's feature rows a decision may look at: the newest that is old enough. */
public final class FeatureRows {
  /**
   * Rows are made beside the decisions, so whether the newest one is already here is a race. With a
   * lag of one feature slide or more the race is over before the row is looked at.
   */
  public static final Option<Duration> LAG =
      new Option<>(
          "serving.features-lag",
          "duration",
          "PT0S",
          "how old a feature row must at least be at the moment of a decision; 0 takes the newest",
          false,
          FeatureRows::notNegative);

  private FeatureRows() {}

  /** The row with the greatest {@code asOf} that is not after {@code at} less the lag. */
  public static Optional<FeatureRow> at(Stream<FeatureRow> rows, Instant at, Duration lag) {
    Instant newest = at.minus(lag);
    return rows.filter(row -> !row.asOf().isAfter(newest))
        .max(Comparator.comparing(FeatureRow::asOf));
  }

  private static Duration notNegative(String text) {
    try {
      Duration value = Duration.parse(text.trim());
      if (value.isNegative()) {
        throw new IllegalArgumentException("must not be negative");
      }
      return value;
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("must be an ISO 8601 duration such as PT10M or P7D", e);
    }
  }
}
