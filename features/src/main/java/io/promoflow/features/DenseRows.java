package io.promoflow.features;

import io.promoflow.features.DenseValues.Columns;
import io.promoflow.ingestion.schema.FeatureRow;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes feature rows small: rows of one version of the declarations share the names of their
 * features. May be used by many threads.
 */
public final class DenseRows {
  private final Map<String, Columns> byVersion = new ConcurrentHashMap<>();

  /** Names of the features that rows have had. */
  public Set<String> names() {
    var names = new HashSet<String>();
    byVersion.values().forEach(columns -> names.addAll(columns.names()));
    return names;
  }

  /** The same row with values that take little room. */
  public FeatureRow of(FeatureRow row) {
    if (row.featuresVersion() == null || row.values() == null) {
      return row;
    }
    Columns columns =
        byVersion.compute(
            row.featuresVersion(),
            (version, known) -> (known == null ? Columns.NONE : known).with(row.values().keySet()));
    return new FeatureRow(
        row.shopperId(),
        row.asOf(),
        DenseValues.of(row.values(), columns),
        row.categories(),
        row.featuresVersion());
  }
}
