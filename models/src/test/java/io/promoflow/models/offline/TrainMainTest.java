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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command from its arguments to its exit status. */
class TrainMainTest {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(Object... arguments) {
    String[] texts =
        java.util.Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    return TrainMain.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(texts);
  }

  private Path file(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text);
  }

  private static Path real(String name) {
    Path file = RealData.file(name);
    assumeTrue(Files.exists(file), file + " is not there");
    return file;
  }

  @Test
  void listNamesEveryTrainerWithItsSettings() {
    assertThat(run("--list")).isEqualTo(DONE);
    assertThat(out.toString()).contains("flink-ml-kmeans (clustering)", "--set k=");
  }

  @Test
  void wrongUseIsToldFromFailure() throws Exception {
    Path table = file("t.csv", "a,b\n1,0\n2,1\n3,0\n4,1\n");
    Path mapping = file("m.yaml", "label: b\nnumeric: a\n");

    assertThat(run()).isEqualTo(WRONG_USAGE);
    assertThat(run("--mapping", mapping)).isEqualTo(WRONG_USAGE);
    assertThat(run("--mapping", mapping, folder.resolve("no.csv"))).isEqualTo(WRONG_USAGE);
    assertThat(run("--mapping", "no-such", table)).isEqualTo(WRONG_USAGE);
    assertThat(run("--mapping", mapping, table, "--folds", 1)).isEqualTo(WRONG_USAGE);
    assertThat(run("--mapping", mapping, table, "--trainer", "no-such")).isEqualTo(WRONG_USAGE);
    assertThat(err.toString()).contains("there is no trainer 'no-such'");
    assertThat(run("--mapping", mapping, table, "--trainer", "flink-ml-knn", "--set", "depth=3"))
        .isEqualTo(WRONG_USAGE);
    assertThat(err.toString()).contains("there is no setting depth");
    Path clustering = file("c.yaml", "numeric: a\n");
    assertThat(run("--mapping", clustering, table, "--trainer", "flink-ml-knn"))
        .isEqualTo(WRONG_USAGE);
    assertThat(err.toString()).contains("flink-ml-knn needs a label of 0 and 1");
    assertThat(run("--mapping", file("x.yaml", "numeric: c\n"), table)).isEqualTo(WRONG_USAGE);
    assertThat(err.toString()).contains("has no column 'c'");
  }

  @Test
  void trainingThatIsRefusedFailsWithTheReason() throws Exception {
    Path table = file("t.csv", "a,b\n1,0\n2,0\n3,0\n4,1\n");

    assertThat(run("--mapping", file("m.yaml", "label: b\nnumeric: a\n"), table)).isEqualTo(FAILED);
    assertThat(err.toString()).contains("1 of 4 rows have the label 1");
  }

  @Test
  void badValuesAreToldWithTheirRow() throws Exception {
    var csv = new StringBuilder("a,b\n");
    for (int i = 0; i < 40; i++) {
      csv.append(i == 6 ? "seven" : i % 2 * 3 + i % 5).append(',').append(i % 2).append('\n');
    }

    int status =
        run(
            "--mapping",
            file("m.yaml", "label: b\nnumeric: a\n"),
            file("t.csv", csv.toString()),
            "--trainer",
            "flink-ml-knn",
            "--set",
            "k=3",
            "--json",
            folder.resolve("out/report.json"));

    assertThat(err.toString()).doesNotContain("promoflow:");
    assertThat(status).isEqualTo(DONE);
    assertThat(out.toString()).contains("row 7: a is 'seven'").contains("auc");
    JsonNode report = Wire.JSON.readTree(folder.resolve("out/report.json").toFile());
    assertThat(report.path("badValues").asInt()).isEqualTo(1);
    assertThat(report.path("metrics").path("auc").isNumber()).isTrue();
    assertThat(report.has("coefficients")).isFalse();
  }

  /** Greene's published logit. */
  @Test
  void spectorHasItsPublishedCoefficients() throws Exception {
    Path data = real("tiny_gold/spector.csv");
    Path json = folder.resolve("report.json");

    int status =
        run(
            "--mapping",
            "spector",
            data,
            "--trainer",
            "flink-ml-logistic-regression",
            "--set",
            "iterations=400",
            "--folds",
            0,
            "--json",
            json);

    assertThat(status).isEqualTo(DONE);
    JsonNode report = Wire.JSON.readTree(json.toFile());
    assertThat(report.path("coefficients").path("GPA").asDouble()).isCloseTo(2.8261, within(1e-3));
    assertThat(report.path("coefficients").path("TUCE").asDouble()).isCloseTo(.0952, within(1e-3));
    assertThat(report.path("coefficients").path("PSI").asDouble()).isCloseTo(2.3787, within(1e-3));
    assertThat(report.path("intercept").asDouble()).isCloseTo(-13.0213, within(1e-2));
    assertThat(report.path("fitted").path("logLikelihood").asDouble())
        .isCloseTo(-12.8896, within(1e-4));
  }

  /** Inertia and sizes as published; silhouette and Calinski-Harabasz as scikit-learn has them. */
  @Test
  void irisHasItsPublishedClusters() throws Exception {
    Path data = real("tiny_gold/iris.csv");
    Path json = folder.resolve("report.json");

    int status =
        run(
            "--mapping",
            "iris",
            data,
            "--trainer",
            "flink-ml-kmeans",
            "--set",
            "k=3",
            "--set",
            "starts=8",
            "--json",
            json);

    assertThat(status).isEqualTo(DONE);
    JsonNode report = Wire.JSON.readTree(json.toFile());
    assertThat(report.path("metrics").path("inertia").asDouble()).isCloseTo(78.85144, within(1e-4));
    assertThat(report.path("metrics").path("silhouette").asDouble())
        .isCloseTo(.55281901, within(1e-6));
    assertThat(report.path("metrics").path("calinskiHarabasz").asDouble())
        .isCloseTo(561.62776, within(1e-3));
    assertThat(report.path("centroids").findValuesAsText("rows"))
        .containsExactlyInAnyOrder("62", "50", "38");
  }

  /** Reference of scikit-learn with one-hot features: .890, ± .01. */
  @Test
  void onlineShoppersAreToldApartAsWellAsByTheReference() throws Exception {
    Path data = real("online_shoppers/online_shoppers_intention.csv.gz");
    Path json = folder.resolve("report.json");

    int status =
        run(
            "--mapping",
            "online-shoppers",
            data,
            "--trainer",
            "flink-ml-logistic-regression",
            "--folds",
            5,
            "--json",
            json);

    assertThat(status).isEqualTo(DONE);
    JsonNode metrics = Wire.JSON.readTree(json.toFile()).path("metrics");
    assertThat(metrics.path("auc").asDouble()).isCloseTo(.890, within(.01));
    assertThat(metrics.path("logLoss").asDouble())
        .isLessThan(metrics.path("baselineLogLoss").asDouble() - .1);
  }
}
