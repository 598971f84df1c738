package io.promoflow.features.aggregate;

import io.promoflow.features.EventNumber;
import io.promoflow.ingestion.schema.ShopEvent;
import java.math.BigInteger;

/**
 * Sample variance (divided by n - 1) of a numeric field, in its unit squared; missing below two
 * events. Kept: count, sum, and the sum of squares in 128 bits, so nothing is rounded before the
 * last step and taking away is exact.
 */
public record Variance(EventNumber field) implements Aggregate {
  private static final int SUM = 1;
  private static final int SQUARES_LOW = 2;
  private static final int SQUARES_HIGH = 3;

  @Override
  public int numbers() {
    return 4;
  }

  @Override
  public void add(Cells c, int n, int p, ShopEvent event) {
    if (field.in(event)) {
      long value = field.of(event);
      c.numbers[n]++;
      c.numbers[n + SUM] += value;
      addSquares(c.numbers, n, value * value, Math.multiplyHigh(value, value));
    }
  }

  private static void addSquares(long[] numbers, int n, long low, long high) {
    long sum = numbers[n + SQUARES_LOW] + low;
    boolean carry = Long.compareUnsigned(sum, low) < 0;
    numbers[n + SQUARES_LOW] = sum;
    numbers[n + SQUARES_HIGH] += high + (carry ? 1 : 0);
  }

  @Override
  public void merge(Cells into, int n, int p, Cells from, int fromN, int fromP) {
    into.numbers[n] += from.numbers[fromN];
    into.numbers[n + SUM] += from.numbers[fromN + SUM];
    addSquares(
        into.numbers, n, from.numbers[fromN + SQUARES_LOW], from.numbers[fromN + SQUARES_HIGH]);
  }

  @Override
  public boolean subtract(Cells from, int n, int p, Cells gone, int goneN, int goneP) {
    from.numbers[n] -= gone.numbers[goneN];
    from.numbers[n + SUM] -= gone.numbers[goneN + SUM];
    long low = gone.numbers[goneN + SQUARES_LOW];
    boolean borrow = Long.compareUnsigned(from.numbers[n + SQUARES_LOW], low) < 0;
    from.numbers[n + SQUARES_LOW] -= low;
    from.numbers[n + SQUARES_HIGH] -= gone.numbers[goneN + SQUARES_HIGH] + (borrow ? 1 : 0);
    return true;
  }

  @Override
  public double value(Cells c, int n, int p, long asOf) {
    long count = c.numbers[n];
    if (count < 2) {
      return Double.NaN;
    }
    BigInteger sum = BigInteger.valueOf(c.numbers[n + SUM]);
    BigInteger squares =
        BigInteger.valueOf(c.numbers[n + SQUARES_HIGH])
            .shiftLeft(Long.SIZE)
            .add(new BigInteger(Long.toUnsignedString(c.numbers[n + SQUARES_LOW])));
    // n * sum of squares - sum^2, over n (n - 1): exact up to the division
    BigInteger top = squares.multiply(BigInteger.valueOf(count)).subtract(sum.multiply(sum));
    return top.doubleValue() / ((double) count * (count - 1));
  }
}
