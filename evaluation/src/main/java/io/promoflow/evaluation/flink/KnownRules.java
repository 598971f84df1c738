package io.promoflow.evaluation.flink;

import io.promoflow.evaluation.CellKey;
import io.promoflow.evaluation.Strata;
import io.promoflow.ingestion.schema.Experiment;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;

/** An experiment as each rule version that was read has it. */
final class KnownRules {
  private static final int MOST_REMEMBERED = 10_000;

  /** Versions never change, so what follows from them is found once. */
  private record Place(String experimentId, long ruleVersion, String segment) {}

  private final Map<Place, String> draws = new HashMap<>();
  private final MapState<Long, Experiment> versions;

  KnownRules(RuntimeContext runtime, StateTtlConfig ttl) {
    var kept = new MapStateDescriptor<>("versions", Long.class, Experiment.class);
    kept.enableTimeToLive(ttl);
    versions = runtime.getMapState(kept);
  }

  void put(long version, Experiment experiment) throws Exception {
    versions.put(version, experiment);
  }

  /** Null when it was not read. */
  Experiment get(long version) throws Exception {
    return versions.get(version);
  }

  Map<Long, Experiment> all() throws Exception {
    var all = new HashMap<Long, Experiment>();
    for (Map.Entry<Long, Experiment> entry : versions.entries()) {
      all.put(entry.getKey(), entry.getValue());
    }
    return all;
  }

  /** The draw that assigned the shoppers of a contribution. */
  String draw(CellKey key) throws Exception {
    var place = new Place(key.experimentId(), key.ruleVersion(), key.segment());
    String known = draws.get(place);
    if (known != null) {
      return known;
    }
    Experiment experiment = versions.get(key.ruleVersion());
    if (experiment == null) {
      return Strata.unknownDraw(key.ruleVersion(), key.segment());
    }
    if (draws.size() == MOST_REMEMBERED) {
      draws.clear();
    }
    String draw = Strata.draw(experiment, key.segment());
    draws.put(place, draw);
    return draw;
  }
}
