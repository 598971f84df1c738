package io.promoflow.deploy.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.ingestion.store.Store;
import io.promoflow.ingestion.wire.Wire;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shop that reports no view is told why it has no results, where it looks for them. */
class StatusCommandTest {
  private static final String NOTHING_SHOWN =
      "120 decisions of experiment greeting, none of them shown: send Promotion Viewed with the"
          + " decisionId, or set evaluation.exposure: DECISION";

  @TempDir private Path folder;
  private TestPlatform platform;

  @BeforeEach
  void start() throws Exception {
    platform = new TestPlatform(folder, 0);
    Store.migrate(platform.connections().postgres(), "evaluation");
  }

  @AfterEach
  void end() throws Exception {
    platform.close();
  }

  private void counted(String experiment, String variant, long decisions, long shown)
      throws SQLException {
    try (var connection = Sql.connect(platform.connections().postgres());
        var insert =
            connection.prepareStatement(
                "INSERT INTO evaluation.shown_decisions VALUES (?, ?, ?, ?, ?, now())")) {
      insert.setString(1, experiment);
      insert.setString(2, variant);
      insert.setLong(3, decisions);
      insert.setLong(4, shown);
      insert.setLong(5, decisions - shown);
      insert.executeUpdate();
    }
  }

  private String status() {
    assertThat(platform.run(new StatusCommand(), List.of())).as(platform.err()).isZero();
    return platform.out();
  }

  @Test
  void experimentOfWhichNothingIsShownIsNamedWithWhatToDo() throws Exception {
    assertThat(status()).doesNotContain("NO RESULTS");
    counted("greeting", "control", 70, 0);
    counted("greeting", "same", 50, 0);
    counted("seen", "control", 70, 66);
    counted("seen", "same", 50, 1);
    assertThat(status().lines().filter(line -> line.startsWith("NO RESULTS")))
        .containsExactly("NO RESULTS: " + NOTHING_SHOWN);

    Path json = folder.resolve("status.json");
    platform.run(new StatusCommand(), List.of("--json", json.toString()));
    assertThat(Wire.JSON.readTree(json.toFile()).get("warnings").get(0).asText())
        .isEqualTo(NOTHING_SHOWN);
  }

  @Test
  void fewDecisionsAreNoReasonToWarn() throws Exception {
    counted("greeting", "control", 9, 0);
    counted("greeting", "same", 10, 0);
    counted("seen", "control", 19, 0);
    counted("seen", "same", 50, 48);
    assertThat(status()).doesNotContain("NO RESULTS");
    counted("greeting", "other", 1, 0);
    assertThat(status()).contains("NO RESULTS: 20 decisions of experiment greeting, none of");
  }

  @Test
  void experimentThatHasLeftTheRulesIsNoLongerNamed() throws Exception {
    counted("greeting", "control", 70, 0);
    counted("old", "control", 70, 0);
    Store.migrate(platform.connections().postgres(), "serving");
    try (var connection = Sql.connect(platform.connections().postgres());
        var statement = connection.createStatement()) {
      statement.execute(
          """
          INSERT INTO serving.rule_versions (version, author, note, applied_at_wall, rules) VALUES
            (1, 'ann', 'both', now(), '{"experiments": [{"id": "greeting"}, {"id": "old"}]}'),
            (2, 'ann', 'old has ended', now(), '{"experiments": [{"id": "greeting"}]}')
          """);
    }
    assertThat(status())
        .contains("NO RESULTS: 70 decisions of experiment greeting, none of")
        .doesNotContain("experiment old");
  }

  @Test
  void consoleThatIsNewerThanTheJobWarnsToo() throws Exception {
    counted("greeting", "control", 70, 0);
    try (var connection = Sql.connect(platform.connections().postgres());
        var statement = connection.createStatement()) {
      statement.execute("DROP VIEW evaluation.v_shown_decisions");
      statement.execute(
          "CREATE VIEW evaluation.v_shown_decisions AS SELECT * FROM evaluation.shown_decisions");
    }
    assertThat(status()).contains("NO RESULTS: 70 decisions of experiment greeting, none of");
  }

  @Test
  void variantThatIsForgottenIsNamedAlone() throws Exception {
    counted("greeting", "control", 70, 0);
    counted("greeting", "same", 50, 48);
    assertThat(status())
        .contains("NO RESULTS: 70 decisions of variant control of experiment greeting, none of");
  }

  @Test
  void whoLooksWhyNothingOrAPauseCameOfItIsToldToo() throws Exception {
    counted("greeting", "control", 70, 0);
    counted("greeting", "same", 50, 0);
    assertThat(platform.run(new AdjustmentsCommand(), List.of("list"))).isZero();
    assertThat(platform.out()).contains("NOTHING SHOWN: " + NOTHING_SHOWN);
  }

  @Test
  void nothingIsSaidWhereTheDecisionExposes() throws Exception {
    counted("greeting", "control", 70, 0);
    Files.writeString(
        folder.resolve("promoflow.yaml"),
        "evaluation.exposure: DECISION\n",
        StandardOpenOption.APPEND);
    assertThat(status()).doesNotContain("NO RESULTS");
  }
}
