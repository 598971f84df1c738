package io.promoflow.serving;

import io.promoflow.ingestion.schema.FeatureRow;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes feature rows small: rows of one version of the declarations share the names of their
 * features. May be used by many threads.
 */
public final class DenseRows {
  private final Map<String, Columns> byVersion = new ConcurrentHashMap<>();

  private record Columns(Map<String, Integer> numbers, String[] names) {
    static final Columns NONE = new Columns(Map.of(), new String[0]);

    /** These and what else a row has. */
    Columns with(Map<String, Double> row) {
      if (numbers.keySet().containsAll(row.keySet())) {
        return this;
      }
      var all = new HashMap<>(numbers);
      row.keySet().forEach(name -> all.putIfAbsent(name, all.size()));
      var inOrder = new String[all.size()];
      all.forEach((name, number) -> inOrder[number] = name);
      return new Columns(all, inOrder);
    }
  }

  /** The same row with values that take little room. */
  public FeatureRow of(FeatureRow row) {
    if (row.featuresVersion() == null || row.values() == null) {
      return row;
    }
    Columns columns =
        byVersion.compute(
            row.featuresVersion(),
            (version, known) -> (known == null ? Columns.NONE : known).with(row.values()));
    return new FeatureRow(
        row.shopperId(),
        row.asOf(),
        DenseValues.of(row.values(), columns.numbers(), columns.names()),
        row.categories(),
        row.featuresVersion());
  }
}
