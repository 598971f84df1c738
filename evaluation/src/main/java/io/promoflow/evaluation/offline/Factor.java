package io.promoflow.evaluation.offline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One of several things that an experiment varies at once, each in levels of its own.
 *
 * @param column that holds the level
 * @param control level of the control
 * @param weights promised shares by level, any scale; empty when all are alike
 */
public record Factor(String column, String control, Map<String, Double> weights) {

  /** A level as reports name it, such as {@code mail=yes}. */
  String named(String level) {
    return column + "=" + level;
  }

  /** A combination as reports name it; one level per factor. */
  static String combination(List<Factor> factors, List<String> levels) {
    var parts = new ArrayList<String>();
    for (int f = 0; f < levels.size(); f++) {
      parts.add(factors.get(f).named(levels.get(f)));
    }
    return String.join(", ", parts);
  }

  /** Every way to take one value of each list, the last one changing fastest. */
  static List<List<String>> combinations(List<List<String>> values) {
    List<List<String>> all = List.of(List.of());
    for (List<String> next : values) {
      var longer = new ArrayList<List<String>>();
      for (List<String> so : all) {
        for (String value : next) {
          var one = new ArrayList<>(so);
          one.add(value);
          longer.add(List.copyOf(one));
        }
      }
      all = longer;
    }
    return all;
  }
}
