package io.promoflow.deploy.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promoflow.deploy.Promoflow;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Promoflow.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  /** Four hundred shoppers; one in four of the control buys, and one in two with a coupon. */
  private Path table() throws Exception {
    var rows = new StringBuilder("arm,bought\n");
    for (int i = 0; i < 200; i++) {
      rows.append("none,").append(i % 4 == 0 ? 1 : 0).append('\n');
      rows.append("coupon,").append(i % 2).append('\n');
    }
    return Files.writeString(folder.resolve("table.csv"), rows);
  }

  private Path mapping(String control) throws Exception {
    return Files.writeString(
        folder.resolve("mapping.yaml"),
        """
        variant: arm
        control: %s
        metrics: [{name: bought, kind: proportion, role: primary}]
        """
            .formatted(control));
  }

  @Test
  void writesTheSameFiguresForPeopleForProgramsAndAsAPage() throws Exception {
    Path json = folder.resolve("new/report.json");
    Path html = folder.resolve("new/report.html");
    int status =
        run(
            "evaluate",
            "--mapping",
            mapping("none").toString(),
            table().toString(),
            "--json",
            json.toString(),
            "--html",
            html.toString());

    assertThat(status).isZero();
    assertThat(out.toString()).contains("+25.0000 pp").contains("SHIP  Ship coupon");
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(report.at("/units").asInt()).isEqualTo(400);
    assertThat(report.at("/results/0/difference").asDouble()).isEqualTo(0.25);
    assertThat(report.at("/verdict/code").asText()).isEqualTo("SHIP");
    assertThat(Files.readString(html)).contains("<svg").contains("Ship coupon");
  }

  @Test
  void tableThatIsNotWhatTheMappingSaysIsWrongUsage() throws Exception {
    assertThat(run("evaluate", "--mapping", mapping("nobody").toString(), table().toString()))
        .isEqualTo(2);
    assertThat(err.toString()).contains("no row with arm 'nobody', which is the control");
  }

  @Test
  void severalFactorsAreJudgedEach() throws Exception {
    var rows = new StringBuilder("mail,coupon,bought\n");
    for (int i = 0; i < 400; i++) {
      for (String mail : new String[] {"no", "yes"}) {
        rows.append(mail + ",none," + (i % 4 == 0 ? 1 : 0) + "\n");
        rows.append(mail + ",ten," + i % 2 + "\n");
      }
    }
    Path data = Files.writeString(folder.resolve("factors.csv"), rows);
    Path factors =
        Files.writeString(
            folder.resolve("factors.yaml"),
            """
            factors: [{column: mail, control: no}, {column: coupon, control: none}]
            metrics: [{name: bought, kind: proportion, role: primary}]
            worthwhile: 0.3
            """);
    Path json = folder.resolve("factors.json");
    assertThat(
            run(
                "evaluate",
                "--mapping",
                factors.toString(),
                data.toString(),
                "--json",
                json.toString()))
        .isZero();
    assertThat(out.toString())
        .contains("coupon: SHIP  Ship coupon=ten")
        .contains("mail: DO_NOT_SHIP  Keep the control: mail=yes is not worth it");
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(report.at("/results/1/difference").asDouble()).isEqualTo(0.25);
    assertThat(report.at("/interactions/0/difference").asDouble()).isZero();
    assertThat(report.at("/verdict/factors/1/readAlone").asBoolean()).isTrue();
  }
}
