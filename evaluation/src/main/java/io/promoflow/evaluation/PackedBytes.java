package io.promoflow.evaluation;

import java.util.Arrays;

/** Whole numbers, each in as many bytes as it needs: seven bits a byte, the sign in the lowest. */
final class PackedBytes {
  private static final int MORE = 0x80;
  private static final int SEVEN = 0x7f;

  private byte[] bytes;
  private int at;

  PackedBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  static PackedBytes empty(int capacity) {
    return new PackedBytes(new byte[capacity]);
  }

  boolean hasMore() {
    return at < bytes.length;
  }

  int position() {
    return at;
  }

  byte[] upTo(int end) {
    return Arrays.copyOf(bytes, end);
  }

  int readByte() {
    return bytes[at++] & 0xff;
  }

  int peekByte() {
    return bytes[at] & 0xff;
  }

  void skipNumbers(int count) {
    int left = count;
    while (left > 0) {
      left -= bytes[at++] >= 0 ? 1 : 0;
    }
  }

  void skipBytes(int count) {
    at += count;
  }

  /** Writes what the other has read, or written, since a position. */
  void copy(PackedBytes other, int from) {
    int length = other.at - from;
    if (at + length > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * (at + length) + 16);
    }
    System.arraycopy(other.bytes, from, bytes, at, length);
    at += length;
  }

  long readLong() {
    long zigzag = 0;
    for (int shift = 0; ; shift += 7) {
      int next = bytes[at++];
      zigzag |= (long) (next & SEVEN) << shift;
      if (next >= 0) {
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
    }
  }

  /** Reads 128 bits into two halves. */
  void readWide(long[] low, long[] high, int number) {
    long lower = 0;
    long upper = 0;
    for (int shift = 0; ; shift += 7) {
      int next = bytes[at++];
      long seven = next & SEVEN;
      if (shift < Long.SIZE) {
        lower |= seven << shift;
        if (shift > Long.SIZE - 7) {
          upper |= seven >>> (Long.SIZE - shift);
        }
      } else {
        upper |= seven << (shift - Long.SIZE);
      }
      if (next >= 0) {
        break;
      }
    }
    long sign = -(lower & 1);
    low[number] = ((lower >>> 1) | (upper << 63)) ^ sign;
    high[number] = (upper >>> 1) ^ sign;
  }

  void writeByte(int value) {
    if (at == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * at + 16);
    }
    bytes[at++] = (byte) value;
  }

  void writeLong(long value) {
    long zigzag = (value << 1) ^ (value >> 63);
    while ((zigzag & ~(long) SEVEN) != 0) {
      writeByte((int) (zigzag & SEVEN) | MORE);
      zigzag >>>= 7;
    }
    writeByte((int) zigzag);
  }

  /** Writes 128 bits, in two's complement. */
  void writeWide(long high, long low) {
    long sign = high >> 63;
    long lower = (low << 1) ^ sign;
    long upper = ((high << 1) | (low >>> 63)) ^ sign;
    while (upper != 0 || (lower & ~(long) SEVEN) != 0) {
      writeByte((int) (lower & SEVEN) | MORE);
      lower = (lower >>> 7) | (upper << (Long.SIZE - 7));
      upper >>>= 7;
    }
    writeByte((int) lower);
  }
}
