package io.promoflow.serving;

import static io.promoflow.serving.Cast.control;
import static io.promoflow.serving.Cast.experiment;
import static io.promoflow.serving.Cast.variant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Trigger;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AssignmentTest {
  private static final int SHOPPERS = 100_000;

  /** Chi-square with 19 degrees of freedom exceeds this once in 10,000 times. */
  private static final double CHI_SQUARE_19 = 50.8;

  private static final Experiment SPLIT =
      experiment("x", Trigger.CART_ADD, control(0.2), variant("a", 0.3), variant("b", 0.5));

  private static String shopper(int i) {
    return "k1." + i;
  }

  @Test
  void positionsAreTheseAndNoOthers() {
    assertThat(
            IntStream.range(0, 5)
                .mapToDouble(i -> Assignment.position("salt", shopper(i)))
                .toArray())
        .containsExactly(VECTOR);
  }

  @Test
  void positionsAreUniform() {
    var cells = new int[20];
    for (int i = 0; i < SHOPPERS; i++) {
      double position = Assignment.position("salt", shopper(i));
      assertThat(position).isGreaterThanOrEqualTo(0).isLessThan(1);
      cells[(int) (position * cells.length)]++;
    }
    double expected = (double) SHOPPERS / cells.length;
    double chiSquare =
        IntStream.of(cells).mapToDouble(o -> (o - expected) * (o - expected) / expected).sum();
    assertThat(chiSquare).isLessThan(CHI_SQUARE_19);
  }

  @Test
  void sharesFollowTheWeights() {
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < SHOPPERS; i++) {
      counts.merge(Assignment.assign(SPLIT, shopper(i), null).variant().id(), 1, Integer::sum);
    }
    assertThat(counts.get("control") / (double) SHOPPERS).isCloseTo(0.2, within(0.006));
    assertThat(counts.get("a") / (double) SHOPPERS).isCloseTo(0.3, within(0.006));
    assertThat(counts.get("b") / (double) SHOPPERS).isCloseTo(0.5, within(0.006));
  }

  @Test
  void aShopperKeepsTheVariantUnlessTheMovedBorderPassesOver() {
    var wider =
        experiment("x", Trigger.CART_ADD, control(0.2), variant("a", 0.4), variant("b", 0.4));
    for (int i = 0; i < 1_000; i++) {
      double position = Assignment.position("x-1", shopper(i));
      String before = Assignment.assign(SPLIT, shopper(i), null).variant().id();
      String after = Assignment.assign(wider, shopper(i), null).variant().id();
      if (position < 0.5 || position >= 0.6 + 1e-9) {
        assertThat(after).isEqualTo(before);
      } else {
        assertThat(List.of(before, after)).containsExactly("b", "a");
      }
    }
  }

  @Test
  void experimentsDoNotKnowOfEachOther() {
    var other = experiment("y", Trigger.CART_ADD, control(0.5), variant("a", 0.5));
    var same = experiment("x", Trigger.CART_ADD, control(0.5), variant("a", 0.5));
    long both =
        IntStream.range(0, SHOPPERS)
            .filter(i -> Assignment.assign(same, shopper(i), null).variant().control())
            .filter(i -> Assignment.assign(other, shopper(i), null).variant().control())
            .count();
    assertThat(both / (double) SHOPPERS).isCloseTo(0.25, within(0.006));
  }

  @Test
  void aVariantWithoutWeightGetsNobody() {
    var none = experiment("x", Trigger.CART_ADD, control(1), variant("a", 0));
    for (int i = 0; i < 1_000; i++) {
      assertThat(Assignment.assign(none, shopper(i), null).variant().id()).isEqualTo("control");
    }
  }

  private static final double[] VECTOR = {
    0.5346032557536877,
    0.5606311984813686,
    0.4070502366944093,
    0.03730487800265292,
    0.712048362195841
  };
}
