package io.promoflow.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.ModelVersion;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SegmentMatcherTest {
  private static final double[] MEANS = {2, 500};
  private static final double[] SCALES = {2, 250};

  private static ModelVersion model(double[] means, double[] scales, double[]... centroids) {
    return Models.segments(
        means, scales, centroids, SegmentMatcher.fresh(centroids.length, Set.of()));
  }

  @Test
  void idsFollowTheirSegmentsInRawUnitsThoughTheScalesChanged() {
    // raw: (2, 500) and (8, 1250); the new model has other means and scales, and another order
    var former = model(MEANS, SCALES, new double[] {0, 0}, new double[] {3, 3});
    var now =
        model(
            new double[] {5, 900},
            new double[] {3, 400},
            new double[] {1.05, 0.9},
            new double[] {-1, -1.05});
    assertThat(SegmentMatcher.match(now, former, Set.of(), 0.75)).containsExactly("s2", "s1");
  }

  @Test
  void aSegmentWithoutAPartnerGetsAnIdThatWasNeverUsed() {
    var former = model(MEANS, SCALES, new double[] {0, 0}, new double[] {3, 3});
    var now =
        model(MEANS, SCALES, new double[] {3, 3}, new double[] {-9, 9}, new double[] {0.1, 0});
    assertThat(SegmentMatcher.match(now, former, Set.of("s1", "s2", "s4"), 0.75))
        .containsExactly("s2", "s5", "s1");
  }

  /** Nearest first would give the first centroid the near partner and leave the second alone. */
  @Test
  void thePairingIsTheCheapestOverall() {
    var former = model(MEANS, SCALES, new double[] {0, 0}, new double[] {1, 1});
    var now = model(MEANS, SCALES, new double[] {0.6, 0.6}, new double[] {1.2, 1.2});
    assertThat(SegmentMatcher.match(now, former, Set.of(), 0.75)).containsExactly("s1", "s2");
  }

  @Test
  void modelsThatShareNoFeatureShareNoSegment() {
    var former = model(MEANS, SCALES, new double[] {0, 0});
    var other =
        new ModelVersion(
            former.name(),
            former.version(),
            former.kind(),
            former.trainer(),
            former.windowStart(),
            former.windowEnd(),
            List.of("orders_7d", "searches_7d"),
            former.imputed(),
            former.oneHots(),
            former.means(),
            former.scales(),
            former.centroids(),
            former.segments(),
            null,
            0,
            former.examples(),
            former.metrics());
    assertThat(SegmentMatcher.match(other, former, Set.of(), 0.75)).containsExactly("s2");
  }
}
