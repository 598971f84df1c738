package io.promoflow.models.trainer;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which values of a categorical column get an element of their own. */
final class CategoryLevels {
  private CategoryLevels() {}

  /**
   * The most frequent values, alphabetically; of equally frequent ones the alphabetical first. The
   * rest, absent values too, is the reference; where nothing is left for it the last value is, so
   * that elements never add up to a constant.
   */
  static List<String> elements(String[] column, int most) {
    TreeMap<String, Long> counts =
        Arrays.stream(column)
            .filter(Objects::nonNull)
            .collect(
                Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    List<String> frequent =
        counts.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
            .limit(most)
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    boolean rest =
        counts.size() > frequent.size() || Arrays.stream(column).anyMatch(Objects::isNull);
    return rest || frequent.isEmpty() ? frequent : frequent.subList(0, frequent.size() - 1);
  }
}
