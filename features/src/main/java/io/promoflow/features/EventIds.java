package io.promoflow.features;

/** Which events a slice holds, by a hash of their ids: a small open-addressing set. */
final class EventIds {
  private static final int LEAST_CAPACITY = 4;

  /** 0 marks a free place, and stands for itself by {@link #zero}. */
  private long[] hashes = new long[LEAST_CAPACITY];

  private boolean zero;
  private int size;

  boolean contains(long hash) {
    return hash == 0 ? zero : hashes[place(hashes, hash)] != 0;
  }

  void add(long hash) {
    if (hash == 0) {
      zero = true;
      return;
    }
    int place = place(hashes, hash);
    if (hashes[place] == 0) {
      hashes[place] = hash;
      size++;
      if (size * 4 > hashes.length * 3) {
        grow();
      }
    }
  }

  private void grow() {
    long[] bigger = new long[hashes.length * 2];
    for (long hash : hashes) {
      if (hash != 0) {
        bigger[place(bigger, hash)] = hash;
      }
    }
    hashes = bigger;
  }

  /** Ids are hashed well already, so their low bits will do. */
  private static int place(long[] hashes, long hash) {
    int place = (int) hash & (hashes.length - 1);
    while (hashes[place] != 0 && hashes[place] != hash) {
      place = (place + 1) & (hashes.length - 1);
    }
    return place;
  }

  /** All of them, in no order. */
  long[] toArray() {
    long[] all = new long[size + (zero ? 1 : 0)];
    int next = 0;
    for (long hash : hashes) {
      if (hash != 0) {
        all[next++] = hash;
      }
    }
    return all;
  }

  static EventIds of(long[] hashes) {
    var ids = new EventIds();
    for (long hash : hashes) {
      ids.add(hash);
    }
    return ids;
  }
}
