package io.promoflow.evaluation.offline;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.evaluation.offline.Verdict.Code;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Experiments with known truth, and what is said of them. */
class VerdictTest {
  private static final String MAPPING =
      """
      variant: arm
      control: off
      metrics:
        - {name: bought, kind: proportion, role: primary}
        - {name: spend, role: guardrail, margin: 0.1}
      """;

  @TempDir private Path folder;

  private static PaperTable control() {
    return new PaperTable(1).arm("off", 8_000, 0.2, 10, 14);
  }

  @Test
  void betterArmShips() {
    var evaluation = control().arm("on", 8_000, 0.25, 10, 14).evaluated(folder, MAPPING);
    assertThat(evaluation.verdict().code()).isEqualTo(Code.SHIP);
    assertThat(evaluation.verdict().sentence()).contains("Ship on").contains("bought");
    assertThat(evaluation.verdict().reasons())
        .anyMatch(reason -> reason.startsWith("on: bought is better: +0.0"))
        .anyMatch(reason -> reason.contains("guardrail spend holds"));
  }

  @Test
  void worseArmHarms() {
    assertThat(control().arm("on", 8_000, 0.15, 10, 14).verdict(folder, MAPPING))
        .isEqualTo(Code.HARMFUL);
  }

  @Test
  void armThatBuysMoreAndSpendsLessIsNotShipped() {
    var evaluation = control().arm("on", 8_000, 0.25, 6, 14).evaluated(folder, MAPPING);
    assertThat(evaluation.verdict().code()).isEqualTo(Code.DO_NOT_SHIP);
    assertThat(evaluation.verdict().reasons()).anyMatch(r -> r.contains("spend is broken"));
  }

  @Test
  void armThatOnlySpendsLessHarms() {
    assertThat(control().arm("on", 8_000, 0.2, 6, 14).verdict(folder, MAPPING))
        .isEqualTo(Code.HARMFUL);
  }

  @Test
  void equalArmsAreInconclusiveAndToldHowLongItTakes() {
    var evaluation =
        control().arm("on", 8_000, 0.2, 10, 14).evaluated(folder, MAPPING + "time: day\n");
    assertThat(evaluation.verdict().code()).isEqualTo(Code.INCONCLUSIVE);
    assertThat(evaluation.verdict().reasons())
        .anyMatch(r -> r.matches(".*a gain of 2 % takes [0-9,]+ units.*days more.*"));
  }

  @Test
  void equalArmsAreNotWorthItWhenOnlyMuchWouldBe() {
    assertThat(
            control().arm("on", 8_000, 0.2, 10, 14).verdict(folder, MAPPING + "worthwhile: 0.5\n"))
        .isEqualTo(Code.DO_NOT_SHIP);
  }

  @Test
  void unequalGroupsAreNotBelieved() {
    var evaluation = control().arm("on", 7_000, 0.3, 10, 14).evaluated(folder, MAPPING);
    assertThat(evaluation.verdict().code()).isEqualTo(Code.BROKEN_SAMPLE_RATIO);
    assertThat(evaluation.verdict().reasons().get(0)).contains("off=8000").contains("on=7000");
  }

  @Test
  void unequalGroupsAreBelievedWhenTheyWerePromised() {
    String weights = "weights: [{variant: off, weight: 8}, {variant: on, weight: 7}]\n";
    assertThat(control().arm("on", 7_000, 0.3, 10, 14).verdict(folder, MAPPING + weights))
        .isEqualTo(Code.SHIP);
  }

  @Test
  void segmentWithALeakIsNotBelievedThoughTheWholeIsBalanced() {
    var table = new PaperTable(3);
    table.arm("off", 3_000, 0.2, 10, 1).arm("on", 2_400, 0.2, 10, 1);
    for (int i = 0; i < 600; i++) {
      table.row("on", PaperTable.MONDAY.plusDays(1), 0, 0, 0, 1);
    }
    table.arm("off", 3_000, 0.2, 10, 1).arm("on", 3_000, 0.2, 10, 1);
    var evaluation = table.evaluated(folder, MAPPING + "segments: [day]\n");
    assertThat(evaluation.ratios().get(0).ok()).isTrue();
    assertThat(evaluation.verdict().code()).isEqualTo(Code.BROKEN_SAMPLE_RATIO);
    assertThat(evaluation.verdict().reasons()).anyMatch(r -> r.startsWith("day=2026-01-06"));
  }

  @Test
  void fewShoppersOrDaysAreTooEarly() {
    assertThat(
            new PaperTable(1)
                .arm("off", 60, 0.2, 10, 14)
                .arm("on", 60, 0.9, 10, 14)
                .verdict(folder, MAPPING))
        .isEqualTo(Code.IMMATURE);
    assertThat(
            new PaperTable(1)
                .arm("off", 8_000, 0.2, 10, 3)
                .arm("on", 8_000, 0.3, 10, 3)
                .verdict(folder, MAPPING + "time: day\n"))
        .isEqualTo(Code.IMMATURE);
  }

  @Test
  void severalArmsAreJudgedEachAndTheBestIsNamed() {
    var evaluation =
        control()
            .arm("good", 8_000, 0.25, 10, 14)
            .arm("best", 8_000, 0.3, 10, 14)
            .arm("bad", 8_000, 0.15, 10, 14)
            .evaluated(folder, MAPPING);
    assertThat(evaluation.verdict().sentence()).startsWith("Ship best:");
    assertThat(evaluation.verdict().variants())
        .extracting(Verdict.OfVariant::variant, Verdict.OfVariant::code)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("good", Code.SHIP),
            org.assertj.core.groups.Tuple.tuple("best", Code.SHIP),
            org.assertj.core.groups.Tuple.tuple("bad", Code.HARMFUL));
  }

  @Test
  void lessCanBeBetter() {
    String less = MAPPING.replace("role: primary", "role: primary, better: less");
    assertThat(control().arm("on", 8_000, 0.15, 14, 14).verdict(folder, less)).isEqualTo(Code.SHIP);
  }
}
