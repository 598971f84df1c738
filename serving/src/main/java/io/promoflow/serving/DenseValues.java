package io.promoflow.serving;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * Numeric features of one shopper as an array beside names that all shoppers share: a tenth of the
 * memory of a map of boxes, and in one place. Never changes.
 */
final class DenseValues extends AbstractMap<String, Double> {
  private final Map<String, Integer> columns;
  private final String[] names;

  /** By column; NaN for a missing value. */
  private final double[] values;

  private DenseValues(Map<String, Integer> columns, String[] names, double[] values) {
    this.columns = columns;
    this.names = names;
    this.values = values;
  }

  /** The values by column, or the map itself when it has other names, or a value that is NaN. */
  static Map<String, Double> of(
      Map<String, Double> map, Map<String, Integer> columns, String[] names) {
    var values = new double[names.length];
    Arrays.fill(values, Double.NaN);
    for (Entry<String, Double> entry : map.entrySet()) {
      Integer column = columns.get(entry.getKey());
      if (column == null || entry.getValue() == null || entry.getValue().isNaN()) {
        return map;
      }
      values[column] = entry.getValue();
    }
    return new DenseValues(columns, names, values);
  }

  @Override
  public Double get(Object name) {
    Integer column = columns.get(name);
    return column == null || Double.isNaN(values[column]) ? null : (Double) values[column];
  }

  @Override
  public boolean containsKey(Object name) {
    Integer column = columns.get(name);
    return column != null && !Double.isNaN(values[column]);
  }

  @Override
  public int size() {
    int size = 0;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        size++;
      }
    }
    return size;
  }

  @Override
  public Set<Entry<String, Double>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return DenseValues.this.size();
      }

      @Override
      public Iterator<Entry<String, Double>> iterator() {
        return new Entries();
      }
    };
  }

  private final class Entries implements Iterator<Entry<String, Double>> {
    private int at = next(0);

    private int next(int from) {
      int next = from;
      while (next < values.length && Double.isNaN(values[next])) {
        next++;
      }
      return next;
    }

    @Override
    public boolean hasNext() {
      return at < values.length;
    }

    @Override
    public Entry<String, Double> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      var entry = Map.entry(names[at], values[at]);
      at = next(at + 1);
      return entry;
    }
  }
}
