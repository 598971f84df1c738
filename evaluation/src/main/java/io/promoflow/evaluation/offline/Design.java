package io.promoflow.evaluation.offline;

import java.util.List;
import java.util.Set;

/** Which cells of an experiment are compared with which. */
interface Design {
  /**
   * One comparison: the plain average over some cells against that over others.
   *
   * @param variant as reports name it
   * @param control as reports name it
   * @param cells of the variant
   * @param controlCells of the control, others than those
   */
  record Versus(String variant, String control, List<String> cells, List<String> controlCells) {}

  /** What can be compared when only these cells have units. */
  List<Versus> versus(Set<String> cells);

  /** Every other cell with the control's. */
  static Design against(String control) {
    return cells ->
        cells.contains(control)
            ? cells.stream()
                .filter(cell -> !cell.equals(control))
                .map(cell -> new Versus(cell, control, List.of(cell), List.of(control)))
                .toList()
            : List.of();
  }
}
