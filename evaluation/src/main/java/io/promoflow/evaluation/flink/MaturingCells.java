package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.flink.ExperimentResults.CellPart;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.streaming.api.TimerService;

/** Sums of shoppers who have not matured: they count once event time has passed their tick. */
final class MaturingCells {
  /**
   * Where they will count.
   *
   * @param tickMillis from when
   * @param part where
   */
  public record Place(long tickMillis, CellPart part) {}

  // no TTL: event time takes them out
  private final MapState<Place, CellSums> waiting;

  MaturingCells(RuntimeContext runtime) {
    waiting =
        runtime.getMapState(new MapStateDescriptor<>("maturing", Place.class, CellSums.class));
  }

  void add(long tickMillis, CellPart part, CellSums sums, TimerService timers) throws Exception {
    if (!sums.isZero()) {
      CellStates.add(waiting, new Place(tickMillis, part), sums);
      timers.registerEventTimeTimer(tickMillis);
    }
  }

  /** Moves who has another place now. */
  void move(UnaryOperator<CellPart> part) throws Exception {
    CellStates.move(waiting, place -> new Place(place.tickMillis(), part.apply(place.part())));
  }

  /** Takes out who has matured by that time. */
  Map<CellPart, CellSums> matured(long untilMillis) throws Exception {
    var due = new ArrayList<Place>();
    for (Place place : waiting.keys()) {
      if (place.tickMillis() <= untilMillis) {
        due.add(place);
      }
    }
    var matured = new HashMap<CellPart, CellSums>();
    for (Place place : due) {
      matured.merge(place.part(), waiting.get(place), CellSums::plus);
      waiting.remove(place);
    }
    return matured;
  }
}
