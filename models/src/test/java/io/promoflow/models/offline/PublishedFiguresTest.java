package io.promoflow.models.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.promoflow.ingestion.wire.Wire;
import io.promoflow.models.RealData;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our own trainers, as they come, on data sets whose figures are published. */
class PublishedFiguresTest {
  private static final double FOURTH_DIGIT = 5e-5;

  @TempDir private Path folder;

  private JsonNode train(String mapping, String trainer, String file, String... more)
      throws Exception {
    Path data = RealData.file(file);
    assumeTrue(Files.exists(data), data + " is not there");
    Path json = folder.resolve("report.json");
    var arguments = new java.util.ArrayList<String>();
    arguments.addAll(java.util.List.of("--mapping", mapping, "--trainer", trainer));
    arguments.addAll(java.util.List.of(more));
    arguments.addAll(java.util.List.of("--json", json.toString(), data.toString()));
    var line = TrainMain.commandLine();
    line.setOut(new PrintWriter(new StringWriter()));
    assertThat(line.execute(arguments.toArray(String[]::new))).isZero();
    return Wire.JSON.readTree(json.toFile());
  }

  @Test
  void spectorHasTheCoefficientsOfTheBook() throws Exception {
    JsonNode report =
        train("spector", "logistic-regression", "tiny_gold/spector.csv", "--folds", "0");

    assertThat(report.at("/intercept").doubleValue()).isEqualTo(-13.0213, within(FOURTH_DIGIT));
    assertThat(report.at("/coefficients/GPA").doubleValue())
        .isEqualTo(2.8261, within(FOURTH_DIGIT));
    assertThat(report.at("/coefficients/TUCE").doubleValue())
        .isEqualTo(.0952, within(FOURTH_DIGIT));
    assertThat(report.at("/coefficients/PSI").doubleValue())
        .isEqualTo(2.3787, within(FOURTH_DIGIT));
    assertThat(report.at("/fitted/logLikelihood").doubleValue())
        .isEqualTo(-12.8896, within(FOURTH_DIGIT));
  }

  @Test
  void irisHasTheKnownInertia() throws Exception {
    JsonNode three = train("iris", "kmeans", "tiny_gold/iris.csv", "--set", "k=3");

    assertThat(three.at("/metrics/inertia").doubleValue()).isEqualTo(78.85144, within(5e-6));
    assertThat(StreamSupport.stream(three.at("/centroids").spliterator(), false))
        .extracting(cluster -> cluster.get("rows").intValue())
        .containsExactlyInAnyOrder(62, 50, 38);
    JsonNode two = train("iris", "kmeans", "tiny_gold/iris.csv", "--set", "k=2");
    assertThat(two.at("/metrics/inertia").doubleValue()).isEqualTo(152.34795, within(5e-6));
  }

  @Test
  void onlineShoppersAreToldApartAsWellAsByScikitLearn() throws Exception {
    JsonNode report =
        train(
            "online-shoppers",
            "logistic-regression",
            "online_shoppers/online_shoppers_intention.csv.gz");

    assertThat(report.at("/metrics/auc").doubleValue()).isEqualTo(.890, within(.01));
  }
}
