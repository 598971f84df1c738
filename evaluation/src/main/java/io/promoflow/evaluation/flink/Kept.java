package io.promoflow.evaluation.flink;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;

/**
 * What one shopper's records leave behind, by id, until event time is far enough past them. No TTL:
 * wall time may not decide what counts.
 */
final class Kept<T> {
  private final MapState<String, T> state;
  private final ToLongFunction<T> atMillis;

  Kept(RuntimeContext runtime, String name, Class<T> type, ToLongFunction<T> atMillis) {
    this.state = runtime.getMapState(new MapStateDescriptor<>(name, String.class, type));
    this.atMillis = atMillis;
  }

  boolean contains(String id) throws Exception {
    return state.contains(id);
  }

  T get(String id) throws Exception {
    return state.get(id);
  }

  void put(String id, T value) throws Exception {
    state.put(id, value);
  }

  List<T> all() throws Exception {
    var values = new ArrayList<T>();
    state.values().forEach(values::add);
    return values;
  }

  void clear() {
    state.clear();
  }

  /** Forgets what happened up to that time. */
  void forget(long untilMillis) throws Exception {
    Iterator<Map.Entry<String, T>> entries = state.iterator();
    while (entries.hasNext()) {
      if (atMillis.applyAsLong(entries.next().getValue()) <= untilMillis) {
        entries.remove();
      }
    }
    if (state.isEmpty()) {
      state.clear(); // the heap backend keeps an empty map otherwise
    }
  }
}
