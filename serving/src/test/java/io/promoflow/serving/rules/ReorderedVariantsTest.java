package io.promoflow.serving.rules;

import static io.promoflow.serving.Cast.control;
import static io.promoflow.serving.Cast.rules;
import static io.promoflow.serving.Cast.variant;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.Experiment.Variant;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.Trigger;
import io.promoflow.serving.Assignment;
import io.promoflow.serving.Cast;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** In which order a file names the variants moves nobody, whatever was learned before. */
class ReorderedVariantsTest {
  /** The last one has no weights of its own. */
  private static final List<String> SEGMENTS = List.of("s0", "s1", "s2");

  private static final int SHOPPERS = 200;

  private static Experiment written(int variants) {
    var all = new ArrayList<Variant>(List.of(control(1.0 / variants)));
    IntStream.range(1, variants).forEach(i -> all.add(variant("v" + i, 1.0 / variants)));
    return Cast.experiment("x", Trigger.CART_ADD, all.toArray(Variant[]::new));
  }

  private static Experiment reordered(Experiment file, Random random) {
    var variants = new ArrayList<>(file.variants());
    Collections.shuffle(variants, random);
    return file.withVariants(variants);
  }

  private static RuleSet merged(Experiment file, Experiment before, RuleSet live) {
    return rules(1, List.of(), Merging.merge(List.of(file), List.of(before), live.experiments()));
  }

  /** Every weight moves by less than the largest step. */
  private static StrategyAdjustment step(RuleSet live, String segment, Random random) {
    Map<String, Double> from = Adjusting.weights(experiment(live), segment);
    var to = new TreeMap<>(from);
    List<String> variants = new ArrayList<>(from.keySet());
    Collections.shuffle(variants, random);
    double move = Math.min(0.2, Math.max(0, from.get(variants.get(0)) - 0.1)) * random.nextDouble();
    to.merge(variants.get(0), -move, Double::sum);
    to.merge(variants.get(1), move, Double::sum);
    return RuleBookTest.adjustment(
        "a", "x", segment, StrategyAdjustment.Change.SHIFT_WEIGHTS, from, to);
  }

  private static RuleSet adjusted(RuleSet live, StrategyAdjustment step) {
    return live.withExperiments(Adjusting.apply(live, step));
  }

  private static Experiment experiment(RuleSet rules) {
    return rules.experiments().get(0);
  }

  private static List<String> assigned(RuleSet rules) {
    return SEGMENTS.stream()
        .flatMap(
            segment ->
                IntStream.range(0, SHOPPERS)
                    .mapToObj(i -> Assignment.assign(experiment(rules), "k1." + i, segment))
                    .map(assigned -> assigned.variant().id() + " " + assigned.probability()))
        .toList();
  }

  @Property(tries = 300)
  void movesNobodyAndARevertBringsBackTheOldPlaces(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 4) int variants) {
    var random = new Random(seed);
    Experiment file = written(variants);
    RuleSet live = rules(1, List.of(), List.of(file));
    for (int i = 0; i < 4; i++) {
      live = adjusted(live, step(live, random.nextBoolean() ? null : segment(random), random));
    }
    RuleSet before = live;
    String segment = random.nextBoolean() ? null : segment(random);
    StrategyAdjustment last = step(live, segment, random);
    live = adjusted(live, last);
    Experiment other = reordered(file, random);
    RuleSet after = merged(other, file, live);
    assertThat(assigned(after)).isEqualTo(assigned(live));
    RuleSet again = merged(reordered(file, random), other, after);
    assertThat(assigned(again)).isEqualTo(assigned(live));

    RuleSet back = again.withExperiments(Adjusting.revert(again, before, last));
    assertThat(assigned(back)).isEqualTo(assigned(before));
    assertThat(assigned(merged(file, file, back))).isEqualTo(assigned(before));
  }

  private static String segment(Random random) {
    return SEGMENTS.get(random.nextInt(2));
  }
}
