package io.promoflow.deploy.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.deploy.console.Sql;
import io.promoflow.deploy.platform.EmbeddedPlatform;
import io.promoflow.deploy.shop.FinalTables.DecisionRow;
import io.promoflow.ingestion.options.ConnectionOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole loop, end to end, on the embedded real parts: what the demo promises. */
class LoopTest {
  private static final long SEED = 20_260_105;
  private static final int SHOPPERS = 2_000;

  /** The rules of the demo, then the same with a tenth held out. */
  private static final long VERSIONS_OF_PEOPLE = 2;

  @Test
  void theLoopFindsThePlantedEffectChangesItsRulesAndLosesNothing(@TempDir Path folder)
      throws Exception {
    var plan =
        new EmbeddedPlatform.Plan(folder, Path.of("..").toRealPath(), DemoRun.settings(), true);
    DemoRun.Result result;
    try (var platform = EmbeddedPlatform.start(plan, step -> {})) {
      var demo = new DemoRun(platform, folder.resolve("ledger"), new ShopModel(SEED, SHOPPERS));
      demo.applyRules();
      result = demo.run((done, of, at) -> {});
      assertThat(checkedPopulations(platform)).contains("everybody true", "triggered true");
      for (String job : List.of("ingestion", "features", "decisions", "evaluation")) {
        assertThat(platform.flink().restarts(job)).as("restarts of " + job).isZero();
      }
    }
    var report = new DemoReport(result);
    var text = new StringWriter();
    report.print(new PrintWriter(text, true));
    assertThat(report.failures()).as(text.toString()).isEmpty();

    assertThat(result.oracle().examples()).isEmpty();
    assertThat(result.oracle().checked()).isGreaterThan(10_000);
    assertThat(
            result.models().stream()
                .filter(DemoFindings.Model::published)
                .map(DemoFindings.Model::windowEnd)
                .distinct())
        .hasSizeGreaterThanOrEqualTo(3);
    assertThat(found(result, "better")).as("segments where the discount pays").isNotEmpty();
    assertThat(found(result, "worse")).as("segments where it costs").isNotEmpty();
    assertThat(decisionsUnderAdjustedRules(result)).isPositive();
    assertThat(result.loop().result().heldOut()).as("a tenth of all").isBetween(150L, 250L);
    assertThat(result.loop().result().promoted()).isGreaterThan(1_700);
    assertThat(report.json(1))
        .containsKeys("events", "oracle", "models", "experiments", "loop", "profitCents");
  }

  /** Whether the groups have the sizes that the weights promise, by population. */
  private static List<String> checkedPopulations(EmbeddedPlatform platform) throws SQLException {
    return Sql.rows(
        ConnectionOptions.from(platform.settings()).postgres(),
        "SELECT c.population || ' ' || c.ok FROM evaluation.v_population_ratio_checks c"
            + " JOIN evaluation.v_population_results r USING (experiment, population)"
            + " WHERE c.experiment = 'cart-discount' AND r.metric = 'profit'"
            + " AND r.segment = 'all' AND r.control_units > 100",
        row -> row.getString(1));
  }

  private static List<String> found(DemoRun.Result result, String word) {
    Map<String, Truth.Planted> planted = result.truth().get("cart-discount");
    return result.verdicts().stream()
        .filter(v -> v.experiment().equals("cart-discount") && !v.segment().equals("all"))
        .filter(v -> v.word().equals(word) && planted.get(v.segment()).planted().equals(word))
        .map(DemoFindings.Verdict::segment)
        .toList();
  }

  private static long decisionsUnderAdjustedRules(DemoRun.Result result) {
    return result.tables().decisions().stream()
        .map(DecisionRow::ruleVersion)
        .filter(version -> version > VERSIONS_OF_PEOPLE)
        .count();
  }
}
