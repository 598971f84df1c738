package io.promoflow.features.aggregate;

import io.promoflow.ingestion.schema.ShopEvent;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;

/**
 * How events become one value. A commutative monoid over partial aggregates: {@link #zero}, {@link
 * #add} an event, {@link #merge} two, read the {@link #value}; one that can also {@link #subtract}
 * makes a window slide at constant cost.
 *
 * <p>Partial aggregates live in {@link Cells}: this aggregate's numbers from index {@code n} on and
 * its part at index {@code p}. Everything is exact or a function of what was added only, never of
 * the order, so that a value computed again later is the same to the last bit.
 *
 * <p>Implementations are records: two that are equal share their memory.
 */
public interface Aggregate extends Serializable {

  /** How many numbers it keeps. */
  default int numbers() {
    return 1;
  }

  /** Whether it keeps a part as well. */
  default boolean hasPart() {
    return false;
  }

  /** Whether its value is text. */
  default boolean categorical() {
    return false;
  }

  /** Makes the partial aggregate of no event. */
  default void zero(Cells c, int n, int p) {
    for (int i = n; i < n + numbers(); i++) {
      c.numbers[i] = 0;
    }
    if (hasPart()) {
      c.parts[p] = null;
    }
  }

  /** Adds an event. */
  void add(Cells c, int n, int p, ShopEvent event);

  /** Adds another partial aggregate, which stays as it is. */
  void merge(Cells into, int n, int p, Cells from, int fromN, int fromP);

  /**
   * Takes away a partial aggregate that was merged earlier.
   *
   * @return false when it cannot, whatever it has done so far: build it again from the rest
   */
  boolean subtract(Cells from, int n, int p, Cells gone, int goneN, int goneP);

  /**
   * The value; NaN when it is missing.
   *
   * @param asOf end of the window, in milliseconds since 1970
   */
  double value(Cells c, int n, int p, long asOf);

  /** The value of a categorical aggregate; null when it is missing. */
  default String text(Cells c, int n, int p) {
    throw new UnsupportedOperationException(this + " has numbers, no text");
  }

  /** A part of its own, equal to another; never called with null. */
  default Object copyPart(Object part) {
    throw new UnsupportedOperationException(this + " has no part");
  }

  /** Writes a part; never called with null. */
  default void writePart(Object part, DataOutput out) throws IOException {
    throw new UnsupportedOperationException(this + " has no part");
  }

  /** Reads what {@link #writePart} wrote. */
  default Object readPart(DataInput in) throws IOException {
    throw new UnsupportedOperationException(this + " has no part");
  }
}
