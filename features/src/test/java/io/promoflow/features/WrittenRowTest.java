package io.promoflow.features;

import static io.promoflow.features.Cast.ADA;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.schema.FeatureRow;
import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is written once is what everyone reads. */
class WrittenRowTest {
  private static final FeatureEngine ENGINE =
      new FeatureEngine(
          Declarations.shipped().features(), List.of(Duration.ofDays(1)), Duration.ofHours(1));

  @Test
  void theMessageReadsAsTheRow() throws IOException {
    var random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      FeatureVector vector = vector(random);
      FeatureRow read = Wire.read(ENGINE.written(vector).message(), FeatureRow.class);
      assertThat(read).isEqualTo(ENGINE.row(vector));
    }
  }

  @Test
  void nothingIsAnEmptyObject() {
    int features = ENGINE.catalog().size();
    double[] none = new double[features];
    java.util.Arrays.fill(none, Double.NaN);
    var row = ENGINE.written(new FeatureVector(ADA, 0, none, new String[features]));
    assertThat(row.values()).asString().isEqualTo("{}");
    assertThat(row.categories()).asString().isEqualTo("{}");
  }

  private static FeatureVector vector(Random random) {
    int features = ENGINE.catalog().size();
    double[] values = new double[features];
    String[] categories = new String[features];
    for (int i = 0; i < features; i++) {
      values[i] = Double.NaN;
      if (ENGINE.catalog().get(i).categorical()) {
        categories[i] =
            random.nextInt(3) == 0 ? null : "tea \"é\\\n" + (char) random.nextInt(0x800);
      } else {
        values[i] =
            switch (random.nextInt(5)) {
              case 0 -> Double.NaN;
              case 1 -> random.nextInt(1_000);
              case 2 -> random.nextLong() * 1.0;
              case 3 -> -random.nextDouble() * 1e-9;
              default -> random.nextGaussian() * 100;
            };
      }
    }
    return new FeatureVector(ADA, random.nextLong(4_000_000_000_000L), values, categories);
  }
}
