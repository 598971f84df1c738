package io.promoflow.models.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PlattTest {
  private static final int ROWS = 20_000;

  @Test
  void findsTheSlopeAndOffsetThatLabelsWereDrawnWith() {
    var random = new SplittableRandom(1);
    double[] scores = random.doubles(ROWS, -3, 5).toArray();
    double[] labels =
        Arrays.stream(scores)
            .map(score -> random.nextDouble() < Logistic.of(1.7 * score - 0.8) ? 1 : 0)
            .toArray();

    Platt platt = Platt.fit(scores, labels);

    assertThat(platt.slope()).isCloseTo(1.7, within(0.1));
    assertThat(platt.offset()).isCloseTo(-0.8, within(0.1));
    assertThat(platt.calibration().slope()).isEqualTo(platt.slope());
  }

  @Test
  void separatedScoresGiveAFiniteSlope() {
    Platt platt = Platt.fit(new double[] {-2, -1, 1, 2}, new double[] {0, 0, 1, 1});

    assertThat(platt.slope()).isPositive().isFinite();
    // drawn in: two of two positives count as (2 + 1) / (2 + 2)
    assertThat(platt.probability(2)).isBetween(0.7, 0.85);
  }

  @Test
  void scoresThatSayNothingGiveTheBaseRate() {
    Platt platt = Platt.fit(new double[] {5, 5, 5, 5}, new double[] {0, 0, 0, 1});

    assertThat(platt.probability(5)).isCloseTo(1.5 / 5, within(0.06));
  }

  @Test
  void hugeScoresAndWeightsStayFinite() {
    Platt platt =
        Platt.fit(
            new double[] {-1e12, 3, 1e12, 4},
            new double[] {0, 1, 1, 0},
            new double[] {1e9, 1, 1, 1});

    assertThat(platt.slope()).isFinite();
    assertThat(platt.offset()).isFinite();
  }

  @Test
  void weightsCountAsRepetitions() {
    double[] scores = {-1, 0, 1, 2};
    double[] labels = {0, 1, 0, 1};

    Platt weighted = Platt.fit(scores, labels, new double[] {2, 1, 1, 1});
    Platt repeated = Platt.fit(new double[] {-1, -1, 0, 1, 2}, new double[] {0, 0, 1, 0, 1});

    assertThat(weighted.slope()).isCloseTo(repeated.slope(), within(1e-6));
    assertThat(weighted.offset()).isCloseTo(repeated.offset(), within(1e-6));
  }
}
