package io.promoflow.features.aggregate;

import io.promoflow.features.EventText;
import io.promoflow.ingestion.schema.ShopEvent;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The most frequent values of a text field, most frequent first and of equals the alphabetically
 * first, joined by {@value #SEPARATOR}; missing without events. Exact.
 *
 * @param most how many at most
 */
public record Top(EventText field, int most) implements Aggregate {
  public static final String SEPARATOR = "|";

  @Override
  public int numbers() {
    return 0;
  }

  @Override
  public boolean hasPart() {
    return true;
  }

  @Override
  public boolean categorical() {
    return true;
  }

  @SuppressWarnings("unchecked") // the part of this aggregate is always such a map
  private static Map<String, Integer> counts(Object part) {
    return (Map<String, Integer>) part;
  }

  @Override
  public void add(Cells c, int n, int p, ShopEvent event) {
    String value = field.of(event);
    if (value != null) {
      if (c.parts[p] == null) {
        c.parts[p] = new HashMap<String, Integer>(4);
      }
      counts(c.parts[p]).merge(value, 1, Integer::sum);
    }
  }

  @Override
  public void merge(Cells into, int n, int p, Cells from, int fromN, int fromP) {
    Object part = from.parts[fromP];
    if (part == null) {
      return;
    }
    if (into.parts[p] == null) {
      into.parts[p] = copyPart(part);
    } else {
      var all = counts(into.parts[p]);
      counts(part).forEach((value, count) -> all.merge(value, count, Integer::sum));
    }
  }

  @Override
  public boolean subtract(Cells from, int n, int p, Cells gone, int goneN, int goneP) {
    if (gone.parts[goneP] != null) {
      var rest = counts(from.parts[p]);
      counts(gone.parts[goneP])
          .forEach(
              (value, count) ->
                  rest.computeIfPresent(value, (v, had) -> had.equals(count) ? null : had - count));
      if (rest.isEmpty()) {
        from.parts[p] = null;
      }
    }
    return true;
  }

  @Override
  public double value(Cells c, int n, int p, long asOf) {
    throw new UnsupportedOperationException(this + " has text, no number");
  }

  @Override
  public String text(Cells c, int n, int p) {
    if (c.parts[p] == null) {
      return null;
    }
    return counts(c.parts[p]).entrySet().stream()
        .sorted(
            Comparator.comparing(Map.Entry<String, Integer>::getValue)
                .reversed()
                .thenComparing(Map.Entry::getKey))
        .limit(most)
        .map(Map.Entry::getKey)
        .collect(Collectors.joining(SEPARATOR));
  }

  @Override
  public Object copyPart(Object part) {
    return new HashMap<>(counts(part));
  }

  @Override
  public void writePart(Object part, DataOutput out) throws IOException {
    out.writeInt(counts(part).size());
    for (var entry : counts(part).entrySet()) {
      Texts.write(entry.getKey(), out);
      out.writeInt(entry.getValue());
    }
  }

  @Override
  public Object readPart(DataInput in) throws IOException {
    int entries = in.readInt();
    var counts = new HashMap<String, Integer>(Math.max(4, entries * 2));
    for (int i = 0; i < entries; i++) {
      counts.put(Texts.read(in), in.readInt());
    }
    return counts;
  }
}
