package io.promoflow.serving;

import static io.promoflow.serving.Cast.control;
import static io.promoflow.serving.Cast.experiment;
import static io.promoflow.serving.Cast.variant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Place;
import io.promoflow.ingestion.schema.Trigger;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AssignmentTest {
  private static final int SHOPPERS = 100_000;

  private static final int SALTS = 1_000;
  private static final int CELLS = 20;

  /**
   * Chi-square with 19 degrees of freedom exceeds this once in 100 times, so 10 of 1,000 salts do;
   * more than 25 do once in 50,000 times (binomial).
   */
  private static final double CHI_SQUARE_19 = 36.191;

  private static final int MOST_ALARMS = 25;

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
  void positionsAreUniformUnderEverySalt() {
    long alarms =
        IntStream.range(0, SALTS).filter(salt -> chiSquare("salt-" + salt) > CHI_SQUARE_19).count();
    assertThat(alarms).isBetween(1L, (long) MOST_ALARMS);
  }

  private static double chiSquare(String salt) {
    int shoppers = 1_000;
    var cells = new int[CELLS];
    for (int i = 0; i < shoppers; i++) {
      double position = Assignment.position(salt, shopper(i));
      assertThat(position >= 0 && position < 1).isTrue();
      cells[(int) (position * CELLS)]++;
    }
    double expected = (double) shoppers / CELLS;
    return IntStream.of(cells).mapToDouble(o -> (o - expected) * (o - expected) / expected).sum();
  }

  @Test
  void assignmentsAreTheseAndNoOthers() {
    assertThat(
            IntStream.range(0, 12)
                .mapToObj(i -> Assignment.assign(SPLIT, shopper(i), null).variant().id())
                .toList())
        .containsExactlyElementsOf(ASSIGNED);
  }

  @Test
  void placesInALayerAndInTheHoldoutAreTheseAndNoOthers() {
    List<Experiment> layer = List.of(inLayer("x", 0.2), inLayer("y", 0.5));
    var places =
        IntStream.range(0, 12)
            .mapToObj(
                i ->
                    Assignment.isInLayer(layer.get(0), layer, shopper(i))
                        ? "x"
                        : Assignment.isInLayer(layer.get(1), layer, shopper(i)) ? "y" : "-")
            .toList();
    assertThat(String.join("", places)).isEqualTo("-yxyy-yyyyyy");
    var heldOut = IntStream.range(0, 12).filter(i -> Assignment.isHeldOut(0.3, shopper(i)));
    assertThat(heldOut.toArray()).containsExactly(1, 2, 3, 5, 8, 10);
  }

  @Test
  void recordedPlacesInALayerAreTheseAndNoOthersAndAsWideAsTheShares() {
    List<Experiment> layer =
        List.of(
            inLayer("y", 0.4).withPlaces(List.of(new Place(0.1, 0.3), new Place(0.7, 0.9))),
            inLayer("none", 0).withPlaces(List.of()),
            inLayer("x", 0.2).withPlaces(List.of(new Place(0, 0.1), new Place(0.5, 0.6))));
    var names = new StringBuilder();
    for (int i = 0; i < 24; i++) {
      names.append(name(layer, shopper(i)));
    }
    assertThat(names).hasToString("yxyy-y---xy-yx--yxxyxy-x");
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < SHOPPERS; i++) {
      counts.merge(name(layer, shopper(i)), 1, Integer::sum);
    }
    assertThat(counts).containsOnlyKeys("x", "y", "-");
    assertThat(counts.get("x") / (double) SHOPPERS).isCloseTo(0.2, within(0.006));
    assertThat(counts.get("y") / (double) SHOPPERS).isCloseTo(0.4, within(0.006));
  }

  private static String name(List<Experiment> layer, String shopper) {
    List<String> has =
        layer.stream()
            .filter(one -> Assignment.isInLayer(one, layer, shopper))
            .map(Experiment::id)
            .toList();
    assertThat(has).as("experiments that have one shopper").hasSizeLessThan(2);
    return has.isEmpty() ? "-" : has.get(0);
  }

  private static Experiment inLayer(String id, double share) {
    Experiment plain = experiment(id, Trigger.CART_ADD, control(0.5), variant("a", 0.5));
    return new Experiment(
        plain.id(),
        plain.salt(),
        plain.trigger(),
        plain.variants(),
        plain.segmentWeights(),
        plain.segments(),
        plain.segmentRequired(),
        plain.from(),
        plain.until(),
        plain.primaryMetric(),
        plain.guardrails(),
        plain.holdoutShare(),
        plain.policy(),
        plain.status(),
        "page",
        share,
        List.of());
  }

  @Test
  void aShopperIsInAtMostOneExperimentOfALayerAndSharesHold() {
    List<Experiment> layer = List.of(inLayer("x", 0.2), SPLIT, inLayer("y", 0.5));
    var counts = new int[3];
    for (int i = 0; i < SHOPPERS; i++) {
      String shopper = shopper(i);
      boolean x = Assignment.isInLayer(layer.get(0), layer, shopper);
      boolean y = Assignment.isInLayer(layer.get(2), layer, shopper);
      assertThat(x && y).isFalse();
      assertThat(Assignment.isInLayer(SPLIT, layer, shopper)).isTrue();
      counts[x ? 0 : y ? 1 : 2]++;
    }
    assertThat(counts[0] / (double) SHOPPERS).isCloseTo(0.2, within(0.006));
    assertThat(counts[1] / (double) SHOPPERS).isCloseTo(0.5, within(0.006));
  }

  @Test
  void anotherExperimentAtTheEndOfALayerMovesNobody() {
    List<Experiment> before = List.of(inLayer("x", 0.2), inLayer("y", 0.3));
    List<Experiment> after = List.of(inLayer("x", 0.2), inLayer("y", 0.3), inLayer("z", 0.5));
    for (int i = 0; i < 1_000; i++) {
      for (Experiment experiment : before) {
        assertThat(Assignment.isInLayer(experiment, after, shopper(i)))
            .isEqualTo(Assignment.isInLayer(experiment, before, shopper(i)));
      }
    }
  }

  @Test
  void whoIsHeldOutOfEverythingStaysSoWhenTheShareGrows() {
    for (int i = 0; i < 10_000; i++) {
      if (Assignment.isHeldOut(0.05, shopper(i))) {
        assertThat(Assignment.isHeldOut(0.1, shopper(i))).isTrue();
      }
    }
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

  private static final List<String> ASSIGNED =
      List.of("b", "b", "b", "control", "a", "b", "b", "control", "b", "b", "a", "a");

  private static final double[] VECTOR = {
    0.5346032557536877,
    0.5606311984813686,
    0.4070502366944093,
    0.03730487800265292,
    0.712048362195841
  };
}
