package io.promoflow.features;

import dev.cel.common.CelValidationException;
import io.promoflow.features.aggregate.Aggregate;
import io.promoflow.features.aggregate.Custom;
import io.promoflow.features.aggregate.Recency;
import io.promoflow.ingestion.schema.ShopEventType;
import io.promoflow.ingestion.yaml.Block;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads features one by one; a formula may name those that it has read before. */
final class DeclarationReader {
  static final List<String> KEYS =
      List.of(
          "name",
          "entity",
          "events",
          "filter",
          "aggregate",
          "field",
          "at",
          "most",
          "halfLife",
          "numerator",
          "denominator",
          "expression",
          "windows",
          "ever",
          "default",
          "hidden",
          "unit",
          "meaning",
          "owner");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

  private static final Set<String> BOUNDED =
      new TreeSet<>(
          Set.of(
              "count",
              "sum",
              "mean",
              "variance",
              "min",
              "max",
              "first",
              "last",
              "days_since_last"));

  private final Set<String> names = new HashSet<>();

  /** What a formula may name. */
  private final Map<Entity, List<String>> numeric = new EnumMap<>(Entity.class);

  DeclarationReader() {
    for (Entity entity : Entity.values()) {
      numeric.put(entity, new ArrayList<>());
    }
  }

  /** Null when something is wrong. */
  Declaration read(Block block) {
    String name = name(block);
    Entity entity = block.has("entity") ? block.constant("entity", Entity.class) : Entity.SHOPPER;
    String word = block.requiredText("aggregate");
    boolean formula = word.equals("ratio") || word.equals("expression");
    var coded = word.equals("class") && name != null ? coded(block, name) : null;
    var events = coded == null ? events(block, formula) : coded.feature().events();
    EventFilter filter = filter(block);
    Aggregate aggregate =
        formula ? null : coded == null ? AggregateReader.read(block, word) : coded;
    Formula made = formula && entity != null ? formula(block, word, numeric.get(entity)) : null;
    List<Duration> windows = block.has("windows") ? windows(block) : List.of();
    if (name == null || entity == null || (aggregate == null && made == null)) {
      return null;
    }
    boolean ever = block.flag("ever");
    if (ever) {
      checkEver(block, word);
    }
    checkAgeing(block, name, word);
    boolean text = aggregate != null && aggregate.categorical();
    if (!text && !ever) {
      numeric.get(entity).add(name);
    }
    Double absent = block.number("default", -1e15, 1e15);
    if (text && absent != null) {
      block.problem("default", "must not be given for a feature that is text", absent);
    }
    return new Declaration(
        name,
        entity,
        events,
        filter,
        aggregate,
        made,
        windows,
        ever || word.equals("days_since_last"),
        ever,
        block.flag("hidden"),
        absent == null ? Double.NaN : absent,
        block.requiredText("unit"),
        block.requiredText("meaning"),
        block.requiredText("owner"));
  }

  /** What is never forgotten must stay small, however much happens. */
  private static void checkEver(Block block, String word) {
    if (!BOUNDED.contains(word)) {
      block.problem("ever", "must be left out, or the aggregate one of " + BOUNDED, word);
    }
    if (block.has("windows")) {
      block.problem("windows", "must not be given with ever", block.texts("windows"));
    }
  }

  /** Whoever reads such a row later must know by its name that the days have gone on. */
  private static void checkAgeing(Block block, String name, String word) {
    if (name != null && Recency.isNamed(name) != word.equals("days_since_last")) {
      String rule = "must begin with " + Recency.PREFIX + " for days_since_last, and only then";
      block.problem("name", rule, name);
    }
  }

  private String name(Block block) {
    String name = block.requiredText("name");
    if (name.isEmpty()) {
      return null;
    }
    if (!NAME.matcher(name).matches()) {
      block.problem("name", "must be lower case letters, digits and _", name);
      return null;
    }
    if (!names.add(name)) {
      block.problem("name", "must be declared once", name);
      return null;
    }
    return name;
  }

  /** The class that is registered under a name; null, with a problem noted, when there is none. */
  private static Custom coded(Block block, String name) {
    var known = new ArrayList<String>();
    for (Feature<?> feature : ServiceLoader.load(Feature.class)) {
      if (feature.name().equals(name)) {
        return new Custom(feature);
      }
      known.add(feature.name());
    }
    block.problem("name", "must be that of a registered class, one of " + known, name);
    return null;
  }

  private static Set<ShopEventType> events(Block block, boolean formula) {
    var events = EnumSet.noneOf(ShopEventType.class);
    for (String event : block.texts("events")) {
      try {
        events.add(ShopEventType.valueOf(event));
      } catch (IllegalArgumentException e) {
        block.problem("events", "must be of " + Arrays.toString(ShopEventType.values()), event);
        return events;
      }
    }
    if (formula != events.isEmpty()) {
      block.problem(
          "events",
          formula ? "must not be given for a formula" : "must name an event type at least",
          null);
    }
    return events;
  }

  private static EventFilter filter(Block block) {
    String text = block.text("filter");
    if (text == null) {
      return null;
    }
    try {
      return EventFilter.of(text);
    } catch (CelValidationException e) {
      block.problem("filter", "must be a condition on an event: " + oneLine(e), text);
      return null;
    }
  }

  private static Formula formula(Block block, String word, List<String> known) {
    if (word.equals("ratio")) {
      String numerator = input(block, "numerator", known);
      String denominator = input(block, "denominator", known);
      return numerator == null || denominator == null ? null : new Ratio(numerator, denominator);
    }
    String text = block.requiredText("expression");
    if (text.isEmpty()) {
      return null;
    }
    try {
      return Expression.of(text, known);
    } catch (CelValidationException e) {
      block.problem("expression", "must be a number of features above: " + oneLine(e), text);
      return null;
    }
  }

  private static String input(Block block, String key, List<String> known) {
    String name = block.requiredText(key);
    if (known.contains(name)) {
      return name;
    }
    if (!name.isEmpty()) {
      block.problem(key, "must name a numeric feature of this entity that is declared above", name);
    }
    return null;
  }

  private static String oneLine(CelValidationException e) {
    return e.getMessage().lines().findFirst().orElse("").replaceFirst("^ERROR: <input>:", "at ");
  }

  static List<Duration> windows(Block block) {
    var windows = new ArrayList<Duration>();
    for (String text : block.texts("windows")) {
      Duration window = parse(block, "windows", text);
      if (window != null) {
        windows.add(window);
      }
    }
    if (windows.isEmpty()) {
      block.problem("windows", "must list a window at least", null);
    }
    return windows.stream().sorted().distinct().toList();
  }

  /** Null when absent or wrong. */
  static Duration duration(Block block, String key) {
    String text = block.text(key);
    return text == null ? null : parse(block, key, text);
  }

  private static Duration parse(Block block, String key, String text) {
    try {
      Duration duration = Duration.parse(text);
      if (duration.toMillis() > 0) {
        return duration;
      }
    } catch (DateTimeParseException | ArithmeticException e) {
      block.problem(key, "must be a duration such as PT1H or P7D", text);
      return null;
    }
    block.problem(key, "must be longer than 0", text);
    return null;
  }
}
