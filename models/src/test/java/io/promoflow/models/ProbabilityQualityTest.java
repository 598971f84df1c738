package io.promoflow.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ProbabilityQualityTest {
  private static final double SAME = 1e-12;

  /** The example of scikit-learn's documentation of roc_auc_score. */
  @Test
  void aucOfTheReferencesExample() {
    assertThat(
            ProbabilityQuality.auc(
                new double[] {0.1, 0.4, 0.35, 0.8}, new boolean[] {false, false, true, true}))
        .isEqualTo(0.75);
  }

  /** Pairs by hand: positives .8, .5, .5; negatives .5, .2: 1 + 1 + .5 + 1 + .5 + 1 of 6. */
  @Test
  void tiesCountHalf() {
    assertThat(
            ProbabilityQuality.auc(
                new double[] {0.8, 0.5, 0.5, 0.5, 0.2},
                new boolean[] {true, true, true, false, false}))
        .isCloseTo(5.0 / 6, within(SAME));
  }

  @Test
  void aucWithoutPositivesIsNotANumber() {
    assertThat(ProbabilityQuality.auc(new double[] {0.1, 0.2}, new boolean[2])).isNaN();
  }

  @Property(tries = 200)
  void aucIsTheShareOfPairsInTheRightOrder(@ForAll long seed) {
    var random = new Random(seed);
    int n = 2 + random.nextInt(40);
    var predicted = new double[n];
    var happened = new boolean[n];
    for (int i = 0; i < n; i++) {
      predicted[i] = random.nextInt(10) / 10.0;
      happened[i] = i == 0 || (i > 1 && random.nextBoolean());
    }
    double right = 0;
    int pairs = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (happened[i] && !happened[j]) {
          pairs++;
          right += predicted[i] > predicted[j] ? 1 : predicted[i] == predicted[j] ? 0.5 : 0;
        }
      }
    }
    assertThat(ProbabilityQuality.auc(predicted, happened)).isCloseTo(right / pairs, within(SAME));
  }

  /** The example of scikit-learn's documentation of log_loss: 0.21616... */
  @Test
  void logLossOfTheReferencesExample() {
    assertThat(
            ProbabilityQuality.logLoss(
                new double[] {0.9, 0.1, 0.2, 0.65}, new boolean[] {true, false, false, true}))
        .isCloseTo(0.21616187468057912, within(SAME));
  }

  @Test
  void certaintyThatWasWrongIsExpensiveButFinite() {
    assertThat(ProbabilityQuality.logLoss(new double[] {0}, new boolean[] {true}))
        .isCloseTo(34.538776, within(1e-6));
  }

  @Test
  void theBaselineIsTheEntropyOfTheRate() {
    assertThat(ProbabilityQuality.baselineLogLoss(0.25, new boolean[] {true, false, false, false}))
        .isCloseTo(-0.25 * Math.log(0.25) - 0.75 * Math.log(0.75), within(SAME));
  }

  /** Two bins: two rows at .15 of which one happened, two at .85 of which both did. */
  @Test
  void calibrationErrorByHand() {
    assertThat(
            ProbabilityQuality.calibrationError(
                new double[] {0.15, 0.15, 0.85, 0.85}, new boolean[] {true, false, true, true}))
        .isCloseTo((Math.abs(0.3 - 1) + Math.abs(1.7 - 2)) / 4, within(SAME));
  }
}
