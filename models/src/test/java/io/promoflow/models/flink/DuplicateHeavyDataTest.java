package io.promoflow.models.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.ModelGuard;
import io.promoflow.models.ModelOptions;
import io.promoflow.models.training.Champions;
import io.promoflow.models.training.Contestants;
import io.promoflow.models.training.Shoppers;
import io.promoflow.models.training.TrainingResult;
import io.promoflow.models.training.TrainingRules;
import io.promoflow.models.training.TrainingWindow;
import io.promoflow.models.training.WindowTraining;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A thousand shoppers of whom most have done the same: Flink ML's KMeans then leaves clusters
 * empty.
 */
class DuplicateHeavyDataTest {
  private static final Instant END = Shoppers.MONDAY.plus(Duration.ofDays(2));

  /** 250 shoppers at four moments; five different rows in all. */
  private static List<TrainingExample> rows(long seed) {
    var random = new Random(seed);
    var rows = new ArrayList<TrainingExample>();
    for (int moment = 1; moment <= 4; moment++) {
      for (int i = 0; i < 250; i++) {
        int kind = random.nextInt(10) < 6 ? 0 : 1 + random.nextInt(4);
        rows.add(
            new TrainingExample(
                "shopper-" + i,
                END.minus(Shoppers.HORIZON.multipliedBy(5 - moment)),
                END.minus(Shoppers.HORIZON.multipliedBy(4 - moment)),
                Map.of("views_7d", (double) kind, "spend_cents_7d", 100.0 * kind * kind),
                Map.of(),
                random.nextInt(5) < kind,
                "test"));
      }
    }
    return rows;
  }

  @ParameterizedTest
  @CsvSource({"1, flink-ml-kmeans", "2, flink-ml-kmeans", "3, flink-ml-kmeans", "4, kmeans"})
  void nothingThatIsNotFiniteIsPublished(long seed, String trainer) throws Exception {
    TrainingRules rules =
        ModelOptions.rules(
            Settings.of(
                Map.of("models.seed", Long.toString(seed), "models.segments.trainers", trainer)));
    var window = TrainingWindow.of(END.minus(Duration.ofDays(2)), END, rows(seed), 0.25, true);
    List<TrainingResult> results;
    try (var training = new WindowTraining(Contestants.of(rules), rules)) {
      results = training.train(window, new Champions(Optional.empty(), Optional.empty(), Set.of()));
    }

    for (TrainingResult result : results) {
      assertThat(result.reason()).isNotBlank();
      assertThat(result.published()).isEqualTo(result.model().isPresent());
      result.model().ifPresent(model -> assertThat(ModelGuard.refusal(model)).isEmpty());
    }
    assertThat(results.get(0).published()).as(results.get(0).reason()).isTrue();
    ModelVersion segments = results.get(0).model().orElseThrow();
    assertThat(Arrays.stream(segments.centroids()).flatMapToDouble(Arrays::stream))
        .allMatch(Double::isFinite);
  }
}
