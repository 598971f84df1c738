package io.promoflow.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.FeatureRow;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DenseRowsTest {
  private final DenseRows rows = new DenseRows();

  private static FeatureRow row(String version, Map<String, Double> values) {
    return new FeatureRow("ada", Instant.EPOCH, values, Map.of("city", "Ulm"), version);
  }

  @Test
  void aDenseRowSaysTheSameAsTheRowItself() {
    var random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      var values = new HashMap<String, Double>();
      for (int f = random.nextInt(12); f > 0; f--) {
        values.put("f" + random.nextInt(20), random.nextGaussian());
      }
      FeatureRow row = row("v" + random.nextInt(3), values);
      FeatureRow dense = rows.of(row);
      assertThat(dense).isEqualTo(row);
      assertThat(dense.values().entrySet()).containsExactlyInAnyOrderElementsOf(values.entrySet());
      for (int f = 0; f < 20; f++) {
        assertThat(dense.values().get("f" + f)).isEqualTo(values.get("f" + f));
        assertThat(dense.values().containsKey("f" + f)).isEqualTo(values.containsKey("f" + f));
      }
      var inPlace = (DenseValues) dense.values();
      int[] places = inPlace.columns().places(List.of("f3", "unheard of", "f17"));
      assertThat(inPlace.at(places[0])).isEqualTo(values.getOrDefault("f3", Double.NaN));
      assertThat(inPlace.at(places[1])).isNaN();
      assertThat(inPlace.at(places[2])).isEqualTo(values.getOrDefault("f17", Double.NaN));
      assertThat(dense.values()).hasSameSizeAs(values).doesNotContainKey("unheard of");
    }
  }

  @Test
  void aValueThatIsNoNumberIsKept() {
    FeatureRow row = row("v", Map.of("f", Double.NaN));
    assertThat(rows.of(row)).isEqualTo(row);
    assertThat(rows.of(row).values().get("f")).isNaN();
  }

  @Test
  void aRowWithoutAVersionIsLeftAlone() {
    FeatureRow row = row(null, Map.of("f", 1.0));
    assertThat(rows.of(row)).isSameAs(row);
  }
}
