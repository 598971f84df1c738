package io.promoflow.features.aggregate;

import java.util.Arrays;

/**
 * The memory that aggregates work on: numbers side by side, and objects for what no number can
 * hold. Fields are open because every event goes through them.
 */
public final class Cells {
  /** Null when no aggregate has numbers. */
  public long[] numbers;

  /** Null entries are empty parts. */
  public Object[] parts;

  public Cells(int numbers, int parts) {
    this.numbers = new long[numbers];
    this.parts = new Object[parts];
  }

  /** Makes room. */
  public void grow(int moreNumbers, int moreParts) {
    numbers = Arrays.copyOf(numbers, moreNumbers);
    parts = Arrays.copyOf(parts, moreParts);
  }
}
