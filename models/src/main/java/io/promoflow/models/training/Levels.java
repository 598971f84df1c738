package io.promoflow.models.training;

import io.promoflow.ingestion.schema.TrainingExample;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which values of a categorical feature are frequent enough to get an element of their own. */
public final class Levels {
  private Levels() {}

  /** The most frequent values, alphabetically; of equally frequent ones the alphabetical first. */
  public static List<String> frequent(List<TrainingExample> rows, String category, int most) {
    TreeMap<String, Long> counts =
        rows.stream()
            .map(row -> row.categories().get(category))
            .filter(Objects::nonNull)
            .collect(
                Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .limit(most)
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }
}
