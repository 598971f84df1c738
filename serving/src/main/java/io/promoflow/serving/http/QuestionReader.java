package io.promoflow.serving.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.Cart;
import io.promoflow.serving.DecisionRequest;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Reads the body of {@code POST /v1/decisions}; refuses what breaks a rule, naming it. */
final class QuestionReader {
  private static final List<String> KEYS =
      List.of("requestId", "trigger", "shopperId", "at", "cartCents", "productIds", "cart");
  private static final List<String> LINE_KEYS = List.of("productId", "category", "cents");
  static final int MOST_CHARACTERS = 256;
  private static final int MOST_LINES = 200;
  static final long MOST_CENTS = 10_000_000_000L;

  private final UnaryOperator<String> pseudonym;
  private final Clock clock;
  private final Duration maxAhead;

  QuestionReader(UnaryOperator<String> pseudonym, Clock clock, Duration maxAhead) {
    this.pseudonym = pseudonym;
    this.clock = clock;
    this.maxAhead = maxAhead;
  }

  DecisionRequest read(byte[] body) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    DecisionRequest plain = PlainQuestion.read(body, now, pseudonym);
    return plain == null ? readThoroughly(body) : plain;
  }

  DecisionRequest readThoroughly(byte[] body) {
    JsonNode root = json(body);
    refuseUnknown(root, KEYS, "");
    return new DecisionRequest(
        text(root, "requestId"),
        trigger(root),
        pseudonym.apply(text(root, "shopperId")),
        at(root),
        cart(root));
  }

  private static JsonNode json(byte[] body) {
    JsonNode root;
    try {
      root = Wire.JSON.readTree(body);
    } catch (IOException e) {
      throw refused("the body is no JSON");
    }
    if (root == null || !root.isObject()) {
      throw refused("the body must be a JSON object");
    }
    return root;
  }

  private static void refuseUnknown(JsonNode node, List<String> known, String where) {
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                throw refused(where + "unknown field '" + shorten(key) + "', known are " + known);
              }
            });
  }

  private static String text(JsonNode node, String key) {
    String value = optionalText(node, key);
    if (value == null) {
      throw refused(key + " must be given");
    }
    return value;
  }

  private static String optionalText(JsonNode node, String key) {
    JsonNode value = node.get(key);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual() || value.asText().isBlank() || isTooLong(value.asText())) {
      throw refused(key + " must be a text of 1 to " + MOST_CHARACTERS + " characters");
    }
    return value.asText();
  }

  private static boolean isTooLong(String text) {
    return text.length() > MOST_CHARACTERS;
  }

  private static Trigger trigger(JsonNode root) {
    String name = text(root, "trigger");
    return Arrays.stream(Trigger.values())
        .filter(trigger -> trigger.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                refused(
                    "trigger must be one of "
                        + Arrays.toString(Trigger.values())
                        + ", is '"
                        + shorten(name)
                        + "'"));
  }

  private Instant at(JsonNode root) {
    String text = optionalText(root, "at");
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    if (text == null) {
      return now;
    }
    try {
      Instant at = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
      if (at.isAfter(now.plus(maxAhead))) {
        throw refused("at must not be more than " + maxAhead + " ahead, is " + at);
      }
      return at;
    } catch (DateTimeParseException e) {
      throw refused("at must be a moment with a zone, such as 2026-01-05T12:00:00Z");
    }
  }

  private static Cart cart(JsonNode root) {
    var lines = new ArrayList<Cart.Line>();
    for (JsonNode line : list(root, "cart")) {
      refuseUnknown(line, LINE_KEYS, "cart: ");
      lines.add(
          new Cart.Line(
              optionalText(line, "productId"),
              optionalText(line, "category"),
              1,
              cents(line, "cents"),
              Instant.EPOCH));
    }
    for (JsonNode product : list(root, "productIds")) {
      if (!product.isTextual() || product.asText().isBlank() || isTooLong(product.asText())) {
        throw refused("productIds must be texts of 1 to " + MOST_CHARACTERS + " characters");
      }
      lines.add(new Cart.Line(product.asText(), null, 1, null, Instant.EPOCH));
    }
    Long total = cents(root, "cartCents");
    long sum = lines.stream().mapToLong(l -> l.cents() == null ? 0 : l.cents()).sum();
    return new Cart(total == null ? sum : total, List.copyOf(lines));
  }

  private static Iterable<JsonNode> list(JsonNode root, String key) {
    JsonNode value = root.get(key);
    if (value == null || value.isNull()) {
      return List.of();
    }
    if (!value.isArray() || value.size() > MOST_LINES) {
      throw refused(key + " must be a list of at most " + MOST_LINES);
    }
    return value;
  }

  private static Long cents(JsonNode node, String key) {
    JsonNode value = node.get(key);
    if (value == null || value.isNull()) {
      return null;
    }
    boolean isWhole = value.isIntegralNumber() && value.canConvertToLong();
    if (!isWhole || value.asLong() < 0 || value.asLong() > MOST_CENTS) {
      throw refused(key + " must be a whole number from 0 to " + MOST_CENTS);
    }
    return value.asLong();
  }

  private static String shorten(String text) {
    return text.length() <= 64 ? text : text.substring(0, 64) + "…";
  }

  private static ProblemException refused(String detail) {
    return new ProblemException(Problem.badRequest(detail));
  }
}
