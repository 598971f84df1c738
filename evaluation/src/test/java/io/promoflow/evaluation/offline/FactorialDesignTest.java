package io.promoflow.evaluation.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.offline.Design.Versus;
import io.promoflow.evaluation.offline.FactorialDesign.Crossing;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Three factors: what is compared with what, told by a model of known effects. */
class FactorialDesignTest {
  private static final List<Factor> FACTORS =
      List.of(
          new Factor("mail", "no", Map.of()),
          new Factor("price", "old", Map.of()),
          new Factor("gift", "none", Map.of()));
  private static final List<List<String>> CELLS =
      Factor.combinations(
          List.of(List.of("yes", "no"), List.of("new", "old"), List.of("mug", "none", "bag")));

  private final FactorialDesign design = new FactorialDesign(FACTORS, CELLS);

  /** Each effect on its own, 10 more for mail with the bag, 6 more for all three with the mug. */
  private static double mean(String cell) {
    boolean mail = cell.contains("mail=yes");
    boolean price = cell.contains("price=new");
    boolean mug = cell.contains("gift=mug");
    boolean bag = cell.contains("gift=bag");
    return 100
        + (mail ? 1 : 0)
        + (price ? 2 : 0)
        + (mug ? 3 : 0)
        + (bag ? 5 : 0)
        + (mail && bag ? 10 : 0)
        + (mail && price && mug ? 6 : 0);
  }

  private static double average(List<String> cells) {
    return cells.stream().mapToDouble(FactorialDesignTest::mean).average().orElseThrow();
  }

  @Test
  void mainEffectsAreAveragesOverTheCombinationsOfTheOthers() {
    List<Versus> all = design.versus(design.cells());
    assertThat(all)
        .extracting(Versus::variant)
        .containsExactly("mail=yes", "price=new", "gift=bag", "gift=mug");
    double[] truth = {1 + 10 / 3.0 + 6 / 6.0, 2 + 6 / 6.0, 5 + 10 / 2.0, 3 + 6 / 4.0};
    for (int i = 0; i < truth.length; i++) {
      Versus one = all.get(i);
      assertThat(average(one.cells()) - average(one.controlCells()))
          .as(one.variant())
          .isCloseTo(truth[i], within(1e-9));
      assertThat(one.cells()).doesNotContainAnyElementsOf(one.controlCells());
    }
  }

  @Test
  void interactionsAreDifferencesOfDifferencesAveragedOverTheRest() {
    Map<String, Double> truth =
        Map.of(
            "mail=yes × price=new", 6 / 3.0,
            "mail=yes × gift=bag", 10.0,
            "mail=yes × gift=mug", 6 / 2.0,
            "price=new × gift=bag", 0.0,
            "price=new × gift=mug", 6 / 2.0);
    List<Crossing> all = design.crossings();
    assertThat(all).hasSameSizeAs(truth.keySet());
    for (Crossing one : all) {
      double sum = 0;
      for (var weight : one.weights().entrySet()) {
        sum += weight.getValue() * mean(weight.getKey());
      }
      String name = one.first() + " × " + one.second();
      assertThat(sum).as(name).isCloseTo(truth.get(name), within(1e-9));
    }
  }

  @Test
  void nothingIsComparedWhileACombinationHasNobody() {
    var without = new HashSet<>(design.cells());
    without.remove("mail=yes, price=old, gift=bag");
    assertThat(design.versus(without)).isEmpty();
  }
}
