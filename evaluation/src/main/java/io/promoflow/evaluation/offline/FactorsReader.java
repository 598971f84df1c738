package io.promoflow.evaluation.offline;

import io.promoflow.ingestion.yaml.Block;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the factors of a mapping, and the weights of their combinations. */
final class FactorsReader {
  private static final double MOST_WEIGHT = 1e12;

  private final Block file;

  FactorsReader(Block file) {
    this.file = file;
  }

  /** Empty when the mapping has a variant. */
  List<Factor> read() {
    var factors = new ArrayList<Factor>();
    var columns = new HashSet<String>();
    for (Block entry : file.blocks("factors", List.of("column", "control", "weights"))) {
      var factor =
          new Factor(entry.requiredText("column"), entry.requiredText("control"), weightsOf(entry));
      if (!columns.add(factor.column())) {
        entry.problem("column", "must not be given twice", factor.column());
      }
      if (!factor.weights().isEmpty() && !factor.weights().containsKey(factor.control())) {
        entry.problem("weights", "must have the control", factor.control());
      }
      factors.add(factor);
    }
    if (file.has("factors")) {
      together(factors);
    }
    return List.copyOf(factors);
  }

  private void together(List<Factor> factors) {
    if (factors.size() < 2) {
      file.problem(
          "factors", "must list at least two; for a single one give variant", factors.size());
    }
    for (String key : List.of("variant", "control", "weights")) {
      if (file.has(key)) {
        file.problem(
            key,
            "must not be given together with factors",
            key.equals("weights") ? null : file.text(key));
      }
    }
    List<String> without =
        factors.stream().filter(f -> f.weights().isEmpty()).map(Factor::column).toList();
    if (!without.isEmpty() && without.size() < factors.size()) {
      file.problem(
          "factors", "must give weights to all of them or to none, which these lack", without);
    }
  }

  private Map<String, Double> weightsOf(Block entry) {
    var weights = new LinkedHashMap<String, Double>();
    for (Block one : entry.blocks("weights", List.of("level", "weight"))) {
      String level = one.requiredText("level");
      Double weight = one.number("weight", 0, MOST_WEIGHT);
      if (!one.has("weight")) {
        one.problem("weight", "must be given", null);
      } else if (weight != null && weight == 0) {
        one.problem("weight", "must be above 0; leave a level out that nobody gets", weight);
      }
      if (weights.put(level, weight == null ? 1 : weight) != null) {
        one.problem("level", "must not be given twice", level);
      }
    }
    return weights;
  }

  /** Of each combination: the product of its levels' weights. Empty when all are alike. */
  static Map<String, Double> weights(List<Factor> factors) {
    var weights = new LinkedHashMap<String, Double>();
    if (factors.stream().noneMatch(factor -> factor.weights().isEmpty())) {
      List<List<String>> levels =
          factors.stream().map(factor -> List.copyOf(factor.weights().keySet())).toList();
      for (List<String> cell : Factor.combinations(levels)) {
        double weight = 1;
        for (int f = 0; f < cell.size(); f++) {
          weight *= factors.get(f).weights().get(cell.get(f));
        }
        weights.put(Factor.combination(factors, cell), weight);
      }
    }
    return weights;
  }
}
