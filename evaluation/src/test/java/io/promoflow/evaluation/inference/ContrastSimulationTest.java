package io.promoflow.evaluation.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What intervals of main effects and interactions promise, kept in many 2 × 2 experiments. */
class ContrastSimulationTest {
  private static final int EXPERIMENTS = 2_000;
  private static final double ALPHA = 0.05;
  private static final double[] MEANS = {10, 11, 13, 12};
  private static final double[] DEVIATIONS = {1, 4, 2, 3};

  /** Cumulative shares of the four combinations, far from equal. */
  private static final double[] SHARES = {0.4, 0.7, 0.9, 1};

  private static int cell(Random random) {
    double draw = random.nextDouble();
    int cell = 0;
    while (draw >= SHARES[cell]) {
      cell++;
    }
    return cell;
  }

  private static List<Group> groups(Moments[] cells) {
    var groups = new ArrayList<Group>();
    for (Moments cell : cells) {
      groups.add(Estimates.mean(cell));
    }
    return groups;
  }

  private static void add(Random random, Moments[] cells) {
    int cell = cell(random);
    cells[cell] =
        cells[cell].plus(Moments.of(MEANS[cell] + DEVIATIONS[cell] * random.nextGaussian()));
  }

  private static Moments[] nobody() {
    return new Moments[] {Moments.zero(1), Moments.zero(1), Moments.zero(1), Moments.zero(1)};
  }

  private static double truth(double[] weights) {
    double sum = 0;
    for (int c = 0; c < weights.length; c++) {
      sum += weights[c] * MEANS[c];
    }
    return sum;
  }

  /** Four standard errors of a share of 5 % in 2,000 experiments are 2 points. */
  @ParameterizedTest(name = "weights {0}, {1}, {2}, {3}")
  @CsvSource({"-.5, -.5, .5, .5", "-.5, .5, -.5, .5", "1, -1, -1, 1"})
  void intervalOfOneLookCoversTheTruthAsOftenAsItSays(double a, double b, double c, double d) {
    double[] weights = {a, b, c, d};
    var random = new Random(7);
    int misses = 0;
    for (int i = 0; i < EXPERIMENTS; i++) {
      Moments[] cells = nobody();
      for (int shopper = 0; shopper < 150; shopper++) {
        add(random, cells);
      }
      var contrast = Contrast.of(groups(cells), weights, ALPHA);
      if (truth(weights) < contrast.low() || truth(weights) > contrast.high()) {
        misses++;
      }
    }
    assertThat(misses / (double) EXPERIMENTS).isBetween(ALPHA - 0.02, ALPHA + 0.02);
  }

  @Test
  void alwaysValidIntervalsOfMainEffectAndInteractionCoverAtAllLooksTogether() {
    var interval = new AlwaysValid(ALPHA, 1_000);
    double[][] all = {{-.5, -.5, .5, .5}, {1, -1, -1, 1}};
    int[] missed = new int[all.length];
    int[] fixed = new int[all.length];
    for (int i = 0; i < EXPERIMENTS; i++) {
      var random = new Random(i);
      Moments[] cells = nobody();
      boolean[] out = new boolean[all.length];
      boolean[] outOfFixed = new boolean[all.length];
      for (int shopper = 1; shopper <= 2_000; shopper++) {
        add(random, cells);
        if (shopper >= 200 && shopper % 10 == 0) {
          List<Group> groups = groups(cells);
          for (int w = 0; w < all.length; w++) {
            var contrast = Contrast.of(groups, all[w], ALPHA);
            double off = Math.abs(contrast.estimate() - truth(all[w]));
            out[w] |= off > interval.multiplier(contrast.units()) * contrast.standardError();
            outOfFixed[w] |= off > contrast.high() - contrast.estimate();
          }
        }
      }
      for (int w = 0; w < all.length; w++) {
        missed[w] += out[w] ? 1 : 0;
        fixed[w] += outOfFixed[w] ? 1 : 0;
      }
    }
    for (int w = 0; w < all.length; w++) {
      assertThat(missed[w] / (double) EXPERIMENTS).isLessThanOrEqualTo(ALPHA);
      assertThat(fixed[w] / (double) EXPERIMENTS).isGreaterThan(2 * ALPHA);
    }
  }
}
