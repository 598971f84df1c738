package io.promoflow.evaluation.flink;

import static io.promoflow.evaluation.TestShop.ADA;
import static io.promoflow.evaluation.TestShop.CONTROL;
import static io.promoflow.evaluation.TestShop.NOON;
import static io.promoflow.evaluation.TestShop.TEA_TEST;
import static io.promoflow.evaluation.TestShop.TEN_OFF;
import static io.promoflow.evaluation.TestShop.decision;
import static io.promoflow.evaluation.TestShop.placed;
import static io.promoflow.evaluation.TestShop.teaTest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.evaluation.CellKey;
import io.promoflow.evaluation.CellSums;
import io.promoflow.evaluation.Exposure;
import io.promoflow.evaluation.Outcome;
import io.promoflow.evaluation.Placement;
import io.promoflow.evaluation.ResultRow;
import io.promoflow.evaluation.Shipped;
import io.promoflow.evaluation.ShopperTotals;
import io.promoflow.evaluation.Standing;
import io.promoflow.ingestion.schema.MetricNames;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When rows are written, and which. */
class ExperimentResultsTest {
  private static final CellSums SHOPPER = Shipped.shopper(new ShopperTotals(0.3), false);
  private static final CellSums CONTAMINATED = Shipped.shopper(new ShopperTotals(0.3), true);

  private KeyedTwoInputStreamOperatorTestHarness<String, CellDelta, ExperimentNews, ResultRow>
      harness;

  @BeforeEach
  void open() throws Exception {
    open(ShopperHarness.OPTIONS);
  }

