package io.promoflow.evaluation;

import io.promoflow.evaluation.IncrementalReturn.Stratum;
import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Variant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Writes the incremental returns of one experiment's day from its sums.
 *
 * <p>Strata are the weights that shoppers were drawn with, so weights that were moved, as a whole
 * or for a segment, bias nothing. Strata where either group has less than two shoppers are put
 * together; what cannot be compared even then is left out and counted.
 *
 * @param versions the experiment as each rule version has it
 * @param newest the experiment as it is now
 * @param interval of the estimates
 */
public record ReturnBook(Map<Long, Experiment> versions, Experiment newest, AlwaysValid interval) {

  /** One row per variant that is not the control. */
  public List<ReturnRow> rows(long epochDay, Map<ReturnCell, ReturnSums> day, Instant written) {
    String control = control(newest);
    var variants = new TreeSet<String>();
    day.keySet().forEach(cell -> variants.add(cell.variant()));
    variants.remove(control);
    var strata = strata(day);
    var rows = new ArrayList<ReturnRow>();
    for (String variant : variants) {
      rows.add(row(epochDay, variant, control, promotion(variant, day), strata, written));
    }
    return rows;
  }

  private Map<String, Map<String, ReturnSums>> strata(Map<ReturnCell, ReturnSums> day) {
    // sorted, so that the rounding of the totals does not depend on the hash order
    var strata = new TreeMap<String, Map<String, ReturnSums>>();
    day.forEach(
        (cell, sums) -> {
          Experiment rules = versions.get(cell.ruleVersion());
          String draw =
              rules == null
                  ? Strata.unknownDraw(cell.ruleVersion(), cell.segment())
                  : Strata.draw(rules, cell.segment());
          strata
              .computeIfAbsent(draw, key -> new HashMap<>())
              .merge(cell.variant(), sums, ReturnSums::plus);
        });
    return strata;
  }

  private record Pair(ReturnSums variant, ReturnSums control) {
    private Pair plus(Pair other) {
      return new Pair(variant.plus(other.variant), control.plus(other.control));
    }

    private boolean isComparable() {
      return variant.units() > 1 && control.units() > 1;
    }

    private static IncrementalReturn total(List<Pair> pairs, Function<ReturnSums, Group> metric) {
      return IncrementalReturn.of(
          pairs.stream()
              .map(p -> new Stratum(metric.apply(p.variant), metric.apply(p.control)))
              .toList());
    }
  }

  private ReturnRow row(
      long epochDay,
      String variant,
      String control,
      String promotion,
      Map<String, Map<String, ReturnSums>> strata,
      Instant written) {
    var pairs = new ArrayList<Pair>();
    var rest = new Pair(ReturnSums.ZERO, ReturnSums.ZERO);
    long shoppers = 0;
    for (Map<String, ReturnSums> cells : strata.values()) {
      var pair =
          new Pair(
              cells.getOrDefault(variant, ReturnSums.ZERO),
              cells.getOrDefault(control, ReturnSums.ZERO));
      shoppers += pair.variant().units();
      if (pair.isComparable()) {
        pairs.add(pair);
      } else {
        rest = rest.plus(pair);
      }
    }
    if (rest.isComparable()) {
      pairs.add(rest);
    }
    if (pairs.isEmpty()) {
      return new ReturnRow(
          epochDay, newest.id(), variant, control, promotion, shoppers, 0, 0, null, null, written);
    }
    var revenue = Pair.total(pairs, ReturnSums::revenue);
    var profit = Pair.total(pairs, ReturnSums::profit);
    return new ReturnRow(
        epochDay,
        newest.id(),
        variant,
        control,
        promotion,
        shoppers,
        revenue.shoppers(),
        revenue.controlShoppers(),
        ReturnRow.Amount.of(revenue, interval),
        ReturnRow.Amount.of(profit, interval),
        written);
  }

  private String promotion(String variant, Map<ReturnCell, ReturnSums> day) {
    Set<String> found = new HashSet<>();
    for (Map.Entry<ReturnCell, ReturnSums> entry : day.entrySet()) {
      ReturnCell cell = entry.getKey();
      // what a correction has emptied says nothing of those who are left
      if (cell.variant().equals(variant) && !entry.getValue().isZero()) {
        found.add(promotion(versions.get(cell.ruleVersion()), variant));
      }
    }
    return found.size() == 1 ? found.iterator().next() : null;
  }

  private static String promotion(Experiment rules, String variant) {
    if (rules == null) {
      return null;
    }
    Set<String> more = new HashSet<>();
    Set<String> less = new HashSet<>();
    for (Variant each : rules.variants()) {
      if (each.id().equals(variant)) {
        more.addAll(each.promotions());
      } else if (each.control()) {
        less.addAll(each.promotions());
      }
    }
    boolean extendsControl = more.containsAll(less);
    more.removeAll(less);
    return extendsControl && more.size() == 1 ? more.iterator().next() : null;
  }

  private static String control(Experiment experiment) {
    return experiment.variants().stream()
        .filter(Variant::control)
        .map(Variant::id)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(experiment.id() + " has no control"));
  }
}
