package io.promoflow.evaluation.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.offline.Verdict.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The published results of a real experiment, to every digit that is published. */
class HillstromEvaluationTest {
  private static final Path DATA =
      Path.of(System.getProperty("promoflow.data", "../../shared/data"))
          .resolve("hillstrom/hillstrom.csv.gz");

  private static Evaluation evaluation;

  @BeforeAll
  static void evaluate() throws IOException {
    if (Files.exists(DATA)) {
      evaluation = Evaluation.of(EvaluationMapping.load("hillstrom"), DATA);
    }
  }

  @BeforeEach
  void skipWithoutData() {
    Assumptions.assumeTrue(
        Files.exists(DATA), "SKIPPED: no " + DATA + "; set -Dpromoflow.data to the data folder");
  }

  private static MetricResult result(String segment, String metric, String variant) {
    return evaluation.results().stream()
        .filter(r -> r.segment().equals(segment))
        .filter(r -> r.metric().name().equals(metric) && r.variant().equals(variant))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void groupsAreAsLargeAsPromised() {
    SampleRatioResult ratio = evaluation.ratios().get(0);
    assertThat(evaluation.units()).isEqualTo(64_000);
    assertThat(ratio.observed())
        .containsEntry("Mens E-Mail", 21_307L)
        .containsEntry("Womens E-Mail", 21_387L)
        .containsEntry("No E-Mail", 21_306L);
    assertThat(ratio.statistic()).isCloseTo(0.2025, within(5e-5));
    assertThat(ratio.p()).isCloseTo(.904, within(5e-4));
    assertThat(evaluation.ratios()).allMatch(SampleRatioResult::ok);
  }

  @ParameterizedTest(name = "{0} of {1}")
  @CsvSource({
    "visit, Mens E-Mail, .182757, .106167, .07659, 5e-6, 22.486",
    "visit, Womens E-Mail, .151400, .106167, .04523, 5e-6, 13.949",
    "conversion, Mens E-Mail, .012531, .005726, .006805, 5e-7, 7.385",
    "conversion, Womens E-Mail, .008837, .005726, .003111, 5e-7, 3.780",
    "spend, Mens E-Mail, 1.422617, 0.652789, 0.76983, 5e-6, 5.300",
    "spend, Womens E-Mail, 1.077202, 0.652789, 0.42441, 5e-6, 3.256"
  })
  void effectOfAMail(
      String metric,
      String variant,
      double mean,
      double controlMean,
      double difference,
      double digit,
      double statistic) {
    MetricResult result = result(ExperimentSums.ALL, metric, variant);
    assertThat(result.comparison().variant().mean()).isCloseTo(mean, within(5e-7));
    assertThat(result.comparison().control().mean()).isCloseTo(controlMean, within(5e-7));
    assertThat(result.comparison().difference()).isCloseTo(difference, within(digit));
    assertThat(result.statistic()).isCloseTo(statistic, within(5e-4));
  }

  @Test
  void chancesOfSuchEffectsByLuck() {
    assertThat(result("all", "spend", "Mens E-Mail").p()).isCloseTo(1.16e-7, within(5e-10));
    assertThat(result("all", "spend", "Womens E-Mail").p()).isCloseTo(1.13e-3, within(5e-6));
    assertThat(result("all", "conversion", "Womens E-Mail").p()).isCloseTo(1.57e-4, within(5e-7));
  }

  @Test
  void womensMailWorksWhereWomensThingsWereBought() {
    assertThat(result("womens=0", "visit", "Womens E-Mail").comparison().difference())
        .isCloseTo(.0111, within(5e-5));
    assertThat(result("womens=1", "visit", "Womens E-Mail").comparison().difference())
        .isCloseTo(.0731, within(5e-5));
  }

  @Test
  void mensMailShips() {
    assertThat(evaluation.verdict().code()).isEqualTo(Code.SHIP);
    assertThat(evaluation.verdict().sentence()).startsWith("Ship Mens E-Mail");
  }
}
