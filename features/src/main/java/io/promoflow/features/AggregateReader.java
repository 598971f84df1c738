package io.promoflow.features;

import io.promoflow.features.aggregate.Aggregate;
import io.promoflow.features.aggregate.Count;
import io.promoflow.features.aggregate.Decayed;
import io.promoflow.features.aggregate.Distinct;
import io.promoflow.features.aggregate.Edge;
import io.promoflow.features.aggregate.EdgeText;
import io.promoflow.features.aggregate.Entropy;
import io.promoflow.features.aggregate.Extreme;
import io.promoflow.features.aggregate.Mean;
import io.promoflow.features.aggregate.Quantile;
import io.promoflow.features.aggregate.Recency;
import io.promoflow.features.aggregate.Sum;
import io.promoflow.features.aggregate.Top;
import io.promoflow.features.aggregate.Variance;
import io.promoflow.ingestion.yaml.Block;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads how the events of a feature become one value. */
final class AggregateReader {
  static final List<String> WORDS =
      List.of(
          "count",
          "sum",
          "mean",
          "variance",
          "min",
          "max",
          "first",
          "last",
          "quantile",
          "distinct",
          "entropy",
          "top",
          "preferred",
          "decayed_count",
          "days_since_last",
          "class",
          "ratio",
          "expression");
  private static final int MOST_TOP = 100;

  private AggregateReader() {}

  /** Null, with a problem noted, when something is wrong. */
  static Aggregate read(Block block, String word) {
    return switch (word) {
      case "count" -> new Count();
      case "days_since_last" -> new Recency();
      case "decayed_count" -> decayed(block);
      case "sum" -> ofNumber(block, Sum::new);
      case "mean" -> ofNumber(block, Mean::new);
      case "variance" -> ofNumber(block, Variance::new);
      case "min" -> ofNumber(block, field -> new Extreme(field, false));
      case "max" -> ofNumber(block, field -> new Extreme(field, true));
      case "first" -> edge(block, false);
      case "last" -> edge(block, true);
      case "quantile" -> quantile(block);
      case "distinct" -> ofText(block, Distinct::new);
      case "entropy" -> ofText(block, Entropy::new);
      case "preferred" -> ofText(block, field -> new Top(field, 1));
      case "top" -> top(block);
      default -> {
        if (!WORDS.contains(word) && !word.isEmpty()) {
          block.problem("aggregate", "must be one of " + WORDS, word);
        }
        yield null;
      }
    };
  }

  private static Aggregate ofNumber(Block block, Function<EventNumber, Aggregate> made) {
    EventNumber field = number(block.requiredText("field"));
    return field == null ? refuse(block, numbers().toList()) : made.apply(field);
  }

  private static Aggregate ofText(Block block, Function<EventText, Aggregate> made) {
    EventText field = text(block.requiredText("field"));
    return field == null ? refuse(block, texts().toList()) : made.apply(field);
  }

  private static Aggregate edge(Block block, boolean last) {
    String name = block.requiredText("field");
    if (number(name) != null) {
      return new Edge(number(name), last);
    }
    return text(name) != null
        ? new EdgeText(text(name), last)
        : refuse(block, Stream.concat(numbers(), texts()).toList());
  }

  private static Aggregate refuse(Block block, List<String> fields) {
    if (block.has("field")) {
      block.problem("field", "must be one of " + fields, block.text("field"));
    }
    return null;
  }

  private static Aggregate quantile(Block block) {
    Double at = block.number("at", 0, 1);
    if (at == null) {
      block.problem("at", "must say which quantile, 0 to 1", null);
      return null;
    }
    return ofNumber(block, field -> new Quantile(field, at));
  }

  private static Aggregate top(Block block) {
    Long most = block.whole("most", 1, MOST_TOP);
    if (most == null) {
      block.problem("most", "must say how many, 1 to " + MOST_TOP, null);
      return null;
    }
    return ofText(block, field -> new Top(field, most.intValue()));
  }

  private static Aggregate decayed(Block block) {
    Duration halfLife = DeclarationReader.duration(block, "halfLife");
    if (halfLife == null) {
      block.problem("halfLife", "must be given, such as P7D", null);
      return null;
    }
    return new Decayed(halfLife);
  }

  private static EventNumber number(String name) {
    return Arrays.stream(EventNumber.values())
        .filter(n -> n.field().equals(name))
        .findFirst()
        .orElse(null);
  }

  private static EventText text(String name) {
    return Arrays.stream(EventText.values())
        .filter(t -> t.field().equals(name))
        .findFirst()
        .orElse(null);
  }

  private static Stream<String> numbers() {
    return Arrays.stream(EventNumber.values()).map(EventNumber::field);
  }

  private static Stream<String> texts() {
    return Arrays.stream(EventText.values()).map(EventText::field);
  }
}
