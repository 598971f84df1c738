package io.promoflow.ingestion.yaml;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** Reads a file and collects everything that is wrong with it, so that all is told at once. */
public final class Problems {
  private final String file;
  private final Function<List<Problem>, RuntimeException> refusal;
  private final List<Problem> found = new ArrayList<>();

  /**
   * @param file stands in messages
   * @param refusal makes the exception that carries all problems
   */
  public Problems(String file, Function<List<Problem>, RuntimeException> refusal) {
    this.file = file;
    this.refusal = refusal;
  }

  /**
   * The file's topmost mapping with these keys and no others; refuses what is no YAML, or empty.
   */
  public Block read(String text, List<String> known) {
    Node root = compose(text);
    if (root == null && found.isEmpty()) {
      add(1, "", "", "is empty; may hold " + String.join(": and ", known) + ":", null);
    }
    refuseIfAny();
    return new Block(root, this, "", "", known);
  }

  private Node compose(String text) {
    try {
      return YamlLimits.yaml().compose(new StringReader(text));
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      add(line, "", "", "is no YAML: " + e.getProblem(), null);
    } catch (YAMLException e) { // which of its limits tell no line
      YamlLimits.firstBeyond(text)
          .ifPresentOrElse(
              beyond -> add(beyond.line(), "", "", beyond.rule(), null),
              () -> add(1, "", "", "is no YAML: " + e.getMessage(), null));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      add(1, "", "", "is no YAML: an escape in it cannot be read", null); // the parser's own slip
    }
    return null;
  }

  void add(int line, String subject, String key, String rule, Object value) {
    String shown = value == null ? null : shorten(value.toString());
    found.add(new Problem(file, line, subject, key, rule, shown));
  }

  private static String shorten(String value) {
    return value.length() <= 100 ? value : value.substring(0, 100) + "…";
  }

  /** Throws when anything was found. */
  public void refuseIfAny() {
    if (!found.isEmpty()) {
      throw refusal.apply(List.copyOf(found));
    }
  }
}
