package io.promoflow.features.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** What aggregates that count keys have in common; taking away is exact. */
interface TallyAggregate extends Aggregate {
  @Override
  default int numbers() {
    return 0;
  }

  @Override
  default boolean hasPart() {
    return true;
  }

  /** Counts a key once. */
  static void count(Cells c, int p, long key) {
    if (c.parts[p] == null) {
      c.parts[p] = new Tally();
    }
    ((Tally) c.parts[p]).add(key, 1);
  }

  @Override
  default void merge(Cells into, int n, int p, Cells from, int fromN, int fromP) {
    Object part = from.parts[fromP];
    if (part == null) {
      return;
    }
    if (into.parts[p] == null) {
      into.parts[p] = copyPart(part);
    } else {
      ((Tally) into.parts[p]).add((Tally) part, 1);
    }
  }

  @Override
  default boolean subtract(Cells from, int n, int p, Cells gone, int goneN, int goneP) {
    Object part = gone.parts[goneP];
    if (part != null) {
      Tally rest = (Tally) from.parts[p];
      rest.add((Tally) part, -1);
      if (rest.size() == 0) {
        from.parts[p] = null;
      }
    }
    return true;
  }

  @Override
  default Object copyPart(Object part) {
    return new Tally((Tally) part);
  }

  @Override
  default void writePart(Object part, DataOutput out) throws IOException {
    ((Tally) part).write(out);
  }

  @Override
  default Object readPart(DataInput in) throws IOException {
    return Tally.read(in);
  }
}
