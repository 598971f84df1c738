package io.promoflow.features;

import io.promoflow.features.aggregate.Cells;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/**
 * Slices as bytes: starts as differences, numbers in as few bytes as they need (zigzag varints, as
 * in Protocol Buffers), parts with their length, so that a part nobody knows any more can be passed
 * over.
 */
public final class SlicesCodec implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What a checkpoint says of a column. */
  public record Shape(String signature, int numbers, boolean hasPart) {}

  private final Layout layout;
  private final long slideMillis;

  /** Whether the bytes tell what is never forgotten. */
  private final boolean lasting;

  private SlicesCodec(Layout layout, long slideMillis, boolean lasting) {
    this.layout = layout;
    this.slideMillis = slideMillis;
    this.lasting = lasting;
  }

  /** Writes and reads the slices of an engine. */
  public static SlicesCodec of(FeatureEngine engine) {
    return new SlicesCodec(engine.layout(), engine.slideMillis(), true);
  }

  /**
   * Reads slices of columns of which only the shape is known.
   *
   * @param lasting whether the bytes tell what is never forgotten, as they do now
   */
  public static SlicesCodec of(List<Shape> shapes, long slideMillis, boolean lasting) {
    return new SlicesCodec(Layout.raw(shapes), slideMillis, lasting);
  }

  public boolean lasting() {
    return lasting;
  }

  public List<Shape> shapes() {
    return layout.columns().stream()
        .map(c -> new Shape(c.signature(), c.aggregate().numbers(), c.aggregate().hasPart()))
        .toList();
  }

  public long slideMillis() {
    return slideMillis;
  }

  /** The same slices in this codec's layout; columns that they do not have are empty. */
  public Slices adopt(Slices slices) {
    if (slices.layout == layout) {
      return slices;
    }
    var adopted = new Slices(layout);
    adopted.boundary = slices.boundary;
    adopted.timer = slices.timer;
    for (int i = slices.first; i < slices.end; i++) {
      int slice = adopted.insert(slices.starts[i]);
      adopted.idsOf(slice, slices.idsOf(i));
      for (Column column : layout.columns()) {
        Column old = slices.layout.find(column.signature());
        if (old != null) {
          take(column, adopted, slice, old, slices, i);
        }
      }
    }
    adopted.gone = slices.gone == null ? null : adoptGone(slices);
    return adopted;
  }

  private Cells adoptGone(Slices slices) {
    Cells gone = layout.nothing();
    for (Column column : layout.columns()) {
      Column old = slices.layout.find(column.signature());
      if (old != null) {
        take(column, gone, column.n(), column.p(), slices.gone, old.n(), old.p());
      }
    }
    return gone;
  }

  private static void take(
      Column column, Slices into, int slice, Column old, Slices from, int index) {
    int n = into.number(slice, column);
    int p = into.part(slice, column);
    take(column, into.cells, n, p, from.cells, from.number(index, old), from.part(index, old));
  }

  private static void take(
      Column column, Cells into, int n, int p, Cells from, int fromN, int fromP) {
    System.arraycopy(from.numbers, fromN, into.numbers, n, column.aggregate().numbers());
    if (column.aggregate().hasPart()) {
      Object part = from.parts[fromP];
      into.parts[p] =
          part instanceof byte[] bytes && !(column.aggregate() instanceof Raw)
              ? read(column, bytes)
              : part;
    }
  }

  private static Object read(Column column, byte[] bytes) {
    try {
      return column.aggregate().readPart(new DataInputStream(new ByteArrayInputStream(bytes)));
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + column.signature(), e);
    }
  }

  /** Writes slices of any layout in this one. */
  public void write(Slices any, DataOutput out) throws IOException {
    Slices slices = adopt(any);
    writeNumber(slices.end - slices.first, out);
    writeMoment(slices.boundary, out);
    writeMoment(slices.timer == Long.MAX_VALUE ? Long.MIN_VALUE : slices.timer + 1, out);
    if (lasting) {
      writeNumber(slices.gone == null ? 0 : 1, out);
      if (slices.gone != null) {
        for (Column column : layout.columns()) {
          write(column, slices.gone, column.n(), column.p(), out);
        }
      }
    }
    long before = 0;
    for (int i = slices.first; i < slices.end; i++) {
      long start = slices.starts[i] / slideMillis;
      writeNumber(start - before, out);
      before = start;
      writeSlice(slices, i, out);
    }
  }

  private void writeSlice(Slices slices, int i, DataOutput out) throws IOException {
    for (Column column : layout.columns()) {
      write(column, slices.cells, slices.number(i, column), slices.part(i, column), out);
    }
    long[] ids = slices.idsOf(i) == null ? new long[0] : slices.idsOf(i).toArray();
    writeNumber(ids.length, out);
    for (long id : ids) {
      out.writeLong(id);
    }
  }

  private static void write(Column column, Cells cells, int n, int p, DataOutput out)
      throws IOException {
    for (int k = 0; k < column.aggregate().numbers(); k++) {
      writeNumber(cells.numbers[n + k], out);
    }
    if (column.aggregate().hasPart()) {
      writePart(column, cells.parts[p], out);
    }
  }

  private static void writePart(Column column, Object part, DataOutput out) throws IOException {
    var bytes = new ByteArrayOutputStream();
    if (part != null) {
      column.aggregate().writePart(part, new DataOutputStream(bytes));
    }
    writeNumber(bytes.size(), out);
    out.write(bytes.toByteArray());
  }

  /** Reads what {@link #write} wrote. */
  public Slices read(DataInput in) throws IOException {
    var slices = new Slices(layout);
    int count = (int) readNumber(in);
    slices.boundary = readMoment(in);
    long timer = readMoment(in);
    slices.timer = timer == Long.MIN_VALUE ? Long.MAX_VALUE : timer - 1;
    if (lasting && readNumber(in) == 1) {
      slices.gone = layout.nothing();
      for (Column column : layout.columns()) {
        read(column, slices.gone, column.n(), column.p(), in);
      }
    }
    long start = 0;
    for (int i = 0; i < count; i++) {
      start += readNumber(in);
      readSlice(slices, slices.insert(start * slideMillis), in);
    }
    return slices;
  }

  private void readSlice(Slices slices, int i, DataInput in) throws IOException {
    for (Column column : layout.columns()) {
      read(column, slices.cells, slices.number(i, column), slices.part(i, column), in);
    }
    long[] ids = new long[(int) readNumber(in)];
    for (int k = 0; k < ids.length; k++) {
      ids[k] = in.readLong();
    }
    slices.idsOf(i, ids.length == 0 ? null : EventIds.of(ids));
  }

  private static void read(Column column, Cells into, int n, int p, DataInput in)
      throws IOException {
    for (int k = 0; k < column.aggregate().numbers(); k++) {
      into.numbers[n + k] = readNumber(in);
    }
    if (column.aggregate().hasPart()) {
      byte[] bytes = new byte[(int) readNumber(in)];
      in.readFully(bytes);
      if (bytes.length > 0) {
        into.parts[p] = column.aggregate() instanceof Raw ? bytes : read(column, bytes);
      }
    }
  }

  /** A copy that shares nothing that changes. */
  public static Slices copy(Slices slices) {
    var copy = new Slices(slices.layout);
    copy.boundary = slices.boundary;
    copy.timer = slices.timer;
    for (int i = slices.first; i < slices.end; i++) {
      int slice = copy.insert(slices.starts[i]);
      copy.idsOf(slice, slices.idsOf(i) == null ? null : EventIds.of(slices.idsOf(i).toArray()));
      for (Column column : slices.layout.columns()) {
        take(column, copy, slice, column, slices, i);
        copyPart(column, copy.cells, copy.part(slice, column));
      }
    }
    if (slices.gone != null) {
      copy.gone = slices.layout.nothing();
      for (Column column : slices.layout.columns()) {
        take(column, copy.gone, column.n(), column.p(), slices.gone, column.n(), column.p());
        copyPart(column, copy.gone, column.p());
      }
    }
    return copy;
  }

  /** Puts a copy in the place of a part. */
  private static void copyPart(Column column, Cells cells, int p) {
    if (column.aggregate().hasPart() && cells.parts[p] != null) {
      cells.parts[p] = column.aggregate().copyPart(cells.parts[p]);
    }
  }

  private void writeMoment(long millis, DataOutput out) throws IOException {
    writeNumber(millis == Long.MIN_VALUE ? millis : Math.floorDiv(millis, slideMillis), out);
  }

  private long readMoment(DataInput in) throws IOException {
    long number = readNumber(in);
    return number == Long.MIN_VALUE ? number : number * slideMillis;
  }

  /** Zigzag, and one more, so that the marker Long.MIN_VALUE takes one byte. */
  private static void writeNumber(long value, DataOutput out) throws IOException {
    long rest = ((value << 1) ^ (value >> 63)) + 1;
    while ((rest & ~0x7FL) != 0) {
      out.writeByte((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  private static long readNumber(DataInput in) throws IOException {
    long number = 0;
    int shift = 0;
    byte next = in.readByte();
    while (next < 0) {
      number |= (next & 0x7FL) << shift;
      shift += 7;
      next = in.readByte();
    }
    number |= (long) next << shift;
    number--;
    return (number >>> 1) ^ -(number & 1);
  }
}
