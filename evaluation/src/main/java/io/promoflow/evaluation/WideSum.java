package io.promoflow.evaluation;

import java.math.BigInteger;

/**
 * An exact 128-bit integer sum in two's complement.
 *
 * <p>A sum of squared cents overflows a long (a million shoppers of 100,000 EUR each need 67 bits)
 * and a double sum depends on the order of its terms; this one does neither, and takes two longs of
 * state.
 *
 * @param high upper 64 bits, signed
 * @param low lower 64 bits, unsigned
 */
public record WideSum(long high, long low) {
  public static final WideSum ZERO = new WideSum(0, 0);

  public static WideSum of(long value) {
    return new WideSum(value >> 63, value);
  }

  /** The exact product of two longs. */
  public static WideSum product(long a, long b) {
    return new WideSum(Math.multiplyHigh(a, b), a * b);
  }

  public WideSum plus(WideSum other) {
    long sum = low + other.low;
    long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    return new WideSum(high + other.high + carry, sum);
  }

  public WideSum negated() {
    long negatedLow = -low;
    return new WideSum(~high + (negatedLow == 0 ? 1 : 0), negatedLow);
  }

  public WideSum minus(WideSum other) {
    return plus(other.negated());
  }

  public BigInteger toBigInteger() {
    var upper = BigInteger.valueOf(high).shiftLeft(64);
    var lower = BigInteger.valueOf(low >>> 1).shiftLeft(1).add(BigInteger.valueOf(low & 1));
    return upper.add(lower);
  }
}