  private void open(EvaluationOptions options) throws Exception {
    var clock = Clock.fixed(NOON, ZoneOffset.UTC);
    harness =
        new KeyedTwoInputStreamOperatorTestHarness<>(
            new KeyedCoProcessOperator<>(new ExperimentResults(options, clock)),
            delta -> delta.key().experimentId(),
            ExperimentNews::experimentId,
            Types.STRING);
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private void counted(String segment, String variant, CellSums sums) throws Exception {
    var key = new CellKey(TEA_TEST, variant, segment, 1, NOON.toEpochMilli(), standing(sums));
    harness.processElement1(
        new CellDelta(key, sums, NOON.toEpochMilli(), NOON.toEpochMilli(), 0), 0);
  }

  private static Standing standing(CellSums sums) {
    return Standing.of(sums.contaminated() != 0, false);
  }

  private void counted(String variant, Standing standing, CellSums sums) throws Exception {
    var key = new CellKey(TEA_TEST, variant, "s1", 1, NOON.toEpochMilli(), standing);
    harness.processElement1(
        new CellDelta(key, sums, NOON.toEpochMilli(), NOON.toEpochMilli(), 0), 0);
  }

  private void rules() throws Exception {
    harness.processElement2(new ExperimentNews(TEA_TEST, 1, teaTest(0.5, true), null, null), 0);
  }

  private List<String> written() {
    var rows =
        harness.extractOutputValues().stream()
            .filter(row -> row.metric().equals(Shipped.SPEND.id()))
            .map(row -> row.segment() + " " + row.units() + ":" + row.controlUnits())
            .toList();
    harness.getOutput().clear();
    return rows;
  }

  @Test
  void changedRowsAreWrittenOnceASecond() throws Exception {
    rules();
    counted("s1", TEN_OFF, SHOPPER);
    counted("s1", CONTROL, SHOPPER);
    counted("none", TEN_OFF, SHOPPER);
    harness.setProcessingTime(999);
    assertThat(written()).isEmpty();
    harness.setProcessingTime(1_000);
    assertThat(written()).containsExactly("all 2:1", "none 1:0", "s1 1:1");
    harness.setProcessingTime(5_000);
    assertThat(written()).as("nothing changed").isEmpty();
    counted("s1", TEN_OFF, SHOPPER);
    harness.setProcessingTime(6_000);
    assertThat(written()).containsExactly("all 3:1", "none 1:0", "s1 2:1");
  }

  @Test
  void everyMetricHasItsRow() throws Exception {
    rules();
    counted("s1", TEN_OFF, SHOPPER);
    harness.setProcessingTime(1_000);
    assertThat(harness.extractOutputValues())
        .filteredOn(row -> row.segment().equals(ResultRow.ALL_SEGMENTS))
        .extracting(ResultRow::metric)
        .containsExactlyElementsOf(MetricNames.SHIPPED);
  }

  private ResultRow retention() {
    List<ResultRow> rows =
        harness.extractOutputValues().stream()
            .filter(row -> row.metric().equals("retention_7d") && row.segment().equals("s1"))
            .toList();
    return rows.get(rows.size() - 1);
  }

  @Test
  void whoHasNotMaturedIsAUnitButDoesNotCountUntilEventTimeHasPassed() throws Exception {
    rules();
    Instant matured = NOON.plus(Duration.ofDays(8));
    var exposure = Exposure.of(Placement.of(decision("d1", ADA, NOON, TEN_OFF, "s1")));
    var order = Outcome.of(placed("e1", ADA, NOON.plus(Duration.ofDays(7)), "o1", 900, 0));
    ShopperHarness.OPTIONS
        .attribution()
        .contributions(exposure, List.of(order))
        .forEach(
            (key, sums) -> {
              try {
                harness.processElement1(
                    new CellDelta(key, sums, NOON.toEpochMilli(), NOON.toEpochMilli(), 0), 0);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    harness.processBothWatermarks(new Watermark(matured.toEpochMilli() - 1));
    harness.setProcessingTime(1_000);
    assertThat(retention().units()).isEqualTo(1);
    assertThat(retention().matureUnits()).isZero();
    assertThat(retention().mean()).isNull();

    harness.processBothWatermarks(new Watermark(matured.toEpochMilli()));
    harness.setProcessingTime(2_000);
    assertThat(retention().matureUnits()).isEqualTo(1);
    assertThat(retention().mean()).isEqualTo(1);
  }

  @Test
  void stateOfOtherMetricsIsRefused() throws Exception {
    assertThatThrownBy(() -> restored(ShopperHarness.ODD))
        .hasStackTraceContaining("evaluation.metrics: what is declared has changed");
  }

  @Test
  void stateOfShoppersWhoWereExposedInAnotherWayIsRefused() throws Exception {
    assertThatThrownBy(() -> restored(ShopperHarness.SHOWN))
        .hasStackTraceContaining("evaluation.exposure: shoppers were exposed by DECISION");
  }

  @Test
  void stateThatGoesWithTheSettingsIsTaken() throws Exception {
    rules();
    counted("s1", TEN_OFF, SHOPPER);
    restored(ShopperHarness.OPTIONS);
    harness.open();
    counted("s1", TEN_OFF, SHOPPER);
    harness.setProcessingTime(1_000);
    assertThat(harness.getSideOutput(ExperimentResults.SAMPLE_RATIOS))
        .extracting(record -> record.getValue().units())
        .containsExactly(2L);
  }

  /** What is there so far, with other settings. */
  private void restored(EvaluationOptions options) throws Exception {
    var checkpoint = harness.snapshot(1, 1);
    close();
    var clock = Clock.fixed(NOON, ZoneOffset.UTC);
    harness =
        new KeyedTwoInputStreamOperatorTestHarness<>(
            new KeyedCoProcessOperator<>(new ExperimentResults(options, clock)),
            delta -> delta.key().experimentId(),
            ExperimentNews::experimentId,
            Types.STRING);
    harness.initializeState(checkpoint);
  }

  @Test
  void sumsWaitForTheRulesThatNameTheControl() throws Exception {
    counted("s1", TEN_OFF, SHOPPER);
    harness.setProcessingTime(1_000);
    assertThat(written()).isEmpty();
    rules();
    harness.setProcessingTime(2_000);
    assertThat(written()).containsExactly("all 1:0", "s1 1:0");
  }

  @Test
  void emptiedCellIsTakenOutAndThenForgotten() throws Exception {
    rules();
    counted("s1", TEN_OFF, SHOPPER);
    harness.setProcessingTime(1_000);
    written();
    counted("s1", TEN_OFF, CellSums.ZERO.minus(SHOPPER));
    counted("s2", TEN_OFF, SHOPPER);
    harness.setProcessingTime(2_000);
    assertThat(written()).containsExactly("all 1:0", "s1 0:0", "s2 1:0");
    counted("s2", TEN_OFF, SHOPPER);
    harness.setProcessingTime(3_000);
    assertThat(written()).containsExactly("all 2:0", "s2 2:0");
  }

  @Test
  void sampleRatioAndContaminationComeAlong() throws Exception {
    rules();
    counted("s1", TEN_OFF, Shipped.shopper(new ShopperTotals(0.3), true));
    counted("s1", CONTROL, SHOPPER);
    harness.setProcessingTime(1_000);

    var check = harness.getSideOutput(ExperimentResults.SAMPLE_RATIOS).peek().getValue();
    assertThat(check.observed()).containsEntry(CONTROL, 1L).containsEntry(TEN_OFF, 1L);
    assertThat(check.expected()).containsEntry(CONTROL, 1.0);
    assertThat(check.ok()).isTrue();
    assertThat(harness.getSideOutput(ExperimentResults.CONTAMINATION))
        .extracting(record -> record.getValue().variant() + record.getValue().contaminatedUnits())
        .containsExactly("control0", "ten-off1");
  }

  /** Rows of the spend over all segments, by population. */
  private List<String> populations() {
    var rows =
        harness.getSideOutput(ExperimentResults.POPULATIONS).stream()
            .map(StreamRecord::getValue)
            .filter(row -> row.result().metric().equals(Shipped.SPEND.id()))
            .filter(row -> row.result().segment().equals(ResultRow.ALL_SEGMENTS))
            .map(
                row ->
                    "%s %d:%d"
                        .formatted(
                            row.population().id(),
                            row.result().units(),
                            row.result().controlUnits()))
            .toList();
    harness.getSideOutput(ExperimentResults.POPULATIONS).clear();
    return rows;
  }

  @Test
  void everyPopulationHasItsRowAndItsCheck() throws Exception {
    rules();
    counted(TEN_OFF, Standing.PLAIN, SHOPPER);
    counted(TEN_OFF, Standing.TRIGGERED, SHOPPER);
    counted(TEN_OFF, Standing.TRIGGERED_CONTAMINATED, CONTAMINATED);
    counted(CONTROL, Standing.CONTAMINATED, CONTAMINATED);
    harness.setProcessingTime(1_000);

    assertThat(populations())
        .containsExactly("everybody 3:1", "uncontaminated 2:0", "triggered 2:0");
    assertThat(harness.getSideOutput(ExperimentResults.POPULATION_RATIOS))
        .extracting(record -> record.getValue().population())
        .containsExactly("everybody", "uncontaminated", "triggered");
    assertThat(harness.getSideOutput(ExperimentResults.POPULATION_RATIOS))
        .extracting(record -> record.getValue().check().observed().get(TEN_OFF))
        .containsExactly(3L, 2L, 2L);
    assertThat(written()).containsExactly("all 3:1", "s1 3:1");
  }

  private static CellSums shoppers(int count) {
    CellSums sums = CellSums.ZERO;
    for (int i = 0; i < count; i++) {
      sums = sums.plus(SHOPPER);
    }
    return sums;
  }

  @Test
  void aTriggerThatDependsOnTheTreatmentBreaksTheRatioOfTheTriggeredOnly() throws Exception {
    rules();
    counted(TEN_OFF, Standing.TRIGGERED, shoppers(600));
    counted(TEN_OFF, Standing.PLAIN, shoppers(400));
    counted(CONTROL, Standing.TRIGGERED, shoppers(400));
    counted(CONTROL, Standing.PLAIN, shoppers(600));
    harness.setProcessingTime(1_000);

    assertThat(harness.getSideOutput(ExperimentResults.POPULATION_RATIOS))
        .extracting(record -> record.getValue().population() + record.getValue().check().ok())
        .containsExactly("everybodytrue", "uncontaminatedtrue", "triggeredfalse");
  }

  /** Units of the check of missing exposures, by variant, and whether they are as promised. */
  private List<String> missing() {
    var rows =
        harness.getSideOutput(ExperimentResults.POPULATION_RATIOS).stream()
            .map(StreamRecord::getValue)
            .filter(row -> row.population().equals("missing_exposure"))
            .map(row -> new TreeMap<>(row.check().observed()) + " " + row.check().ok())
            .toList();
    harness.getSideOutput(ExperimentResults.POPULATION_RATIOS).clear();
    return rows;
  }

  private void missing(Instant from, String variant, int count) throws Exception {
    var key = new CellKey(TEA_TEST, variant, "s1", 1, from.toEpochMilli(), Standing.MISSING);
    harness.processElement1(new CellDelta(key, CellSums.of(count, 0, Map.of()), 0, 0, 0), 0);
  }

  @Test
  void missingExposuresCountOnceEventTimeHasPassedAndAreNoResult() throws Exception {
    harness.close();
    open(ShopperHarness.SHOWN);
    rules();
    counted(TEN_OFF, Standing.PLAIN, shoppers(3));
    missing(NOON, TEN_OFF, 220);
    missing(NOON, CONTROL, 200);
    missing(NOON.plusSeconds(3600), TEN_OFF, 180);
    harness.processBothWatermarks(new Watermark(NOON.toEpochMilli()));
    harness.setProcessingTime(1_000);
    assertThat(missing()).containsExactly("{control=200, ten-off=220} true");
    assertThat(populations()).as("none of them").containsExactly(ONLY_THREE);
    assertThat(harness.getSideOutput(ExperimentResults.SAMPLE_RATIOS))
        .extracting(record -> record.getValue().units())
        .containsExactly(3L);

    harness.processBothWatermarks(new Watermark(NOON.plusSeconds(3600).toEpochMilli()));
    harness.setProcessingTime(2_000);
    assertThat(missing()).containsExactly("{control=200, ten-off=400} false");
    missing(NOON, TEN_OFF, -190); // their views came late
    harness.setProcessingTime(3_000);
    assertThat(missing()).containsExactly("{control=200, ten-off=210} true");
  }

  private static final String[] ONLY_THREE = {"everybody 3:0", "uncontaminated 3:0"};

  @Test
  void nothingIsSaidOfMissingExposuresWhereTheDecisionExposes() throws Exception {
    rules();
    counted(TEN_OFF, Standing.PLAIN, SHOPPER);
    harness.setProcessingTime(1_000);
    assertThat(missing()).isEmpty();
  }

  @Test
  void aPopulationThatNobodyIsLeftInLosesItsRow() throws Exception {
    rules();
    counted(TEN_OFF, Standing.PLAIN, SHOPPER);
    harness.setProcessingTime(1_000);
    populations();
    counted(TEN_OFF, Standing.PLAIN, CellSums.ZERO.minus(SHOPPER));
    counted(TEN_OFF, Standing.CONTAMINATED, CONTAMINATED);
    harness.setProcessingTime(2_000);

    assertThat(populations()).containsExactly("everybody 1:0", "uncontaminated 0:0");
  }

  @Test
  void theSettingSaysWhomTheMainTablesCount() throws Exception {
    harness.close();
    open(ShopperHarness.with("evaluation.population", "TRIGGERED"));
    rules();
    counted(TEN_OFF, Standing.PLAIN, SHOPPER);
    counted(TEN_OFF, Standing.TRIGGERED, SHOPPER);
    harness.setProcessingTime(1_000);

    assertThat(written()).containsExactly("all 1:0", "s1 1:0");
    assertThat(harness.getSideOutput(ExperimentResults.SAMPLE_RATIOS))
        .extracting(record -> record.getValue().units())
        .containsExactly(1L);
  }

  private void drawn(long ruleVersion, String variant, int units, long cents) throws Exception {
    CellSums sums = CellSums.ZERO;
    for (int i = 0; i < units; i++) {
      var totals = new ShopperTotals(0.3);
      String order = "o" + i;
      totals.add(Outcome.of(placed("e" + i, ADA, NOON, order, cents + 10L * (i % 3), 0)));
      sums = sums.plus(Shipped.shopper(totals, false));
    }
    var key =
        new CellKey(TEA_TEST, variant, "s1", ruleVersion, NOON.toEpochMilli(), Standing.PLAIN);
    harness.processElement1(
        new CellDelta(key, sums, NOON.toEpochMilli(), NOON.toEpochMilli(), 0), 0);
  }

  private ResultRow spend(String segment) {
    List<ResultRow> rows =
        harness.extractOutputValues().stream()
            .filter(row -> row.metric().equals(Shipped.SPEND.id()))
            .filter(row -> row.segment().equals(segment))
            .toList();
    return rows.get(rows.size() - 1);
  }

  private void rules(long version, double controlWeight) throws Exception {
    var news = new ExperimentNews(TEA_TEST, version, teaTest(controlWeight, true), null, null);
    harness.processElement2(news, 0);
  }

  /** Shoppers spend 1,000 while weights are even, and 5,000 once most of them are treated. */
  private void weightsMoveWhileSpendRises() throws Exception {
    drawn(1, CONTROL, 300, 1_000);
    drawn(1, TEN_OFF, 300, 1_000);
    drawn(2, CONTROL, 100, 5_000);
    drawn(2, TEN_OFF, 500, 5_000);
  }

  @Test
  void movedWeightsDoNotMakeAnEffectOfARisingSpend() throws Exception {
    rules(1, 0.5);
    rules(2, 0.2);
    weightsMoveWhileSpendRises();
    harness.setProcessingTime(1_000);

    for (String segment : List.of("s1", ResultRow.ALL_SEGMENTS)) {
      ResultRow row = spend(segment);
      assertThat(row.units()).isEqualTo(800);
      assertThat(row.mean() - row.controlMean()).as("what shoppers did").isGreaterThan(1_000);
      assertThat(row.difference()).as("compared with each other").isBetween(-5.0, 5.0);
      assertThat(row.alwaysValidLow()).isNegative();
      assertThat(row.alwaysValidHigh()).isPositive();
    }
  }

  @Test
  void rulesThatAreReadLateTellTheSameDraws() throws Exception {
    rules(1, 0.5);
    rules(2, 0.2);
    rules(3, 0.5);
    weightsMoveWhileSpendRises();
    drawn(3, CONTROL, 1, 2_000);
    drawn(3, TEN_OFF, 1, 2_000);
    harness.setProcessingTime(1_000);
    ResultRow before = spend("s1");

    close();
    open();
    weightsMoveWhileSpendRises();
    drawn(3, CONTROL, 1, 2_000);
    drawn(3, TEN_OFF, 1, 2_000);
    rules(3, 0.5);
    harness.setProcessingTime(1_000);
    rules(2, 0.2);
    rules(1, 0.5);
    harness.setProcessingTime(2_000);
    assertThat(spend("s1")).isEqualTo(before);
    assertThat(before.difference()).as("equal weights are one draw").isNotNull();
  }

  @Test
  void shoppersWhoseRulesAreNeverReadAreComparedWithEachOtherOnly() throws Exception {
    rules(3, 0.5);
    weightsMoveWhileSpendRises();
    harness.setProcessingTime(1_000);
    assertThat(spend("s1").difference()).isBetween(-5.0, 5.0);
  }

  /** The totals balance, the segment does not. */
  @Test
  void aLeakInOneSegmentBreaksTheRatioOfThatSegment() throws Exception {
    rules();
    counted("s1", TEN_OFF, shoppers(600));
    counted("s1", CONTROL, shoppers(400));
    counted("s2", TEN_OFF, shoppers(400));
    counted("s2", CONTROL, shoppers(600));
    counted("s3", TEN_OFF, shoppers(505));
    counted("s3", CONTROL, shoppers(495));
    harness.setProcessingTime(1_000);

    assertThat(harness.getSideOutput(ExperimentResults.SAMPLE_RATIOS))
        .extracting(record -> record.getValue().ok())
        .containsExactly(true);
    assertThat(harness.getSideOutput(ExperimentResults.SEGMENT_RATIOS))
        .extracting(record -> record.getValue().segment() + " " + record.getValue().check().ok())
        .containsExactly("s1 false", "s2 false", "s3 true");
  }
}
