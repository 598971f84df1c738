package io.promoflow.features.aggregate;

import io.promoflow.features.EventText;
import io.promoflow.ingestion.schema.ShopEvent;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Text field of the first or last event; of several in one millisecond, the alphabetically last.
 * Missing without events. Kept: time (negated for the first) and text.
 */
public record EdgeText(EventText field, boolean last) implements Aggregate {
  private static final long NONE = Long.MIN_VALUE;

  @Override
  public boolean hasPart() {
    return true;
  }

  @Override
  public boolean categorical() {
    return true;
  }

  @Override
  public void zero(Cells c, int n, int p) {
    c.numbers[n] = NONE;
    c.parts[p] = null;
  }

  @Override
  public void add(Cells c, int n, int p, ShopEvent event) {
    String value = field.of(event);
    if (value != null) {
      long at = event.at().toEpochMilli();
      take(c, n, p, last ? at : -at, value);
    }
  }

  private static void take(Cells c, int n, int p, long time, String value) {
    if (time > c.numbers[n] || (time == c.numbers[n] && value.compareTo((String) c.parts[p]) > 0)) {
      c.numbers[n] = time;
      c.parts[p] = value;
    }
  }

  @Override
  public void merge(Cells into, int n, int p, Cells from, int fromN, int fromP) {
    if (from.parts[fromP] != null) {
      take(into, n, p, from.numbers[fromN], (String) from.parts[fromP]);
    }
  }

  @Override
  public boolean subtract(Cells from, int n, int p, Cells gone, int goneN, int goneP) {
    return gone.parts[goneP] == null || gone.numbers[goneN] < from.numbers[n];
  }

  @Override
  public double value(Cells c, int n, int p, long asOf) {
    throw new UnsupportedOperationException(this + " has text, no number");
  }

  @Override
  public String text(Cells c, int n, int p) {
    return (String) c.parts[p];
  }

  @Override
  public Object copyPart(Object part) {
    return part;
  }

  @Override
  public void writePart(Object part, DataOutput out) throws IOException {
    Texts.write((String) part, out);
  }

  @Override
  public Object readPart(DataInput in) throws IOException {
    return Texts.read(in);
  }
}
