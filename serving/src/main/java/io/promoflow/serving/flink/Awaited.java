package io.promoflow.serving.flink;

import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.RuleSet;
import java.io.Serializable;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a job without a checkpoint waits for before it decides: what the compacted topics held when
 * it started, and in any case some rules.
 *
 * @param ruleVersion least rule version
 * @param models model name to least window end
 */
public record Awaited(long ruleVersion, TreeMap<String, Instant> models) implements Serializable {
  /** Any rules will do. */
  public static final Awaited ANY_RULES = new Awaited(0, new TreeMap<>());

  /** Waits for these very rules and models, or newer ones. */
  public static Awaited of(RuleSet rules, Map<String, ModelVersion> models) {
    var ends = new TreeMap<String, Instant>();
    models.forEach((name, model) -> ends.put(name, model.windowEnd()));
    return new Awaited(rules == null ? 0 : rules.version(), ends);
  }

  boolean isThere(RuleSet rules, Map<String, ModelVersion> known) {
    return rules != null
        && rules.version() >= ruleVersion
        && models.entrySet().stream()
            .allMatch(
                end ->
                    known.containsKey(end.getKey())
                        && !known.get(end.getKey()).windowEnd().isBefore(end.getValue()));
  }
}
