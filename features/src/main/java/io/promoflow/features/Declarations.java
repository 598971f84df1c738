package io.promoflow.features;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.promoflow.ingestion.schema.ShopEventType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads {@code features.yaml} and validates it whole. */
public final class Declarations {
  private static final String SHIPPED = "/features.yaml";
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");
  private static final Set<String> KEYS =
      Set.of(
          "name",
          "events",
          "only",
          "aggregate",
          "field",
          "numerator",
          "denominator",
          "hidden",
          "unit",
          "meaning");

  private final String source;
  private final List<String> problems = new ArrayList<>();

  private Declarations(String source) {
    this.source = source;
  }

  /** The declarations that we ship. */
  public static List<Declaration> shipped() {
    try (InputStream in = Declarations.class.getResourceAsStream(SHIPPED)) {
      return parse(
          "features.yaml", new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The declarations of a file. */
  public static List<Declaration> read(Path file) {
    try {
      return parse(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** The declarations of a text; refuses it with all its problems at once. */
  public static List<Declaration> parse(String source, String yaml) {
    return new Declarations(source).parse(yaml);
  }

  private List<Declaration> parse(String yaml) {
    JsonNode root;
    try {
      root = new ObjectMapper(new YAMLFactory()).readTree(yaml);
    } catch (IOException e) {
      throw new DeclarationException(source, List.of("not YAML: " + e.getMessage()));
    }
    Map<String, Declaration> found = new LinkedHashMap<>();
    JsonNode list = root == null ? null : root.get("features");
    if (list == null || !list.isArray() || list.isEmpty()) {
      throw new DeclarationException(
          source, List.of("features: must be a list with an entry at least"));
    }
    for (JsonNode node : list) {
      Declaration declaration = declaration(node, found.size() + 1);
      if (declaration != null && found.putIfAbsent(declaration.name(), declaration) != null) {
        problems.add(declaration.name() + ": declared twice");
      }
    }
    found.values().forEach(d -> checkRatio(d, found));
    if (!problems.isEmpty()) {
      throw new DeclarationException(source, problems);
    }
    return List.copyOf(found.values());
  }

  private Declaration declaration(JsonNode node, int position) {
    String name = node.path("name").asText("");
    if (!NAME.matcher(name).matches()) {
      problems.add(
          "entry "
              + position
              + ": name must be lower case letters, digits and _, is '"
              + name
              + "'");
      return null;
    }
    int before = problems.size();
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!KEYS.contains(key)) {
                problems.add(
                    name
                        + "."
                        + key
                        + ": unknown key; known are "
                        + KEYS.stream().sorted().toList());
              }
            });
    Aggregate aggregate =
        choice(name, node, "aggregate", Aggregate.values(), a -> a.name().toLowerCase(Locale.ROOT));
    if (aggregate == null) {
      return null;
    }
    var events = events(name, node, aggregate);
    EventNumber number =
        aggregate == Aggregate.SUM
            ? choice(name, node, "field", EventNumber.values(), EventNumber::field)
            : null;
    EventText text =
        aggregate == Aggregate.DISTINCT || aggregate == Aggregate.PREFERRED
            ? choice(name, node, "field", EventText.values(), EventText::field)
            : null;
    String only = node.path("only").asText("");
    if (!only.isEmpty() && !only.equals("discounted")) {
      problems.add(name + ".only: must be 'discounted', is '" + only + "'");
    }
    return problems.size() > before
        ? null
        : new Declaration(
            name,
            events,
            only.equals("discounted"),
            aggregate,
            number,
            text,
            node.path("numerator").asText(null),
            node.path("denominator").asText(null),
            node.path("hidden").asBoolean(false),
            node.path("unit").asText(""),
            node.path("meaning").asText(""));
  }

  private Set<ShopEventType> events(String name, JsonNode node, Aggregate aggregate) {
    var events = EnumSet.noneOf(ShopEventType.class);
    for (JsonNode event : node.path("events")) {
      try {
        events.add(ShopEventType.valueOf(event.asText()));
      } catch (IllegalArgumentException e) {
        problems.add(
            name
                + ".events: '"
                + event.asText()
                + "' is no event type; known are "
                + Arrays.toString(ShopEventType.values()));
      }
    }
    if (events.isEmpty() && aggregate != Aggregate.RATIO) {
      problems.add(name + ".events: must name an event type at least");
    }
    return events;
  }

  private <T> T choice(
      String name, JsonNode node, String key, T[] choices, Function<T, String> word) {
    String value = node.path(key).asText("");
    for (T choice : choices) {
      if (word.apply(choice).equals(value)) {
        return choice;
      }
    }
    problems.add(
        name
            + "."
            + key
            + ": must be one of "
            + Arrays.stream(choices).map(word).toList()
            + ", is '"
            + value
            + "'");
    return null;
  }

  private void checkRatio(Declaration declaration, Map<String, Declaration> all) {
    if (declaration.aggregate() != Aggregate.RATIO) {
      return;
    }
    for (String part : new String[] {declaration.numerator(), declaration.denominator()}) {
      Declaration other = part == null ? null : all.get(part);
      if (other == null
          || other.aggregate() == Aggregate.RATIO
          || other.categorical()
          || !other.perWindow()) {
        problems.add(
            declaration.name()
                + ": numerator and denominator must be a count, sum or distinct"
                + " feature, is '"
                + part
                + "'");
      }
    }
  }
}
