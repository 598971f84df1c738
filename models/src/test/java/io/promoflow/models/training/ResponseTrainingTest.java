package io.promoflow.models.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.schema.ModelVersion;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.ModelOptions;
import io.promoflow.models.UpliftScorer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Shoppers who are fond of discounts buy with one and not without, others the same either way;
 * nobody cares for gifts.
 */
class ResponseTrainingTest {
  private static final Instant MONDAY = Shoppers.MONDAY;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int HOURS = 72;
  private static final double WITHOUT = .3;
  private static final double FOND_WITH = .8;
  private static final TrainingRules RULES = ModelOptions.rules(Settings.of(Map.of()));
  private static final Champions NOBODY =
      new Champions(Optional.empty(), Optional.empty(), Set.of());

  private final List<TrainingExample> rows = new ArrayList<>();
  private final Map<Treatments.Key, Treatments.Treatment> given = new HashMap<>();

  private List<TrainingResult> train(Champions champions) throws Exception {
    var window = TrainingWindow.of(MONDAY, MONDAY.plus(HOUR.multipliedBy(HOURS)), rows, .25, false);
    return ResponseTraining.train(window, new Treatments(given), RULES, champions);
  }

  /** Discounts go to the fond in three of four cases and to others in one of four. */
  private void shoppers(int perHour, double fondWith, String... kinds) {
    var random = new Random(11);
    for (int hour = 0; hour < HOURS; hour++) {
      Instant at = MONDAY.plus(HOUR.multipliedBy(hour));
      for (int i = 0; i < perHour; i++) {
        boolean fond = random.nextBoolean();
        boolean any = random.nextDouble() < (fond ? .75 : .25);
        String kind = any ? kinds[random.nextInt(kinds.length)] : UpliftScorer.NO_PROMOTION;
        double probability = any ? (fond ? .75 : .25) / kinds.length : fond ? .25 : .75;
        boolean helped = fond && kind.equals("percent-off");
        boolean ordered = random.nextDouble() < (helped ? fondWith : WITHOUT);
        var row =
            new TrainingExample(
                "shopper" + i,
                at,
                at.plus(HOUR),
                Map.of("fond", fond ? 1.0 : 0.0, "noise", random.nextDouble()),
                Map.of(),
                ordered,
                "v1");
        rows.add(row);
        given.put(
            new Treatments.Key(row.shopperId(), at), new Treatments.Treatment(kind, probability));
      }
    }
  }

  private static Map<String, ModelVersion> models(List<TrainingResult> results) {
    var models = new TreeMap<String, ModelVersion>();
    results.forEach(result -> models.put(result.name(), result.model().orElseThrow()));
    return models;
  }

  @Test
  void findsWhoIsHelpedByWhat() throws Exception {
    shoppers(80, FOND_WITH, "percent-off", "gift");

    List<TrainingResult> results = train(NOBODY);

    assertThat(results)
        .extracting(TrainingResult::name)
        .containsExactly("response-none", "response-gift", "response-percent-off");
    assertThat(results).allMatch(TrainingResult::published);
    UpliftScorer scorer = UpliftScorer.of(models(results));
    assertThat(scorer.kinds()).containsExactly("gift", "none", "percent-off");
    assertThat(uplift(scorer, "percent-off", 1)).isEqualTo(FOND_WITH - WITHOUT, within(.07));
    assertThat(uplift(scorer, "percent-off", 0)).isEqualTo(0, within(.09));
    assertThat(uplift(scorer, "gift", 1)).isEqualTo(0, within(.09));
    assertThat(scorer.uplift("bundle", Map.of("fond", 1.0), Map.of())).isEmpty();
    Map<String, Double> discount = results.get(2).metrics();
    assertThat(discount.get("qini")).as("sorts better than chance").isGreaterThan(.02);
    assertThat(discount.get("averageEffect"))
        .as("although it was given to the fond more often")
        .isEqualTo(
            (FOND_WITH - WITHOUT) / 2, within(4 * discount.get("averageEffectStandardError")));
    assertThat(discount.get("logLoss")).isLessThan(discount.get("baselineLogLoss"));
  }

  private static double uplift(UpliftScorer scorer, String kind, double fond) {
    return scorer.uplift(kind, Map.of("fond", fond, "noise", .5), Map.of()).orElseThrow();
  }

  @Test
  void worseThanTheVersionBeforeStaysUnpublishedWithAllItsArms() throws Exception {
    shoppers(80, FOND_WITH, "percent-off");
    Map<String, ModelVersion> good = models(train(NOBODY));
    // from here on the older part, which is fitted on, is turned around; the newest is as before
    Instant cut = MONDAY.plus(HOUR.multipliedBy(HOURS * 3 / 4 - 1));
    rows.replaceAll(row -> row.labelledAt().isBefore(cut) ? turned(row) : row);

    List<TrainingResult> results =
        train(new Champions(Optional.empty(), Optional.empty(), new HashSet<>(), good));

    assertThat(results).hasSize(2).noneMatch(TrainingResult::published);
    assertThat(results.get(0).reason()).contains("logLoss").contains("is worse than");
  }

  private static TrainingExample turned(TrainingExample row) {
    return new TrainingExample(
        row.shopperId(),
        row.at(),
        row.labelledAt(),
        row.values(),
        row.categories(),
        !row.ordered(),
        row.featuresVersion());
  }

  @Test
  void tooFewAreRefusedWithTheReason() throws Exception {
    shoppers(1, FOND_WITH, "percent-off");

    List<TrainingResult> results = train(NOBODY);

    assertThat(results).singleElement().matches(result -> !result.published());
    assertThat(results.get(0).reason())
        .contains("too few decisions by chance", "models.response.minimum-rows");
  }

  @Test
  void withoutDecisionsThereIsNothingToSay() throws Exception {
    shoppers(10, FOND_WITH, "percent-off");
    given.clear();

    assertThat(train(NOBODY)).isEmpty();
  }

  @Test
  void modelsOfDifferentWindowsAreNotSubtracted() throws Exception {
    shoppers(80, FOND_WITH, "percent-off");
    Map<String, ModelVersion> models = models(train(NOBODY));
    rows.clear();
    given.clear();
    shoppers(90, FOND_WITH, "percent-off");
    var later =
        TrainingWindow.of(MONDAY, MONDAY.plus(HOUR.multipliedBy(HOURS + 1)), rows, .25, false);
    ModelVersion newer =
        ResponseTraining.train(later, new Treatments(given), RULES, NOBODY)
            .get(1)
            .model()
            .orElseThrow();

    models.put(newer.name(), newer);

    assertThat(UpliftScorer.of(models).kinds()).containsExactly("none");
    models.remove("response-none");
    assertThat(UpliftScorer.of(models).kinds()).as("without a control").isEmpty();
  }
}
