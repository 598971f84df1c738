package io.promoflow.models.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.models.offline.OfflineTraining.Trained;
import io.promoflow.models.trainer.Hyperparameters;
import io.promoflow.models.trainer.TrainingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfflineTrainingTest {
  private static final TableMapping MAPPING =
      TableMapping.parse("m", "label: bought\nnumeric: [age]\ncategorical: city");

  @TempDir private Path folder;

  private static OfflineTraining training(int folds, boolean balance) {
    var trainer = new Means();
    return new OfflineTraining(trainer, Hyperparameters.defaults(trainer), folds, 1, balance);
  }

  private Rows rows(int positives, int negatives) throws Exception {
    var random = new SplittableRandom(1);
    var csv = new StringBuilder("age,city,bought\n");
    for (int i = 0; i < positives + negatives; i++) {
      boolean bought = i < positives;
      csv.append(random.nextInt(10) + (bought ? 6 : 0))
          .append(random.nextInt(3) == 0 ? ",Ulm," : ",Bonn,")
          .append(bought ? 1 : 0)
          .append('\n');
    }
    return RowsReader.read(MAPPING, Files.writeString(folder.resolve("t.csv"), csv));
  }

  @Test
  void qualityIsTheMeanOverRowsThatWereNotLearnt() throws Exception {
    Rows rows = rows(60, 140);

    Trained trained = training(5, false).run(rows, MAPPING.preparation());

    assertThat(trained.validation()).isEqualTo("mean over 5 folds, stratified by label, seed 1");
    assertThat(trained.metrics())
        .containsOnlyKeys(
            "auc",
            "logLoss",
            "baselineLogLoss",
            "calibrationError",
            "accuracy",
            "meanPredicted",
            "observedRate");
    assertThat(trained.metrics().get("auc")).isBetween(0.8, 0.98);
    assertThat(trained.metrics().get("observedRate")).isCloseTo(0.3, within(1e-9));
    assertThat(trained.metrics().get("auc")).isNotEqualTo(trained.fitted().get("auc"));
  }

  @Test
  void reportHoldsCoefficientsOnTheRawScale() throws Exception {
    Rows rows = rows(60, 140);
    OfflineTraining training = training(0, false);
    Trained trained = training.run(rows, MAPPING.preparation());

    Map<String, Object> report = new TrainReport(training, rows, trained).fields();

    assertThat(report)
        .containsEntry("trainer", "means")
        .containsEntry("rows", 200)
        .containsEntry("validation", "on the rows that were learnt")
        .containsEntry("settings", Map.of("steepness", 1.0));
    Map<?, ?> raw = (Map<?, ?>) report.get("coefficients");
    assertThat(raw.keySet()).isEqualTo(java.util.Set.of("age", "city=Bonn"));
    double age = rows.table().numbers()[0][0];
    double bonn = rows.table().texts()[0][0].equals("Bonn") ? 1 : 0;
    double logOdds =
        (double) report.get("intercept")
            + (double) raw.get("age") * age
            + (double) raw.get("city=Bonn") * bonn;
    assertThat(1 / (1 + Math.exp(-logOdds))).isCloseTo(trained.answers()[0], within(1e-9));
    assertThat(TrainText.of(report)).contains("city=Bonn", "intercept", "auc", "means on 200 rows");
  }

  @Test
  void balanceLetsBothLabelsWeighTheSame() throws Exception {
    Rows rows = rows(20, 180);

    double plain =
        training(0, false).run(rows, MAPPING.preparation()).fitted().get("meanPredicted");
    double balanced =
        training(0, true).run(rows, MAPPING.preparation()).fitted().get("meanPredicted");

    assertThat(plain).isLessThan(0.2);
    assertThat(balanced).isGreaterThan(0.3);
  }

  @Test
  void fewerFoldsWhereALabelIsRareAndNoneWhereItIsMissing() throws Exception {
    assertThat(training(5, false).run(rows(3, 50), MAPPING.preparation()).validation())
        .startsWith("mean over 3 folds");
    Rows one = rows(1, 50);
    assertThatThrownBy(() -> training(5, false).run(one, MAPPING.preparation()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("1 of 51 rows have the label 1");
  }
}
