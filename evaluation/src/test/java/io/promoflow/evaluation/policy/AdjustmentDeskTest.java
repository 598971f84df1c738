package io.promoflow.evaluation.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.evaluation.policy.AdjustmentDesk.Patience;
import io.promoflow.evaluation.policy.AdjustmentDesk.Question;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import io.promoflow.ingestion.schema.StrategyAdjustment.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ticks are plain numbers; what was proposed belongs to tick 100 of rule version 1. */
class AdjustmentDeskTest {
  private static final Patience PATIENCE = new Patience(20, 70, 10);

  private static AdjustmentMark mark(
      String segment, Change change, String metric, Status status, long ruleVersion) {
    return new AdjustmentMark(
        "a1",
        segment,
        true,
        status,
        100,
        ruleVersion,
        status == Status.REVERTED ? 105 : 0,
        change,
        metric);
  }

  private static AdjustmentMark shift(String segment, Status status) {
    return mark(segment, Change.SHIFT_WEIGHTS, "profit", status, 1);
  }

  private static boolean shiftIsFree(AdjustmentMark mark, String segment, long tick) {
    var question = new Question(segment, Change.SHIFT_WEIGHTS, "profit", tick, 1);
    return AdjustmentDesk.isFree(List.of(mark), question, PATIENCE);
  }

  private static boolean pauseIsFree(AdjustmentMark mark, String metric, long tick) {
    var question = new Question(null, Change.PAUSE, metric, tick, 1);
    return AdjustmentDesk.isFree(List.of(mark), question, PATIENCE);
  }

  @Test
  void aProposalThatNobodyAnswersKeepsItsScopeUntilItExpires() {
    assertThat(shiftIsFree(shift(null, Status.PROPOSED), null, 109)).isFalse();
    assertThat(shiftIsFree(shift(null, Status.PROPOSED), null, 110)).isTrue();
    assertThat(shiftIsFree(shift(null, Status.PROPOSED), "s1", 109)).isFalse();
    assertThat(shiftIsFree(shift("s2", Status.PROPOSED), "s1", 101)).isTrue();
    assertThat(shiftIsFree(shift("s1", Status.REFUSED), "s1", 101)).isTrue();
  }

  @Test
  void changesCoolDownAndPeopleAreHeeded() {
    assertThat(shiftIsFree(shift(null, Status.APPLIED), null, 119)).isFalse();
    assertThat(shiftIsFree(shift(null, Status.APPLIED), null, 120)).isTrue();
    assertThat(shiftIsFree(shift(null, Status.REVERTED), null, 174)).isFalse();
    assertThat(shiftIsFree(shift(null, Status.REVERTED), null, 175)).isTrue();
    assertThat(
            shiftIsFree(mark(null, Change.SHIFT_WEIGHTS, "profit", Status.APPLIED, 2), null, 500))
        .as("not in the rules that were read")
        .isFalse();
  }

  @Test
  void aPauseWaitsForNoChangeOfWeights() {
    for (Status status : Status.values()) {
      assertThat(pauseIsFree(shift(null, status), "conversion", 101)).as(status.name()).isTrue();
    }
    assertThat(
            pauseIsFree(
                mark(null, Change.SHIFT_WEIGHTS, "profit", Status.APPLIED, 2), "conversion", 101))
        .isTrue();
  }

  @Test
  void aPauseIsAskedForOnceAndNotAgainstAPersonWhoUndidIt() {
    var open = mark(null, Change.PAUSE, "conversion", Status.PROPOSED, 0);
    assertThat(pauseIsFree(open, "conversion", 109)).isFalse();
    assertThat(pauseIsFree(open, "conversion", 110)).isTrue();
    assertThat(shiftIsFree(open, "s1", 109)).isFalse();

    var undone = mark(null, Change.PAUSE, "conversion", Status.REVERTED, 1);
    assertThat(pauseIsFree(undone, "conversion", 174)).isFalse();
    assertThat(pauseIsFree(undone, "sample_ratio", 110)).as("another reason").isTrue();
    assertThat(pauseIsFree(undone, "conversion", 175)).isTrue();
    var resumed = mark(null, Change.PAUSE, "conversion", Status.APPLIED, 1);
    assertThat(pauseIsFree(resumed, "conversion", 101)).as("no cool-down").isTrue();
  }

  @Test
  void whatIsInForceAgainIsAppliedWhateverIsReadFirst() {
    var proposed = mark(null, Change.PAUSE, "conversion", Status.PROPOSED, 0);
    var applied = mark(null, Change.PAUSE, "conversion", Status.APPLIED, 1);
    var reverted = mark(null, Change.PAUSE, "conversion", Status.REVERTED, 2);
    var again = mark(null, Change.PAUSE, "conversion", Status.APPLIED, 3);
    assertThat(applied.orNewer(proposed)).isEqualTo(applied);
    assertThat(proposed.orNewer(reverted)).isEqualTo(reverted);
    assertThat(reverted.orNewer(applied)).isEqualTo(reverted);
    assertThat(again.orNewer(reverted)).isEqualTo(again);
    assertThat(reverted.orNewer(again)).as("read again").isEqualTo(again);
    assertThat(reverted.orNewer(AdjustmentMark.carried("a1", 3))).isEqualTo(reverted);
  }
}
