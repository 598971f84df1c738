package io.promoflow.ingestion.store;

import io.promoflow.ingestion.store.BulkTable.Column;
import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Encodes rows in the binary format of PostgreSQL's {@code COPY}. The columns of a row are given in
 * the order of the table's declaration, each with the method of its type; null is SQL's null.
 *
 * <p>The format is described in PostgreSQL's manual under COPY, "Binary Format"; a field has its
 * length before it, so there is nothing to escape.
 */
public final class RowWriter {
  /** Signature, no flags, no extension. */
  private static final byte[] HEADER =
      ("PGCOPY\n\u00ff\r\n\0" + "\0".repeat(8)).getBytes(StandardCharsets.ISO_8859_1);

  private static final int NULL = -1;
  private static final int TRAILER = -1;
  private static final int JSONB_VERSION = 1;
  private static final int FLOAT8_OID = 701;
  private static final long EPOCH_2000_SECONDS = 946_684_800L;
  private static final long MICROS = 1_000_000L;

  private final BulkTable table;
  private final Column[] columns;
  private final RowBuffer buffer = new RowBuffer();
  private final int keys;
  private int keyEnd;
  private int next;

  RowWriter(BulkTable table) {
    this.table = table;
    this.columns = table.columns().toArray(Column[]::new);
    keys = (int) table.columns().stream().filter(Column::key).count();
  }

  public RowWriter text(String value) {
    column(ColumnType.TEXT);
    if (value == null) {
      return nothing();
    }
    int start = open();
    if (!buffer.putText(value)) {
      throw refused(
          columns[next - 1],
          "holds U+0000 or half a surrogate pair, which PostgreSQL does not take");
    }
    return close(start);
  }

  public RowWriter int8(long value) {
    column(ColumnType.INT8);
    buffer.putInt(Long.BYTES);
    buffer.putLong(value);
    return this;
  }

  public RowWriter int8(Long value) {
    if (value != null) {
      return int8(value.longValue());
    }
    column(ColumnType.INT8);
    return nothing();
  }

  public RowWriter float8(double value) {
    column(ColumnType.FLOAT8);
    buffer.putInt(Double.BYTES);
    buffer.putLong(Double.doubleToLongBits(value));
    return this;
  }

  public RowWriter float8(Double value) {
    if (value != null) {
      return float8(value.doubleValue());
    }
    column(ColumnType.FLOAT8);
    return nothing();
  }

  public RowWriter bool(boolean value) {
    column(ColumnType.BOOL);
    buffer.putInt(1);
    buffer.write(value ? 1 : 0);
    return this;
  }

  public RowWriter bool(Boolean value) {
    if (value != null) {
      return bool(value.booleanValue());
    }
    column(ColumnType.BOOL);
    return nothing();
  }

  /** To the nearest microsecond, as the JDBC driver does it. */
  public RowWriter timestamptz(Instant value) {
    column(ColumnType.TIMESTAMPTZ);
    if (value == null) {
      return nothing();
    }
    buffer.putInt(Long.BYTES);
    buffer.putLong(
        Math.addExact(
            Math.multiplyExact(value.getEpochSecond() - EPOCH_2000_SECONDS, MICROS),
            (value.getNano() + 500L) / 1_000));
    return this;
  }

  /** Anything that {@link Wire} writes. */
  public RowWriter jsonb(Object value) {
    column(ColumnType.JSONB);
    if (value == null) {
      return nothing();
    }
    int start = open();
    buffer.write(JSONB_VERSION);
    try {
      Wire.JSON.writeValue(buffer, value);
    } catch (IOException e) {
      throw new UncheckedIOException(
          refused(columns[next - 1], "cannot be written as JSON").getMessage(), e);
    }
    return close(start);
  }

  /** JSON as UTF-8; PostgreSQL refuses what is none. */
  public RowWriter json(byte[] value) {
    column(ColumnType.JSONB);
    if (value == null) {
      return nothing();
    }
    int start = open();
    buffer.write(JSONB_VERSION);
    buffer.write(value, 0, value.length);
    return close(start);
  }

  public RowWriter float8Array(double[] values) {
    column(ColumnType.FLOAT8_ARRAY);
    if (values == null) {
      return nothing();
    }
    int start = open();
    buffer.putInt(values.length == 0 ? 0 : 1); // dimensions
    buffer.putInt(0); // holds no nulls
    buffer.putInt(FLOAT8_OID);
    if (values.length > 0) {
      buffer.putInt(values.length);
      buffer.putInt(1); // first index
    }
    for (double value : values) {
      buffer.putInt(Double.BYTES);
      buffer.putLong(Double.doubleToLongBits(value));
    }
    return close(start);
  }

  void beginRow() {
    buffer.truncate(0);
    next = 0;
    buffer.putShort(columns.length + 1);
  }

  /** Ends the row; {@code order} is its place in the batch. */
  RowBuffer endRow(int order) {
    if (next != columns.length) {
      throw refused(columns[next], "was not given a value");
    }
    if (keys == columns.length) {
      keyEnd = buffer.size();
    }
    buffer.putInt(Integer.BYTES);
    buffer.putInt(order);
    return buffer;
  }

  /** The same for two rows with one key. */
  int keyHash() {
    return buffer.hash(Short.BYTES, keyEnd);
  }

  /** Begins a batch of rows. */
  static void header(RowBuffer batch) {
    batch.write(HEADER, 0, HEADER.length);
  }

  /** Ends a batch of rows. */
  static void trailer(RowBuffer batch) {
    batch.putShort(TRAILER);
  }

  private void column(ColumnType type) {
    if (next == columns.length) {
      throw new IllegalArgumentException(
          table.name() + " has " + next + " columns, a row was given more values");
    }
    if (next == keys) {
      keyEnd = buffer.size();
    }
    Column column = columns[next++];
    if (column.type() != type) {
      throw refused(column, "is " + column.type() + ", not " + type);
    }
  }

  private IllegalArgumentException refused(Column column, String why) {
    return new IllegalArgumentException(table.name() + "." + column.name() + " " + why);
  }

  private RowWriter nothing() {
    buffer.putInt(NULL);
    return this;
  }

  private int open() {
    int start = buffer.size();
    buffer.putInt(0);
    return start;
  }

  private RowWriter close(int start) {
    buffer.putIntAt(start, buffer.size() - start - Integer.BYTES);
    return this;
  }
}
