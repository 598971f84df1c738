package io.promoflow.serving.rules;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.serving.rules.Shape.Need;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The JSON Schema (2020-12) of a rule file, for editors: made of the same shapes as the reader, so
 * that it knows every key that the reader knows. Texts may be written without quotes, so numbers
 * and truth values are texts, too, and a key with nothing behind it counts as left out. Of what
 * follows from several keys together it only knows which keys a kind of promotion asks for beside
 * its terms; the rest only the reader checks.
 */
public final class RuleSchema {
  /** Above 0, in whole milliseconds. */
  private static final String DURATION =
      "^[Pp](?=[^.]*[1-9]|[^.]*\\.\\d{0,2}[1-9])"
          + "(\\d+[Dd])?([Tt](?!$)(\\d+[Hh])?(\\d+[Mm])?(\\d+(\\.\\d{0,9})?[Ss])?)?$";

  /** With a zone; seconds may be left out, which the format {@code date-time} does not know. */
  private static final String MOMENT =
      "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])"
          + "[Tt]([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{0,9})?)?"
          + "([Zz]|[+-](0\\d|1[0-7]):[0-5]\\d|[+-]18:00)$";

  private static final String NOT_BLANK = "\\S";

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
    if (!shape.needs().isEmpty()) {
      ArrayNode all = node.putArray("allOf");
      shape.needs().forEach(one -> all.add(need(one)));
    }
    return node;
  }

  private static ObjectNode need(Need need) {
    ObjectNode node = Wire.JSON.createObjectNode();
    ObjectNode when = node.putObject("if");
    when.putArray("required").add(need.key());
    ObjectNode constant = when.putObject("properties").putObject(need.key());
    constant.put("pattern", inAnyCase(List.of(need.constant())));
    ObjectNode then = node.putObject("then");
    ArrayNode required = then.putArray("required");
    ObjectNode given = then.putObject("properties");
    for (String key : need.needed()) {
      required.add(key);
      given.putObject(key).putObject("not").put("type", "null");
    }
    return node;
  }

  private static ObjectNode value(Key key) {
    ObjectNode node = Wire.JSON.createObjectNode();
    node.put("description", key.meaning());
    switch (key.kind()) {
      case TEXT -> text(node, key);
      case TEXTS -> text(typed(node, key, "array").putObject("items"), null);
      case NUMBER -> bounded(typed(node, key, "number"), key);
      case WHOLE -> bounded(typed(node, key, "integer"), key);
      case FLAG -> typed(node, key, "boolean");
      case MOMENT -> typed(node, key, "string").put("pattern", MOMENT);
      case DURATION -> typed(node, key, "string").put("pattern", DURATION);
      case CONSTANT -> constants(node, key);
      case DECLARED -> examples(typed(node, key, "string").put("pattern", NOT_BLANK), key);
      case BLOCK -> node.setAll(mapping(key.shape()));
      case BLOCKS -> typed(node, key, "array").set("items", mapping(key.shape()));
    }
    if (key.kind() == Key.Kind.BLOCK) {
      typed(node, key, "object");
    }
    return node;
  }

  /** Of these types; a key that may be left out may also have nothing behind it. */
  private static ObjectNode typed(ObjectNode node, Key key, String... types) {
    boolean mayBeNull = key != null && !key.required();
    if (types.length == 1 && !mayBeNull) {
      return node.put("type", types[0]);
    }
    ArrayNode all = node.putArray("type");
    List.of(types).forEach(all::add);
    if (mayBeNull) {
      all.add("null");
    }
    return node;
  }

  /**
   * A text, which may look like something else.
   *
   * @param key null for one of a list
   */
  private static ObjectNode text(ObjectNode node, Key key) {
    return typed(node, key, "string", "number", "boolean").put("pattern", NOT_BLANK);
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
    examples(typed(node, key, "string"), key);
    node.put("pattern", inAnyCase(key.constants()));
  }

  /** Without flags within the pattern, which many editors do not know. */
  private static String inAnyCase(List<String> words) {
    return words.stream().map(RuleSchema::inAnyCase).collect(Collectors.joining("|", "^(", ")$"));
  }

  private static String inAnyCase(String word) {
    return word.chars()
        .mapToObj(c -> c == '_' ? "[_-]" : "[%c%c]".formatted(c, Character.toLowerCase(c)))
        .collect(Collectors.joining());
  }
}
