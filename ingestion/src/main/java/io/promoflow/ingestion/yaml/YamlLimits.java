package io.promoflow.ingestion.yaml;

import java.io.StringReader;
import java.util.HashSet;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionEndEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;

/** What is not read though it is YAML, since small files could grow large by it. */
final class YamlLimits {
  private static final int MOST_CHARACTERS = 4_000_000;
  private static final int MOST_NESTING = 20;

  private YamlLimits() {}

  /**
   * What a file has beyond the limits.
   *
   * @param line where it begins
   */
  record Beyond(int line, String rule) {}

  /** Keeps to the limits. */
  static Yaml yaml() {
    var options = new LoaderOptions();
    options.setCodePointLimit(MOST_CHARACTERS);
    options.setNestingDepthLimit(MOST_NESTING);
    options.setMaxAliasesForCollections(0);
    return new Yaml(new SafeConstructor(options));
  }

  /** The first that lies beyond; empty when it is no YAML before that. */
  static Optional<Beyond> firstBeyond(String text) {
    try {
      return firstBeyond(yaml().parse(new StringReader(text)));
    } catch (YAMLException e) {
      return Optional.empty();
    }
  }

  private static Optional<Beyond> firstBeyond(Iterable<Event> events) {
    var anchors = new HashSet<String>();
    int open = 0;
    for (Event event : events) {
      if (event instanceof AliasEvent alias && anchors.contains(alias.getAnchor())) {
        return beyond(
            event,
            "*%s stands for a list or mapping, which must be written out here: anchors are for"
                    .formatted(alias.getAnchor())
                + " single values");
      }
      if (event instanceof NodeEvent && !(event instanceof AliasEvent) && open > MOST_NESTING) {
        return beyond(event, "is nested deeper than " + MOST_NESTING);
      }
      if (event instanceof CollectionStartEvent start) {
        open++;
        anchors.add(start.getAnchor());
      } else if (event instanceof CollectionEndEvent) {
        open--;
      }
    }
    return Optional.empty();
  }

  private static Optional<Beyond> beyond(Event event, String rule) {
    return Optional.of(new Beyond(event.getStartMark().getLine() + 1, rule));
  }
}
