package io.promoflow.ingestion.options;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * The settings of one process, as text by key. Later sources win: YAML file ({@code --conf FILE}),
 * environment ({@code features.slide} is {@code PROMOFLOW_FEATURES_SLIDE}), command line ({@code
 * --features.slide=PT1H}).
 */
public final class Settings implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String ENVIRONMENT_PREFIX = "PROMOFLOW_";

  private final TreeMap<String, String> values;
  private final TreeMap<String, String> environment;

  private Settings(Map<String, String> values, Map<String, String> environment) {
    this.values = new TreeMap<>(values);
    this.environment = new TreeMap<>(environment);
  }

  /** Settings given as a map, mostly by tests and by the embedded platform. */
  public static Settings of(Map<String, String> values) {
    return new Settings(values, Map.of());
  }

  /** Reads {@code --conf FILE}, the environment and {@code --key=value} arguments. */
  public static Settings load(String[] arguments, Map<String, String> environment) {
    var commandLine = new TreeMap<String, String>();
    var files = new ArrayList<Path>();
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (!argument.startsWith("--")) {
        throw new SettingsException("'" + argument + "' is no setting; write --key=value");
      }
      int equals = argument.indexOf('=');
      String key = argument.substring(2, equals < 0 ? argument.length() : equals);
      String value;
      if (equals >= 0) {
        value = argument.substring(equals + 1);
      } else if (i + 1 < arguments.length) {
        value = arguments[++i];
      } else {
        throw new SettingsException(key + ": no value given; write --" + key + "=value");
      }
      if (key.equals("conf")) {
        files.add(Path.of(value));
      } else {
        commandLine.put(key, value);
      }
    }
    var all = new TreeMap<String, String>();
    files.forEach(file -> all.putAll(file(file)));
    all.putAll(commandLine);
    var ours = new TreeMap<>(environment);
    ours.keySet().removeIf(name -> !name.startsWith(ENVIRONMENT_PREFIX));
    commandLine.keySet().forEach(key -> ours.remove(environmentName(key)));
    return new Settings(all, ours);
  }

  /** The keys of a YAML file, nested maps joined by dots. */
  public static Map<String, String> file(Path file) {
    try {
      var flat = new TreeMap<String, String>();
      JsonNode root = new ObjectMapper(new YAMLFactory()).readTree(file.toFile());
      flatten("", root, flat);
      return flat;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static void flatten(String prefix, JsonNode node, Map<String, String> into) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              field ->
                  flatten(
                      prefix.isEmpty() ? field.getKey() : prefix + "." + field.getKey(),
                      field.getValue(),
                      into));
    } else if (node.isArray()) {
      var parts = new ArrayList<String>();
      node.forEach(item -> parts.add(item.asText()));
      into.put(prefix, String.join(",", parts));
    } else if (!node.isNull() && !node.isMissingNode()) {
      into.put(prefix, node.asText());
    }
  }

  /** These settings with others on top. */
  public Settings with(Map<String, String> others) {
    var merged = new TreeMap<>(values);
    merged.putAll(others);
    var remaining = new TreeMap<>(environment);
    others.keySet().forEach(key -> remaining.remove(environmentName(key)));
    return new Settings(merged, remaining);
  }

  /** The value of an option, or its default; refuses a value that breaks the option's rule. */
  public <T> T get(Option<T> option) {
    String text = textOf(option);
    if (text == null) {
      throw new SettingsException(option.key() + ": must be given (" + option.description() + ")");
    }
    try {
      return option.parser().apply(text);
    } catch (IllegalArgumentException e) {
      String shown = option.secret() ? "***" : text;
      throw new SettingsException(
          option.key() + ": '" + shown + "' is refused, " + option.type() + ": " + e.getMessage(),
          e);
    }
  }

  /** Whether an option was given or has a default. */
  public boolean has(Option<?> option) {
    return textOf(option) != null;
  }

  /** Whether an option was given, be it as its default is. */
  public boolean given(Option<?> option) {
    return givenTextOf(option) != null;
  }

  private String textOf(Option<?> option) {
    String text = givenTextOf(option);
    return text == null ? option.fallback() : text;
  }

  private String givenTextOf(Option<?> option) {
    String text = environment.get(environmentName(option.key()));
    return text == null ? values.get(option.key()) : text;
  }

  private static String environmentName(String key) {
    return ENVIRONMENT_PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** All keys below a prefix, the prefix cut off: for settings that are handed on, as Kafka's. */
  public Map<String, String> below(String prefix) {
    var found = new TreeMap<String, String>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            found.put(key.substring(prefix.length()), value);
          }
        });
    return found;
  }

  /**
   * Refuses keys that no option has, naming the nearest known one. Only keys that share their first
   * word with a known option are looked at, so that one file can serve every job.
   */
  public Settings refuseUnknown(Collection<Option<?>> known) {
    var firstWords = known.stream().map(o -> firstWord(o.key())).collect(Collectors.toSet());
    List<String> keys = known.stream().map(Option::key).sorted().toList();
    for (String key : values.keySet()) {
      boolean ours = firstWords.contains(firstWord(key));
      if (ours && !keys.contains(key) && !key.startsWith("kafka.client.")) {
        String nearest =
            keys.stream()
                .min(
                    Comparator.comparingInt(
                        k -> LevenshteinDistance.getDefaultInstance().apply(k, key)))
                .orElseThrow();
        throw new SettingsException(key + ": unknown setting; did you mean " + nearest + "?");
      }
    }
    return this;
  }

  private static String firstWord(String key) {
    int dot = key.indexOf('.');
    return dot < 0 ? key : key.substring(0, dot);
  }

  /** The reference page of some options, as a Markdown table. */
  public static String reference(Collection<Option<?>> options) {
    var page = new StringBuilder("| setting | default | type | meaning |\n|---|---|---|---|\n");
    options.stream()
        .sorted(Comparator.comparing(Option::key))
        .forEach(
            o ->
                page.append("| `")
                    .append(o.key())
                    .append("` | ")
                    .append(o.fallback() == null ? "–" : "`" + o.fallback() + "`")
                    .append(" | ")
                    .append(o.type())
                    .append(" | ")
                    .append(o.description())
                    .append(" |\n"));
    return page.toString();
  }
}
