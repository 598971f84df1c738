package io.promoflow.evaluation.offline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The columns of the factors, read as one that holds combinations. */
final class FactorColumns {
  private final List<Factor> factors;
  private final Map<String, List<String>> levelsOf = new LinkedHashMap<>();
  private final List<String> combinations = new ArrayList<>();

  FactorColumns(List<Factor> factors, TableColumns columns) {
    this.factors = factors;
    List<List<String>> texts = factors.stream().map(f -> columns.texts(f.column())).toList();
    for (int row = 0; row < columns.rows(); row++) {
      var levels = new ArrayList<String>();
      for (int f = 0; f < factors.size(); f++) {
        Factor factor = factors.get(f);
        String level = texts.get(f).get(row);
        if (level != null && !factor.weights().isEmpty() && !factor.weights().containsKey(level)) {
          columns.problem(
              row, factor.column(), "must be one of " + factor.weights().keySet(), level);
        }
        levels.add(level);
      }
      combinations.add(levels.contains(null) ? null : named(levels, row, columns));
    }
  }

  private String named(List<String> levels, int row, TableColumns columns) {
    String name = Factor.combination(factors, levels);
    List<String> known = levelsOf.putIfAbsent(name, List.copyOf(levels));
    if (known != null && !known.equals(levels)) {
      columns.problem(
          row, factors.get(0).column(), "must not read like two other levels together", name);
    }
    return name;
  }

  /** By row; null where a level is missing. */
  List<String> combinations() {
    return combinations;
  }

  FactorialDesign design() {
    return new FactorialDesign(factors, levelsOf.values());
  }
}
