package io.promoflow.models.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final double SAME = 1e-12;

  @Test
  void regressionByHand() {
    Map<String, Double> metrics =
        Metrics.regression(new double[] {1, 2, 6}, new double[] {1, 4, 4}, 2);

    assertThat(metrics.get("rmse")).isCloseTo(Math.sqrt(8.0 / 3), within(SAME));
    assertThat(metrics.get("mae")).isCloseTo(4.0 / 3, within(SAME));
    assertThat(metrics.get("r2")).isCloseTo(1 - 8.0 / 6, within(SAME));
    assertThat(metrics.get("baselineRmse")).isCloseTo(Math.sqrt(9.0 / 3), within(SAME));
  }

  @Test
  void rowsInNoClusterAreCountedAndLeftOut() {
    double[][] rows = {{0}, {2}, {100}, {8}, {10}};

    Map<String, Double> metrics = Metrics.clustering(rows, new int[] {0, 0, -1, 1, 1}, 1);

    assertThat(metrics)
        .containsEntry("clusters", 2.0)
        .containsEntry("inNone", 1.0)
        .containsEntry("inertia", 4.0)
        .containsEntry("calinskiHarabasz", 32.0);
    assertThat(Metrics.clustering(rows, new int[] {-1, -1, -1, -1, -1}, 1))
        .containsEntry("clusters", 0.0)
        .doesNotContainKey("silhouette");
  }

  @Test
  void meanLeavesOutWhatIsNoNumber() {
    assertThat(Metrics.mean(List.of(Map.of("auc", 0.5), Map.of("auc", Double.NaN))))
        .isEqualTo(Map.of("auc", 0.5));
  }
}
