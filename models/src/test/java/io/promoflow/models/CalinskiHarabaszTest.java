package io.promoflow.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CalinskiHarabaszTest {
  private static final double SAME = 1e-9;

  /** By hand: centres 1 and 9 around 5, between 2·16 + 2·16, within 4·1. */
  @Test
  void spreadBetweenOverSpreadWithin() {
    double[][] rows = {{0}, {2}, {8}, {10}};

    assertThat(CalinskiHarabasz.of(rows, new int[] {0, 0, 1, 1}))
        .isCloseTo(64.0 / 1 / (4.0 / 2), within(SAME));
  }

  @Test
  void labelsNeedNotBeNumberedThrough() {
    double[][] rows = {{0}, {2}, {8}, {10}};

    assertThat(CalinskiHarabasz.of(rows, new int[] {1, 1, 4, 4}))
        .isEqualTo(CalinskiHarabasz.of(rows, new int[] {0, 0, 1, 1}));
  }

  @Test
  void hopelessSegmentationsAreFinite() {
    double[][] rows = {{0}, {0}, {8}, {8}};

    assertThat(CalinskiHarabasz.of(rows, new int[] {0, 0, 0, 0})).isZero();
    assertThat(CalinskiHarabasz.of(rows, new int[] {0, 1, 2, 3})).isZero();
    assertThat(CalinskiHarabasz.of(rows, new int[] {0, 0, 1, 1})).isEqualTo(1);
  }
}
