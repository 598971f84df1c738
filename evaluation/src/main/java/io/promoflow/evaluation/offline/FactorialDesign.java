package io.promoflow.evaluation.offline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A full factorial design: every combination of levels is a cell. A main effect is the difference
 * of two levels, averaged over all combinations of the other factors with equal weights, so it does
 * not depend on how many units each combination happened to get. An interaction is how much the
 * effect of one factor's level differs between two levels of another, averaged likewise.
 */
final class FactorialDesign implements Design {
  /**
   * A difference of differences: (first and second) − (first alone) − (second alone) + (neither).
   *
   * @param factors the two
   * @param first level of one factor, as reports name it
   * @param second level of the other
   * @param weights by cell
   */
  record Crossing(List<Factor> factors, String first, String second, Map<String, Double> weights) {}

  private final List<Factor> factors;

  /** By factor, the control first. */
  private final List<List<String>> levels = new ArrayList<>();

  private final Map<String, List<String>> cells = new LinkedHashMap<>();

  /** From the combinations that there are. */
  FactorialDesign(List<Factor> factors, Iterable<List<String>> found) {
    this.factors = factors;
    for (int f = 0; f < factors.size(); f++) {
      var its = new TreeSet<>(factors.get(f).weights().keySet());
      for (List<String> cell : found) {
        its.add(cell.get(f));
      }
      String control = factors.get(f).control();
      its.remove(control);
      var ordered = new ArrayList<>(List.of(control));
      ordered.addAll(its);
      levels.add(List.copyOf(ordered));
    }
    Factor.combinations(levels).forEach(cell -> cells.put(Factor.combination(factors, cell), cell));
  }

  List<Factor> factors() {
    return factors;
  }

  /** The control first. */
  List<String> levels(Factor factor) {
    return levels.get(factors.indexOf(factor));
  }

  /** Every combination, by name. */
  Set<String> cells() {
    return Collections.unmodifiableSet(cells.keySet());
  }

  /** The main effects; none when a combination has no units. */
  @Override
  public List<Versus> versus(Set<String> present) {
    var all = new ArrayList<Versus>();
    if (present.containsAll(cells.keySet())) {
      for (Factor factor : factors) {
        String control = factor.control();
        for (String level : treatments(factor)) {
          all.add(
              new Versus(
                  factor.named(level),
                  factor.named(control),
                  cellsWith(factor, level),
                  cellsWith(factor, control)));
        }
      }
    }
    return all;
  }

  private List<String> treatments(Factor factor) {
    List<String> its = levels(factor);
    return its.subList(1, its.size());
  }

  private List<String> cellsWith(Factor factor, String level) {
    int f = factors.indexOf(factor);
    return cells.entrySet().stream()
        .filter(cell -> cell.getValue().get(f).equals(level))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Of each pair of factors, each pair of levels that are not the control. */
  List<Crossing> crossings() {
    var all = new ArrayList<Crossing>();
    for (int f = 0; f < factors.size(); f++) {
      for (Factor other : factors.subList(f + 1, factors.size())) {
        for (String level : treatments(factors.get(f))) {
          for (String second : treatments(other)) {
            all.add(crossing(factors.get(f), level, other, second));
          }
        }
      }
    }
    return all;
  }

  private Crossing crossing(Factor one, String level, Factor other, String second) {
    int f = factors.indexOf(one);
    int g = factors.indexOf(other);
    double others = cells.size() / ((double) levels.get(f).size() * levels.get(g).size());
    var weights = new LinkedHashMap<String, Double>();
    cells.forEach(
        (name, cell) -> {
          int sign = sign(one, level, cell.get(f)) * sign(other, second, cell.get(g));
          if (sign != 0) {
            weights.put(name, sign / others);
          }
        });
    return new Crossing(List.of(one, other), one.named(level), other.named(second), weights);
  }

  private static int sign(Factor factor, String level, String is) {
    return is.equals(level) ? 1 : is.equals(factor.control()) ? -1 : 0;
  }
}
