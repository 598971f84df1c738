package io.promoflow.ingestion.yaml;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One mapping of a file, read key by key. Every getter notes a problem and returns a harmless value
 * when something is wrong, so that reading goes on and finds the rest.
 */
public final class Block {
  private static final String UNSTORABLE = "must hold no U+0000 and no half surrogate pairs";

  /** More than any number of use has. */
  private static final int MOST_DIGITS = 1_000;

  private final Problems problems;
  private final String subject;
  private final String path;
  private final int line;
  private final Map<String, Node> values = new LinkedHashMap<>();

  /** Reads a mapping that may have these keys and no others. */
  Block(Node node, Problems problems, String subject, String path, List<String> known) {
    this.problems = problems;
    this.line = lineOf(node);
    this.path = path;
    if (!(node instanceof MappingNode mapping)) {
      this.subject = subject;
      problems.add(line, subject, path, "must be a mapping of keys to values", null);
      return;
    }
    for (NodeTuple entry : mapping.getValue()) {
      String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
      if (values.put(key, entry.getValueNode()) != null) {
        problems.add(lineOf(entry.getKeyNode()), subject, at(key), "is given twice", null);
      }
    }
    Node name = values.getOrDefault("id", values.get("name"));
    this.subject =
        name instanceof ScalarNode its && path.isEmpty() ? subject + " " + its.getValue() : subject;
    mapping.getValue().stream()
        .map(NodeTuple::getKeyNode)
        .forEach(key -> refuseUnknown(key, known));
  }

  private void refuseUnknown(Node node, List<String> known) {
    String key = node instanceof ScalarNode scalar ? scalar.getValue() : "?";
    if (!known.contains(key)) {
      problems.add(
          lineOf(node),
          subject,
          at(key),
          "unknown key; did you mean " + nearest(key, known) + "?",
          null);
    }
  }

  /** The known word that takes the fewest edits to become this one. */
  public static String nearest(String word, Collection<String> known) {
    return known.stream()
        .min(
            Comparator.comparingInt(
                (String k) -> LevenshteinDistance.getDefaultInstance().apply(k, word)))
        .orElseThrow();
  }

  private static boolean isStorable(String text) {
    return text.codePoints()
        .noneMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
  }

  static int lineOf(Node node) {
    return node.getStartMark().getLine() + 1;
  }

  private String at(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  public int line() {
    return line;
  }

  public String subject() {
    return subject;
  }

  public boolean has(String key) {
    Node node = values.get(key);
    return node != null && !node.getTag().equals(Tag.NULL);
  }

  /** Notes a problem with a key of this mapping. */
  public void problem(String key, String rule, Object value) {
    int where = values.containsKey(key) ? lineOf(values.get(key)) : line;
    problems.add(where, subject, at(key), rule, value);
  }

  /** Null when absent. */
  public String text(String key) {
    if (!has(key)) {
      return null;
    }
    if (values.get(key) instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
      if (isStorable(scalar.getValue())) {
        return scalar.getValue();
      }
      problem(key, UNSTORABLE, null);
      return null;
    }
    problem(key, "must be a text", null);
    return null;
  }

  /** Empty, with a problem noted, when absent. */
  public String requiredText(String key) {
    if (!has(key)) {
      problem(key, "must be given", null);
      return "";
    }
    String value = text(key);
    return value == null ? "" : value;
  }

  /** Null when absent or wrong. */
  public Double number(String key, double least, double most) {
    String text = text(key);
    if (text == null) {
      return null;
    }
    String rule = "must be a number from " + plain(least) + " to " + plain(most);
    try {
      double value = decimal(text).doubleValue();
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      problem(key, rule, text);
      return null;
    }
    problem(key, rule, text);
    return null;
  }

  private static BigDecimal decimal(String text) {
    if (text.length() > MOST_DIGITS) {
      throw new NumberFormatException("too long"); // reading it would take long, too
    }
    return new BigDecimal(text);
  }

  /** A whole number, also one written as 5000.0. Null when absent or wrong. */
  public Long whole(String key, long least, long most) {
    String text = text(key);
    if (text == null) {
      return null;
    }
    String rule = "must be a whole number from " + least + " to " + most;
    try {
      long value = decimal(text).longValueExact();
      if (value >= least && value <= most) {
        return value;
      }
    } catch (ArithmeticException | NumberFormatException e) {
      problem(key, rule, text);
      return null;
    }
    problem(key, rule, text);
    return null;
  }

  public boolean flag(String key) {
    String text = text(key);
    if (text != null && !text.equals("true") && !text.equals("false")) {
      problem(key, "must be true or false", text);
    }
    return "true".equals(text);
  }

  /** Null when absent or wrong. */
  public Instant moment(String key) {
    String text = text(key);
    if (text == null) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
    } catch (DateTimeParseException e) {
      problem(key, "must be a moment with a zone, such as 2026-01-05T00:00:00Z", text);
      return null;
    }
  }

  /** A length of time above 0, such as PT12H or P7D. Null when absent or wrong. */
  public Duration duration(String key) {
    String text = text(key);
    if (text == null) {
      return null;
    }
    try {
      Duration value = Duration.parse(text);
      if (value.toMillis() > 0) {
        return value;
      }
    } catch (DateTimeParseException | ArithmeticException e) {
      problem(key, "must be a length of time above 0, such as PT12H or P7D", text);
      return null;
    }
    problem(key, "must be a length of time above 0, such as PT12H or P7D", text);
    return null;
  }

  /** A required constant; {@code percent-off} is read as {@code PERCENT_OFF}. Null when wrong. */
  public <E extends Enum<E>> E constant(String key, Class<E> type) {
    String text = requiredText(key);
    String name = text.toUpperCase(Locale.ROOT).replace('-', '_');
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(name)) {
        return constant;
      }
    }
    if (!text.isEmpty()) {
      problem(key, "must be one of " + Arrays.toString(type.getEnumConstants()), text);
    }
    return null;
  }

  /** Empty when absent. */
  public List<String> texts(String key) {
    var found = new ArrayList<String>();
    for (Node item : items(key)) {
      if (item instanceof ScalarNode scalar && !isStorable(scalar.getValue())) {
        problem(key, UNSTORABLE, null);
      } else if (item instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
        found.add(scalar.getValue());
      } else {
        problem(key, "must be a list of texts", null);
      }
    }
    return List.copyOf(found);
  }

  /** A list of texts, or one text without the list; empty when absent. */
  public List<String> textOrTexts(String key) {
    if (has(key) && values.get(key) instanceof ScalarNode) {
      String one = text(key);
      return one == null ? List.of() : List.of(one);
    }
    return texts(key);
  }

  /** Mappings below a key that holds a list of them; empty when absent. */
  public List<Block> blocks(String key, List<String> known) {
    var found = new ArrayList<Block>();
    int i = 0;
    for (Node item : items(key)) {
      found.add(new Block(item, problems, subject, at(key) + "[" + i++ + "]", known));
    }
    return found;
  }

  /** Rules below a key of the whole file: each is a subject of its own. */
  public List<Block> rules(String key, String kind, List<String> known) {
    return items(key).stream().map(item -> new Block(item, problems, kind, "", known)).toList();
  }

  /** The mapping below a key; null when absent. */
  public Block block(String key, List<String> known) {
    return has(key) ? new Block(values.get(key), problems, subject, at(key), known) : null;
  }

  private List<Node> items(String key) {
    if (!has(key)) {
      return List.of();
    }
    if (values.get(key) instanceof SequenceNode sequence) {
      return sequence.getValue();
    }
    problem(key, "must be a list", null);
    return List.of();
  }

  private static String plain(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
