package io.promoflow.features;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * Numeric features of one shopper as an array beside names that all shoppers share: a tenth of the
 * memory of a map of boxes, and in one place. Never changes.
 */
public final class DenseValues extends AbstractMap<String, Double> {
  private final Columns columns;

  /** By column; NaN for a missing value. */
  private final double[] values;

  /** Names of features and their places, of many rows. Never changes. */
  public static final class Columns {
    static final Columns NONE = new Columns(Map.of());

    private final Map<String, Integer> numbers;
    private final String[] names;

    private Columns(Map<String, Integer> numbers) {
      this.numbers = numbers;
      this.names = new String[numbers.size()];
      numbers.forEach((name, number) -> names[number] = name);
    }

    /** These and what else a row has. */
    Columns with(Set<String> more) {
      if (numbers.keySet().containsAll(more)) {
        return this;
      }
      var all = new HashMap<>(numbers);
      more.forEach(name -> all.putIfAbsent(name, all.size()));
      return new Columns(all);
    }

    Set<String> names() {
      return numbers.keySet();
    }

    /** Where each of the features is; -1 for one that no row has. */
    public int[] places(List<String> features) {
      return features.stream().mapToInt(name -> numbers.getOrDefault(name, -1)).toArray();
    }
  }

  private DenseValues(Columns columns, double[] values) {
    this.columns = columns;
    this.values = values;
  }

  /** The values by column, or the map itself when it has other names, or a value that is NaN. */
  static Map<String, Double> of(Map<String, Double> map, Columns columns) {
    var values = new double[columns.names.length];
    Arrays.fill(values, Double.NaN);
    for (Entry<String, Double> entry : map.entrySet()) {
      Integer column = columns.numbers.get(entry.getKey());
      if (column == null || entry.getValue() == null || entry.getValue().isNaN()) {
        return map;
      }
      values[column] = entry.getValue();
    }
    return new DenseValues(columns, values);
  }

  /** What the places of the values are; rows that share it need not be looked up by name. */
  public Columns columns() {
    return columns;
  }

  /** The value at a place of {@link Columns#places}; NaN for a missing one. */
  public double at(int place) {
    return place < 0 ? Double.NaN : values[place];
  }

  @Override
  public Double get(Object name) {
    Integer column = columns.numbers.get(name);
    return column == null || Double.isNaN(values[column]) ? null : (Double) values[column];
  }

  @Override
  public boolean containsKey(Object name) {
    Integer column = columns.numbers.get(name);
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
      var entry = Map.entry(columns.names[at], values[at]);
      at = next(at + 1);
      return entry;
    }
  }
}
