package io.promoflow.ingestion.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Bytes taken eight at a time, as one long with the first byte lowest. */
final class Words {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Words() {}

  /** Eight bytes from an index on; zeroes behind the end of an array of at least eight. */
  static long at(byte[] bytes, int at) {
    int missing = at + Long.BYTES - bytes.length;
    if (missing <= 0) {
      return (long) LONGS.get(bytes, at);
    }
    return missing >= Long.BYTES
        ? 0
        : (long) LONGS.get(bytes, bytes.length - Long.BYTES) >>> (missing * Byte.SIZE);
  }

  /** Eight bytes from an index on that all exist. */
  static long within(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at);
  }

  /** The same of 1 to 8 bytes, with zeroes behind them. */
  static long at(byte[] bytes, int at, int length) {
    return at(bytes, at) & -1L >>> (Long.SIZE - length * Byte.SIZE);
  }
}
