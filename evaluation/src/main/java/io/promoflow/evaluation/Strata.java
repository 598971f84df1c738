package io.promoflow.evaluation;

import io.promoflow.ingestion.schema.Experiment;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The cells of a scope (an experiment, or a segment of it) by the draw that assigned their
 * shoppers. Shoppers of one draw had the same chance of each variant, whenever they came, so that
 * variants may be compared within a draw, and nowhere else once weights have changed.
 *
 * @param draws sums by variant, by draw
 */
public record Strata(SortedMap<String, Map<String, CellSums>> draws) {
  public static final Strata NONE = new Strata(new TreeMap<>());

  /** All shoppers were assigned by the same weights. */
  public static Strata ofOneDraw(Map<String, CellSums> cells) {
    return new Strata(new TreeMap<>(Map.of("", cells)));
  }

  /** The draw of all who were assigned by these weights, in whatever rule version and segment. */
  public static String draw(Experiment rules, String segment) {
    return SampleRatioBook.weights(rules, segment).toString();
  }

  /** The draw of shoppers whose rules are not known: nobody else's. */
  public static String unknownDraw(long ruleVersion, String segment) {
    return "version " + ruleVersion + " " + segment;
  }

  /** Several disjoint scopes as one. */
  public static Strata together(Collection<Strata> scopes) {
    var all = new TreeMap<String, Map<String, CellSums>>();
    for (Strata scope : scopes) {
      scope.draws.forEach(
          (draw, cells) -> {
            var here = all.computeIfAbsent(draw, key -> new TreeMap<>());
            cells.forEach((variant, sums) -> here.merge(variant, sums, CellSums::plus));
          });
    }
    return new Strata(all);
  }

  /** Sums by variant, whatever the draw: what shoppers did, and no comparison. */
  public SortedMap<String, CellSums> pooled() {
    var pooled = new TreeMap<String, CellSums>();
    for (Map<String, CellSums> cells : draws.values()) {
      cells.forEach((variant, sums) -> pooled.merge(variant, sums, CellSums::plus));
    }
    return pooled;
  }

  /** The sums of a variant over all draws. */
  public CellSums pooled(String variant) {
    return pooled().getOrDefault(variant, CellSums.ZERO);
  }

  /** What of these variants may be compared in a metric. */
  public ComparedCells compared(Collection<String> variants, Metric metric) {
    return ComparedCells.of(draws.values(), variants, metric);
  }

  /** A variant against the control, draw by draw. */
  public Comparison comparison(String variant, String control, Metric metric, double alpha) {
    ComparedCells cells = compared(List.of(variant, control), metric);
    return Comparison.of(cells.group(variant, metric), cells.group(control, metric), alpha);
  }
}
