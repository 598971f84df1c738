package io.promoflow.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class WideSumTest {
  @Property
  void productsAndSumsAreExact(@ForAll long a, @ForAll long b, @ForAll long c) {
    var sum = WideSum.product(a, b).plus(WideSum.product(b, c)).minus(WideSum.of(a));
    var expected =
        BigInteger.valueOf(a)
            .multiply(BigInteger.valueOf(b))
            .add(BigInteger.valueOf(b).multiply(BigInteger.valueOf(c)))
            .subtract(BigInteger.valueOf(a));
    // three terms of 127 bits may leave 128 bits; compare as two's complement, as the sum is kept
    var modulus = BigInteger.ONE.shiftLeft(128);
    assertThat(sum.toBigInteger().mod(modulus)).isEqualTo(expected.mod(modulus));
  }

  @Property
  void takingBackLeavesNothing(@ForAll long a, @ForAll long b) {
    var sum = WideSum.product(a, a).plus(WideSum.product(b, b));
    assertThat(sum.minus(WideSum.product(b, b))).isEqualTo(WideSum.product(a, a));
    assertThat(sum.minus(sum)).isEqualTo(WideSum.ZERO);
  }

  @Property
  void aMillionRichShoppersKeepEveryCent(@ForAll int cents) {
    long big = 10_000_000_000L + cents;
    var sums = MetricSums.ZERO;
    for (int i = 0; i < 100; i++) {
      sums = sums.plus(MetricSums.of(big + i, 0));
    }
    // variance of 0..99 is 841.666..., whatever is added to all
    assertThat(Group.mean(100, sums).variance()).isEqualTo(841.6666666666666);
  }
}
