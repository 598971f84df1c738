package io.promoflow.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SilhouetteTest {
  private static final double[][] LINE = {{0}, {1}, {10}, {12}};

  /** By hand: .5 * ((10 / 11) + (9 / 10)) of the first two, likewise of the others. */
  @Test
  void ofFourPointsByHand() {
    double expected = ((11 - 1) / 11.0 + (10 - 1) / 10.0 + (9.5 - 2) / 9.5 + (11.5 - 2) / 11.5) / 4;
    assertThat(Silhouette.mean(LINE, new int[] {0, 0, 1, 1})).isCloseTo(expected, within(1e-12));
  }

  @Test
  void aRowAloneCountsZeroAndOneSegmentIsNoStructure() {
    assertThat(Silhouette.mean(LINE, new int[] {0, 0, 0, 0})).isZero();
    assertThat(Silhouette.mean(new double[][] {{0}, {5}}, new int[] {0, 1})).isZero();
  }

  @Test
  void rowsThatAreAllTheSameGiveZeroAndNotNaN() {
    assertThat(Silhouette.mean(new double[][] {{1}, {1}, {1}, {1}}, new int[] {0, 0, 1, 1}))
        .isZero();
  }

  @Test
  void aSampleIsTheSameForTheSameSeedAndHasNoRowTwice() {
    int[] once = Silhouette.sample(1_000, 100, 7);
    assertThat(Silhouette.sample(1_000, 100, 7)).isEqualTo(once);
    assertThat(once).hasSize(100).doesNotHaveDuplicates().isSorted();
    assertThat(Silhouette.sample(1_000, 100, 8)).isNotEqualTo(once);
  }
}
