package io.promoflow.ingestion.replay;

import java.io.Closeable;

/** The rows of one open file, one after the other. */
interface RowSource extends Closeable {
  /** The next row, or what stands in its place; null at the end of the file. */
  Read next();

  /**
   * What was read.
   *
   * @param row null when it is unmappable
   * @param raw the bytes as they stand in the file (a CSV row joined again); null when it is a row
   * @param unmappable why it is no row; null when it is one
   */
  record Read(Row row, byte[] raw, String unmappable) {
    static Read row(Row row) {
      return new Read(row, null, null);
    }

    static Read unmappable(byte[] raw, String why) {
      return new Read(null, raw, why);
    }
  }
}
