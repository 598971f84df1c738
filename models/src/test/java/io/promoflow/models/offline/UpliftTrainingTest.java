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
import java.util.HashMap;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** A published experiment whose effects are known; the command reads it as anybody would. */
class UpliftTrainingTest {
  private static final Path HILLSTROM = RealData.file("hillstrom/hillstrom.csv.gz");

  @TempDir private Path folder;

  private JsonNode train(String... arguments) throws Exception {
    assumeTrue(Files.exists(HILLSTROM), HILLSTROM + " is not there");
    Path json = folder.resolve("report.json");
    var line = TrainMain.commandLine();
    line.setOut(new PrintWriter(new StringWriter()));
    var all = new java.util.ArrayList<>(java.util.List.of(arguments));
    all.addAll(java.util.List.of("--json", json.toString(), HILLSTROM.toString()));
    assertThat(line.execute(all.toArray(String[]::new))).isZero();
    return Wire.JSON.readTree(json.toFile());
  }

  @ParameterizedTest
  @ValueSource(strings = {"t-learner", "x-learner"})
  void womensMailWorksForThoseWhoBoughtWomensWear(String learner) throws Exception {
    JsonNode report = train("--mapping", "hillstrom", "--trainer", learner);

    assertThat(report.at("/metrics/qini").doubleValue()).as("on the half held out").isPositive();
    assertThat(report.at("/metrics/auuc").doubleValue())
        .as("better than mails to a random half")
        .isGreaterThan(report.at("/metrics/averageEffect").doubleValue() / 2);
    JsonNode mail = report.at("/arms/0");
    assertThat(mail.at("/kind").textValue()).isEqualTo("Womens E-Mail");
    assertThat(mail.at("/allRows/effect").doubleValue()).isEqualTo(.04523, within(5e-6));
    assertThat(mail.at("/allRows/treated").longValue()).isEqualTo(21_387);
    assertThat(mail.at("/allRows/control").longValue()).isEqualTo(21_306);
    Map<String, Double> predicted = new HashMap<>();
    StreamSupport.stream(mail.at("/groups").spliterator(), false)
        .forEach(
            group ->
                predicted.put(
                    group.get("column").textValue() + "=" + group.get("value").textValue(),
                    group.get("predictedUplift").doubleValue()));
    assertThat(predicted.get("womens=1")).as("published: +7.31 pp").isEqualTo(.0731, within(.015));
    assertThat(predicted.get("womens=0")).as("published: +1.11 pp").isEqualTo(.0111, within(.015));
  }

  @Test
  void bothMailsAtOnceAndMoneySpent() throws Exception {
    Path mapping = folder.resolve("spend.yaml");
    Files.writeString(
        mapping,
        """
        label: spend
        numeric: [recency, history, mens, womens, newbie]
        treatment: segment
        control: No E-Mail
        """);

    JsonNode report =
        train("--mapping", mapping.toString(), "--trainer", "t-learner", "--set", "cost=0.1");

    assertThat(report.at("/arms/0/kind").textValue()).isEqualTo("Mens E-Mail");
    assertThat(report.at("/arms/0/allRows/effect").doubleValue()).isEqualTo(.76983, within(5e-6));
    assertThat(report.at("/arms/1/allRows/effect").doubleValue()).isEqualTo(.42441, within(5e-6));
    assertThat(report.at("/metrics/Mens E-Mail: averageEffect").isNumber()).isTrue();
  }

  @Test
  void settingThatIsNotThereIsNamed() {
    assumeTrue(Files.exists(HILLSTROM), HILLSTROM + " is not there");
    var said = new StringWriter();
    CommandLine line = TrainMain.commandLine();
    line.setErr(new PrintWriter(said));

    int status =
        line.execute(
            "--mapping",
            "hillstrom",
            "--trainer",
            "t-learner",
            "--set",
            "depth=3",
            HILLSTROM.toString());

    assertThat(status).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(said.toString())
        .contains("t-learner: there is no setting depth, only [cost, margin]");
  }
}
