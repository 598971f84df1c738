package io.promoflow.serving.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.promoflow.ingestion.wire.Wire;
import java.util.stream.Collectors;

/**
 * The JSON Schema (2020-12) of a rule file, for editors: made of the same shapes as the reader, so
 * that it knows every key that the reader knows. What follows from several keys together only the
 * reader checks.
 */
public final class RuleSchema {
  private static final String DURATION =
      "^P(?!$)(\\d+D)?(T(?!$)(\\d+H)?(\\d+M)?(\\d+(\\.\\d+)?S)?)?$";

  private RuleSchema() {}

  /** The schema, indented. */
  public static String json() {
    ObjectNode root = Wire.JSON.createObjectNode();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("title", "Promoflow rules");
    root.setAll(mapping(RuleShapes.FILE));
    return root.toPrettyString() + "\n";
  }

  private static ObjectNode mapping(Shape shape) {
    ObjectNode node = Wire.JSON.createObjectNode();
    node.put("type", "object");
    node.put("additionalProperties", false);
    var required = Wire.JSON.createArrayNode();
    shape.keys().stream().filter(Key::required).map(Key::name).forEach(required::add);
    if (!required.isEmpty()) {
      node.set("required", required);
    }
    ObjectNode properties = node.putObject("properties");
    shape.keys().forEach(key -> properties.set(key.name(), value(key)));
    return node;
  }

  private static ObjectNode value(Key key) {
    ObjectNode node = Wire.JSON.createObjectNode();
    node.put("description", key.meaning());
    switch (key.kind()) {
      case TEXT -> node.put("type", "string").put("minLength", 1);
      case TEXTS -> list(node).putObject("items").put("type", "string").put("minLength", 1);
      case NUMBER -> bounded(node.put("type", "number"), key);
      case WHOLE -> bounded(node.put("type", "integer"), key);
      case FLAG -> node.put("type", "boolean");
      case MOMENT -> node.put("type", "string").put("format", "date-time");
      case DURATION -> node.put("type", "string").put("pattern", DURATION);
      case CONSTANT -> constants(node, key);
      case DECLARED -> examples(node.put("type", "string").put("minLength", 1), key);
      case BLOCK -> node.setAll(mapping(key.shape()));
      case BLOCKS -> list(node).set("items", mapping(key.shape()));
    }
    return node;
  }

  private static ObjectNode list(ObjectNode node) {
    return node.put("type", "array");
  }

  private static void bounded(ObjectNode node, Key key) {
    if (key.kind() == Key.Kind.WHOLE) {
      node.put("minimum", (long) key.least()).put("maximum", (long) key.most());
    } else if (key.most() < Double.MAX_VALUE) {
      node.put("minimum", key.least()).put("maximum", key.most());
    }
  }

  private static void examples(ObjectNode node, Key key) {
    var words = node.putArray("examples");
    key.constants().forEach(words::add);
  }

  /** Words that the reader takes in any case, with hyphens or underscores. */
  private static void constants(ObjectNode node, Key key) {
    examples(node.put("type", "string"), key);
    node.put(
        "pattern",
        key.constants().stream()
            .map(RuleSchema::inAnyCase)
            .collect(Collectors.joining("|", "^(", ")$")));
  }

  /** Without flags within the pattern, which many editors do not know. */
  private static String inAnyCase(String word) {
    return word.chars()
        .mapToObj(c -> c == '_' ? "[_-]" : "[%c%c]".formatted(c, Character.toLowerCase(c)))
        .collect(Collectors.joining());
  }
}
