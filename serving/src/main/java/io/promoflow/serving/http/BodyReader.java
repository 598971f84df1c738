package io.promoflow.serving.http;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.promoflow.ingestion.ParserLimits;
import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;

/** Reads a JSON body field by field; refuses what breaks a rule, naming it. */
final class BodyReader {
  static final int MOST_CHARACTERS = 256;
  static final long MOST_CENTS = 10_000_000_000L;
  private static final int MOST_LINES = 200;
  private static final ObjectReader WHOLE =
      Wire.JSON
          .reader()
          .with(
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
              DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);
  private static final Instant EARLIEST = ParserLimits.DEFAULT.earliest();

  private final JsonNode node;
  private final String where;

  private BodyReader(JsonNode node, List<String> known, String where) {
    this.node = node;
    this.where = where;
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                throw refused(where + "unknown field '" + shorten(key) + "', known are " + known);
              }
            });
  }

  /** Of an object that may have these fields and no others. */
  static BodyReader of(byte[] body, List<String> known) {
    JsonNode root = tree(body);
    if (!root.isObject()) {
      throw refused("the body must be a JSON object");
    }
    return new BodyReader(root, known, "");
  }

  /**
   * All of a body. What it says twice, or in a second document, would be passed over in silence.
   */
  static JsonNode tree(byte[] body) {
    try {
      return WHOLE.readTree(body);
    } catch (MismatchedInputException e) {
      throw refused("the body must be one JSON document, in which no object has a name twice");
    } catch (IOException e) {
      throw refused("the body is no JSON");
    }
  }

  String text(String key) {
    String value = optionalText(key);
    if (value == null) {
      throw refused(key + " must be given");
    }
    return value;
  }

  /** Null when absent. */
  String optionalText(String key) {
    JsonNode value = node.get(key);
    if (value == null || value.isNull()) {
      return null;
    }
    return text(
        value,
        key + " must be a text of 1 to " + MOST_CHARACTERS + " characters, none for control");
  }

  private static String text(JsonNode value, String rule) {
    boolean isText =
        value.isTextual()
            && !value.asText().isBlank()
            && value.asText().length() <= MOST_CHARACTERS
            && isClean(value.asText());
    if (!isText) {
      throw refused(rule);
    }
    return value.asText();
  }

  <E extends Enum<E>> E constant(String key, Class<E> type) {
    String name = text(key);
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> constant.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                refused(
                    key
                        + " must be one of "
                        + Arrays.toString(type.getEnumConstants())
                        + ", is '"
                        + shorten(name)
                        + "'"));
  }

  /** The clock's moment when absent. As with events, what lies before our times is a mistake. */
  Instant at(String key, Clock clock, Duration maxAhead) {
    String text = optionalText(key);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    if (text == null) {
      return now;
    }
    try {
      Instant at = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
      if (at.isAfter(now.plus(maxAhead))) {
        throw refused(key + " must not be more than " + maxAhead + " ahead, is " + at);
      }
      if (at.isBefore(EARLIEST)) {
        throw refused(key + " must not be before " + EARLIEST + ", is " + at);
      }
      return at;
    } catch (DateTimeParseException e) {
      throw refused(key + " must be a moment with a zone, such as 2026-01-05T12:00:00Z");
    }
  }

  /** Null when absent. */
  Long cents(String key) {
    return whole(key, 0, MOST_CENTS);
  }

  /** Null when absent. 10000.0 is whole, too: some libraries know no other numbers. */
  Long whole(String key, long least, long most) {
    JsonNode value = node.get(key);
    if (value == null || value.isNull()) {
      return null;
    }
    boolean isWhole = value.canConvertToExactIntegral() && value.canConvertToLong();
    if (!isWhole || value.asLong() < least || value.asLong() > most) {
      throw refused(key + " must be a whole number from " + least + " to " + most);
    }
    return value.asLong();
  }

  /** Objects below a key; empty when absent. */
  List<BodyReader> objects(String key, List<String> known) {
    return list(key).stream()
        .map(
            one -> {
              if (!one.isObject()) {
                throw refused(key + " must be a list of objects");
              }
              return new BodyReader(one, known, where + key + ": ");
            })
        .toList();
  }

  /** Texts below a key; empty when absent. */
  List<String> texts(String key) {
    String rule =
        key + " must be texts of 1 to " + MOST_CHARACTERS + " characters, none for control";
    return list(key).stream().map(one -> text(one, rule)).toList();
  }

  private List<JsonNode> list(String key) {
    JsonNode value = node.get(key);
    if (value == null || value.isNull()) {
      return List.of();
    }
    if (!value.isArray() || value.size() > MOST_LINES) {
      throw refused(key + " must be a list of at most " + MOST_LINES);
    }
    return value.valueStream().toList();
  }

  static String shorten(String text) {
    return text.length() <= 64 ? text : text.substring(0, 64) + "…";
  }

  /** No control characters and no half surrogate pairs, which no store takes. */
  static boolean isClean(String text) {
    return text.codePoints()
        .noneMatch(
            c ->
                Character.isISOControl(c)
                    || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
  }

  static ProblemException refused(String detail) {
    return new ProblemException(Problem.badRequest(detail));
  }
}
