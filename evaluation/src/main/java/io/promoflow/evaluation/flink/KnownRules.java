package io.promoflow.evaluation.flink;

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

  /** The draw of shoppers of a segment whom that version assigned. */
  String draw(long version, String segment) throws Exception {
    Experiment experiment = versions.get(version);
    return experiment == null
        ? Strata.unknownDraw(version, segment)
        : Strata.draw(experiment, segment);
  }
}
