package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Strata;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.flink.api.common.state.MapState;

/** Sums by place in the state of an operator. */
final class CellStates {
  private CellStates() {}

  static <K> void add(MapState<K, CellSums> state, K place, CellSums sums) throws Exception {
    CellSums known = state.get(place);
    state.put(place, known == null ? sums : known.plus(sums));
  }

  /** Moves what has another place now. */
  static <K> void move(MapState<K, CellSums> state, UnaryOperator<K> place) throws Exception {
    var moved = new ArrayList<K>();
    for (K from : state.keys()) {
      if (!place.apply(from).equals(from)) {
        moved.add(from);
      }
    }
    for (K from : moved) {
      CellSums sums = state.get(from);
      state.remove(from);
      add(state, place.apply(from), sums);
    }
  }

  /** Sums by segment, draw and variant, while they are gathered. */
  static final class BySegment {
    private final Map<String, TreeMap<String, Map<String, CellSums>>> segments = new TreeMap<>();

    void add(Cell cell, CellSums sums) {
      segments
          .computeIfAbsent(cell.segment(), segment -> new TreeMap<>())
          .computeIfAbsent(cell.draw(), draw -> new TreeMap<>())
          .merge(cell.variant(), sums, CellSums::plus);
    }

    Map<String, Strata> strata() {
      var strata = new TreeMap<String, Strata>();
      segments.forEach((segment, draws) -> strata.put(segment, new Strata(draws)));
      return strata;
    }
  }
}
