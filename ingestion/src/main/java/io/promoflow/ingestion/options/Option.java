package io.promoflow.ingestion.options;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One setting: its key, how to read it, its default and what it means.
 *
 * @param key dotted and dashed, e.g. {@code features.slide}
 * @param type how the value is written, for the reference page
 * @param fallback default as text; null when the option must be given before it is used
 * @param description meaning and unit
 * @param secret whether its value is masked wherever it is shown
 * @param parser text to value; throws IllegalArgumentException with the rule that was broken
 */
public record Option<T>(
    String key,
    String type,
    String fallback,
    String description,
    boolean secret,
    Function<String, T> parser) {

  public static Option<String> text(String key, String fallback, String description) {
    return new Option<>(key, "text", fallback, description, false, Function.identity());
  }

  public static Option<String> secret(String key, String fallback, String description) {
    return new Option<>(key, "secret", fallback, description, true, Function.identity());
  }

  /** A whole number within bounds, both included. */
  public static Option<Integer> integer(
      String key, int fallback, int least, int most, String description) {
    return new Option<>(
        key,
        "integer " + least + " to " + most,
        Integer.toString(fallback),
        description,
        false,
        text -> {
          int value = Integer.parseInt(text.trim());
          if (value < least || value > most) {
            throw new IllegalArgumentException("must lie in " + least + " to " + most);
          }
          return value;
        });
  }

  /** A number within bounds, both included. */
  public static Option<Double> number(
      String key, double fallback, double least, double most, String description) {
    return new Option<>(
        key,
        "number " + least + " to " + most,
        Double.toString(fallback),
        description,
        false,
        text -> {
          double value = Double.parseDouble(text.trim());
          if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException("must lie in " + least + " to " + most);
          }
          return value;
        });
  }

  public static Option<Boolean> flag(String key, boolean fallback, String description) {
    return new Option<>(
        key,
        "true or false",
        Boolean.toString(fallback),
        description,
        false,
        text ->
            switch (text.trim()) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException("must be true or false");
            });
  }

  /** One of the constants of an enum, by its name. */
  public static <E extends Enum<E>> Option<E> oneOf(String key, E fallback, String description) {
    List<E> constants = List.of(fallback.getDeclaringClass().getEnumConstants());
    String names = constants.stream().map(Enum::name).collect(Collectors.joining(", "));
    return new Option<>(
        key,
        "one of " + names,
        fallback.name(),
        description,
        false,
        text ->
            constants.stream()
                .filter(constant -> constant.name().equals(text.trim()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("must be one of " + names)));
  }

  /** A positive ISO 8601 duration, e.g. {@code PT10M}, {@code P7D}. */
  public static Option<Duration> duration(String key, String fallback, String description) {
    return new Option<>(key, "duration", fallback, description, false, Option::positiveDuration);
  }

  /** A positive ISO 8601 duration, or {@code PT0S} for none. */
  public static Option<Duration> durationOrNone(String key, String fallback, String description) {
    return new Option<>(
        key,
        "duration",
        fallback,
        description,
        false,
        text -> text.trim().equals("PT0S") ? Duration.ZERO : positiveDuration(text));
  }

  /** Positive ISO 8601 durations, separated by commas. */
  public static Option<List<Duration>> durations(String key, String fallback, String description) {
    return new Option<>(
        key,
        "durations",
        fallback,
        description,
        false,
        text -> java.util.Arrays.stream(text.split(",")).map(Option::positiveDuration).toList());
  }

  private static Duration positiveDuration(String text) {
    Duration value;
    try {
      value = Duration.parse(text.trim());
    } catch (java.time.format.DateTimeParseException e) {
      throw new IllegalArgumentException("must be an ISO 8601 duration such as PT10M or P7D", e);
    }
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException("must be positive");
    }
    return value;
  }
}
