package io.promoflow.serving;

import static io.promoflow.serving.Cast.control;
import static io.promoflow.serving.Cast.experiment;
import static io.promoflow.serving.Cast.variant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.schema.Experiment.Bucket;
import io.promoflow.ingestion.schema.Trigger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BucketsTest {
  private static Map<String, Double> weights(Random random, int variants) {
    var drawn = new LinkedHashMap<String, Double>();
    double sum = 0;
    for (int i = 0; i < variants; i++) {
      double weight = random.nextInt(4) == 0 && i > 0 ? 0 : 0.05 + random.nextDouble();
      drawn.put("v" + i, weight);
      sum += weight;
    }
    double total = sum;
    drawn.replaceAll((variant, weight) -> weight / total);
    return drawn;
  }

  private static double width(List<Bucket> buckets, String variant) {
    return buckets.stream()
        .filter(bucket -> bucket.variant().equals(variant))
        .mapToDouble(Bucket::width)
        .sum();
  }

  private static String at(List<Bucket> buckets, double position) {
    return buckets.stream()
        .filter(bucket -> position < bucket.until())
        .findFirst()
        .orElse(buckets.get(buckets.size() - 1))
        .variant();
  }

  /** Share of the line that has another variant than before. */
  private static double moved(List<Bucket> before, List<Bucket> after) {
    var edges = new TreeSet<Double>();
    before.forEach(bucket -> edges.add(bucket.from()));
    after.forEach(bucket -> edges.add(bucket.from()));
    double moved = 0;
    for (double edge : edges) {
      Double next = edges.higher(edge);
      double until = next == null ? 1 : next;
      double middle = (edge + until) / 2;
      moved += at(before, middle).equals(at(after, middle)) ? 0 : until - edge;
    }
    return moved;
  }

  @Property(tries = 300)
  void changesOfWeightsMoveHalfTheSumOfTheDifferencesAndNoMore(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 6) int variants,
      @ForAll @IntRange(min = 1, max = 12) int changes) {
    var random = new Random(seed);
    Map<String, Double> current = weights(random, variants);
    List<Bucket> buckets = Buckets.sideBySide(current);
    for (int change = 0; change < changes; change++) {
      Map<String, Double> next = weights(random, variants);
      List<Bucket> after = Buckets.moved(buckets, next);
      double half = 0;
      for (String variant : next.keySet()) {
        half += Math.abs(next.get(variant) - current.get(variant)) / 2;
        assertThat(width(after, variant)).isCloseTo(next.get(variant), within(1e-9));
      }
      assertThat(moved(buckets, after)).isCloseTo(half, within(1e-9));
      assertGapless(after);
      buckets = after;
      current = next;
    }
  }

  private static void assertGapless(List<Bucket> buckets) {
    double edge = 0;
    for (Bucket bucket : buckets) {
      assertThat(bucket.from()).isEqualTo(edge);
      assertThat(bucket.width()).isPositive();
      edge = bucket.until();
    }
    assertThat(edge).isCloseTo(1, within(1e-9));
  }

  @Test
  void twoVariantsStaySideBySideWhateverTheirWeights() {
    var split = experiment("x", Trigger.CART_ADD, control(0.5), variant("a", 0.5));
    for (double a : new double[] {0.9, 0.2, 0.0, 1.0}) {
      var weights = Map.of("control", 1 - a, "a", a);
      assertThat(Buckets.recorded(Buckets.of(split, null), split, weights)).isEmpty();
    }
  }

  @Test
  void theFirstGrowsIntoTheLastWithoutMovingTheOneBetween() {
    var split =
        experiment("x", Trigger.CART_ADD, control(0.25), variant("a", 0.5), variant("b", 0.25));
    var weights = Map.of("control", 0.375, "a", 0.5, "b", 0.125);
    assertThat(Buckets.recorded(Buckets.of(split, null), split, weights))
        .containsExactly(
            new Bucket("control", 0, 0.25),
            new Bucket("a", 0.25, 0.75),
            new Bucket("b", 0.75, 0.875),
            new Bucket("control", 0.875, 1));
  }

  @Test
  void aVariantThatIsGoneLeavesItsShoppersToTheOthers() {
    List<Bucket> before = List.of(new Bucket("gone", 0, 0.5), new Bucket("a", 0.5, 1));
    assertThat(Buckets.moved(before, Map.of("a", 1.0))).containsExactly(new Bucket("a", 0, 1));
  }
}
