package io.promoflow.serving.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.ingestion.schema.Experiment;
import io.promoflow.ingestion.schema.RuleSet;
import io.promoflow.ingestion.schema.StrategyAdjustment;
import io.promoflow.ingestion.schema.StrategyAdjustment.Change;
import io.promoflow.ingestion.schema.StrategyAdjustment.Status;
import io.promoflow.serving.Assignment;
import io.promoflow.serving.Cast;
import io.promoflow.serving.Postgres;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleBookTest {
  private static final Clock AT_NOON = Clock.fixed(Cast.NOON, ZoneOffset.UTC);
  private static final Map<String, Double> EVEN = Map.of("control", 0.5, "ten-off", 0.5);
  private static final Map<String, Double> MOVED = Map.of("control", 0.2, "ten-off", 0.8);
  private static final String FROZEN = RuleFileTest.GOOD.replaceFirst("\n {4}policy: .*", "");
  private static final String WAITING =
      RuleFileTest.GOOD.replace("alpha: 0.05", "alpha: 0.05, mode: APPROVE, use: [thompson]");
  private static Postgres postgres;

  private final Told told = new Told();
  private RuleBook book;

  @BeforeAll
  static void start() {
    postgres = new Postgres();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void open() throws Exception {
    postgres.empty();
    book = new RuleBook(postgres.store(), told, AT_NOON);
  }

  private RuleSet apply(String text) {
    return book.apply(RuleFile.parse("rules.yaml", text), "ada", "because").after();
  }

  private Experiment live() {
    return book.current().orElseThrow().experiments().get(0);
  }

  static StrategyAdjustment shift(
      String id, String segment, Map<String, Double> from, Map<String, Double> to) {
    return adjustment(id, "cart-discount", segment, Change.SHIFT_WEIGHTS, from, to);
  }

  static StrategyAdjustment adjustment(
      String id,
      String experiment,
      String segment,
      Change change,
      Map<String, Double> from,
      Map<String, Double> to) {
    return new StrategyAdjustment(
        id,
        experiment,
        segment,
        change,
        from,
        to,
        new StrategyAdjustment.Evidence("profit", "ten-off", 100, 100, 5, 1, 9, 0.01),
        "shift",
        Status.PROPOSED,
        Cast.NOON,
        "policy",
        Cast.NOON,
        null,
        null,
        null);
  }

  @Test
  void everyAppliedFileIsAVersionThatIsKeptAndTold() {
    apply(RuleFileTest.GOOD);
    RuleSet second = apply(RuleFileTest.GOOD.replace("percent: 10", "percent: 15"));
    assertThat(second.version()).isEqualTo(2);
    assertThat(book.current()).contains(second);
    assertThat(book.versions().lines())
        .extracting(RuleVersions.Line::version)
        .containsExactly(1L, 2L);
    assertThat(book.versions().find(1).orElseThrow().sourceText()).isEqualTo(RuleFileTest.GOOD);
    assertThat(told.rules).extracting(RuleSet::version).containsExactly(1L, 2L);
    assertThat(told.rules.get(1)).isEqualTo(second);
  }

  @Test
  void theSameFileAgainMakesNoVersion() {
    apply(RuleFileTest.GOOD);
    assertThat(apply(RuleFileTest.GOOD).version()).isEqualTo(1);
    assertThat(apply(RuleFileTest.GOOD.stripTrailing()).version()).isEqualTo(1);
    assertThat(told.rules).hasSize(1);
  }

  @Test
  void aFileForAVersionThatIsNotInForceAnyMoreIsRefused() {
    RuleFile first = RuleFile.parse("rules.yaml", RuleFileTest.GOOD);
    assertThatThrownBy(() -> book.apply(first, "ada", "", OptionalLong.of(1)))
        .isInstanceOf(RefusedException.class)
        .hasMessage("no rule version is in force by now, not 1: plan anew");
    assertThat(book.apply(first, "ada", "", OptionalLong.of(0)).isNew()).isTrue();
    apply(RuleFileTest.GOOD.replace("percent: 10", "percent: 15"));
    RuleFile bobs =
        RuleFile.parse("rules.yaml", RuleFileTest.GOOD.replace("percent: 10", "percent: 20"));
    String moved = "rule version 2 of ada is in force by now, not 1: plan anew";
    assertThatThrownBy(() -> book.plan(bobs, "bob", "", OptionalLong.of(1))).hasMessage(moved);
    assertThatThrownBy(() -> book.apply(bobs, "bob", "", OptionalLong.of(1))).hasMessage(moved);
    assertThat(book.current().orElseThrow().author()).isEqualTo("ada");
    assertThat(book.apply(bobs, "bob", "", OptionalLong.of(2)).after().version()).isEqualTo(3);
  }

  @Test
  void ofFilesForTheSameVersionOneIsApplied() throws Exception {
    apply(RuleFileTest.GOOD);
    var writers = new ArrayList<Callable<Boolean>>();
    for (int i = 11; i < 19; i++) {
      String text = RuleFileTest.GOOD.replace("percent: 10", "percent: " + i);
      RuleFile file = RuleFile.parse("rules.yaml", text);
      writers.add(() -> isApplied(file, OptionalLong.of(1)));
    }
    var pool = Executors.newFixedThreadPool(8);
    try {
      int applied = 0;
      for (var answer : pool.invokeAll(writers)) {
        applied += answer.get() ? 1 : 0;
      }
      assertThat(applied).isEqualTo(1);
    } finally {
      pool.shutdown();
    }
    assertThat(book.current().orElseThrow().version()).isEqualTo(2);
  }

  private boolean isApplied(RuleFile file, OptionalLong on) {
    try {
      return book.apply(file, "bob", "", on).isNew();
    } catch (RefusedException e) {
      return false;
    }
  }

  @Test
  void anAdjustmentShiftsTheWeightsOfItsSegmentOnly() {
    apply(RuleFileTest.GOOD);
    StrategyAdjustment answer = book.adjust(shift("a1", "s1", EVEN, MOVED));
    assertThat(answer.status()).isEqualTo(Status.APPLIED);
    assertThat(answer.ruleVersion()).isEqualTo(2);
    assertThat(Assignment.segmentWeights(live(), "s1")).isEqualTo(MOVED);
    assertThat(Assignment.segmentWeights(live(), "s0")).isEmpty();
    assertThat(Adjusting.weights(live(), null)).isEqualTo(EVEN);
    assertThat(told.rules).extracting(RuleSet::adjustmentId).containsExactly(null, "a1");
    assertThat(told.adjustments).containsExactly(answer);
  }

  @Test
  void anAdjustmentWithoutASegmentShiftsTheWhole() {
    apply(RuleFileTest.GOOD);
    book.adjust(shift("a1", null, EVEN, MOVED));
    assertThat(Adjusting.weights(live(), null)).isEqualTo(MOVED);
    assertThat(live().segmentWeights()).isEmpty();
  }

  @Test
  void aFileFromBeforeThatWouldBeRefusedTodayKeepsWhatWasLearned() {
    String promotions =
        """
        contactCaps: [{offers: 101, per: P30D}]
        campaigns: [{id: ever, periods: [{until: 9999-12-31T23:59:59-05:00}]}]
        promotions:
          - {id: twins, kind: bundle, terms: {percent: 5}, products: [cup, cup]}
          - id: often
            kind: percent-off
            terms: {percent: 5}
            perShopperCap: 101
            perShopperCapPer: P30D
            eligibility: [{field: hour, operator: EQ, number: 0.5}]
        """;
    String before =
        RuleFileTest.GOOD.replace("promotions:\n", promotions)
            + """
              - id: behind
                trigger: CART_ADD
                segmentRequired: true
                from: 2026-01-08T00:00:00Z
                until: 9999-12-31T23:59:59-05:00
                primaryMetric: profit
                variants: [{id: control, control: true, weight: 1}, {id: ten-off, weight: 0}]
            """;
    assertThatThrownBy(() -> apply(before)).hasMessageStartingWith("7 problem(s)");
    RuleFile old = RuleFile.stored("rules.yaml", before, Vocabulary.shipped());
    book.apply(old, "ada", "before the upgrade");
    book.adjust(shift("a1", null, EVEN, MOVED));

    assertThat(apply(RuleFileTest.GOOD).experiments()).hasSize(1);
    assertThat(Adjusting.weights(live(), null)).as("learned").isEqualTo(MOVED);
    RuleSet back = book.backTo(1, Vocabulary.shipped(), "ada", "").after();
    assertThat(back.experiments()).hasSize(2);
    assertThat(back.promotions()).hasSize(3);
    assertThat(book.current()).contains(back);
  }

  @Test
  void aPromotionFromBeforeThatNoLedgerHoldsKeepsWhatWasLearnedButIsNotGoneBackTo() {
    String before = RuleFileTest.GOOD.replace("2026-02-01T00:00:00Z", "9999-12-31T23:59:59-05:00");
    assertThatThrownBy(() -> apply(before)).hasMessageContaining("the years 1 and 9999");
    book.apply(RuleFile.stored("rules.yaml", before, Vocabulary.shipped()), "ada", "");
    book.adjust(shift("a1", null, EVEN, MOVED));
    apply(RuleFileTest.GOOD);
    assertThat(Adjusting.weights(live(), null)).as("learned").isEqualTo(MOVED);
    assertThatThrownBy(() -> book.backTo(1, Vocabulary.shipped(), "ada", ""))
        .isInstanceOf(RefusedException.class)
        .hasMessage("ten-off: from or until in rule version 1 is outside the years 1 to 9999");
  }

  @Test
  void inModeApproveAnAdjustmentWaitsForAPerson() {
    apply(WAITING);
    StrategyAdjustment proposed = shift("a1", null, EVEN, MOVED);
    assertThat(book.adjust(proposed)).isEqualTo(proposed);
    assertThat(book.adjust(proposed)).as("told again").isEqualTo(proposed);
    assertThat(Adjusting.weights(live(), null)).isEqualTo(EVEN);

    StrategyAdjustment answer = book.approve("a1", "ada");
    assertThat(answer.status()).isEqualTo(Status.APPLIED);
    assertThat(answer.decidedBy()).isEqualTo("ada");
    assertThat(Adjusting.weights(live(), null)).isEqualTo(MOVED);
    assertThat(book.current().orElseThrow().author()).isEqualTo("ada");
    assertThatThrownBy(() -> book.approve("a1", "ada"))
        .isInstanceOf(RefusedException.class)
        .hasMessage("adjustment a1 does not wait, it is APPLIED");
  }

  @Test
  void inModeProposeAnAdjustmentOnlyTells() {
    apply(WAITING.replace("mode: APPROVE", "mode: PROPOSE"));
    StrategyAdjustment proposed = shift("a1", null, EVEN, MOVED);
    assertThat(book.adjust(proposed)).isEqualTo(proposed);
    assertThatThrownBy(() -> book.approve("a1", "ada"))
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "adjustment a1 only tells (mode: PROPOSE): change the rules yourself, or let them say"
                + " mode: APPROVE");
    assertThat(Adjusting.weights(live(), null)).isEqualTo(EVEN);
    assertThat(book.versions().lines()).hasSize(1);
    assertThat(book.adjustments()).containsExactly(proposed);

    apply(WAITING);
    assertThat(book.approve("a1", "ada").status())
        .as("the rules let people approve by now")
        .isEqualTo(Status.APPLIED);
  }

  @Test
  void inModeApplyAnAdjustmentIsCarriedOutAtOnce() {
    apply(WAITING.replace("mode: APPROVE", "mode: APPLY"));
    assertThat(book.adjust(shift("a1", null, EVEN, MOVED)).status()).isEqualTo(Status.APPLIED);
    assertThat(Adjusting.weights(live(), null)).isEqualTo(MOVED);
  }

  @Test
  void whatWaitsGivesWayToRulesThatApplyAtOnce() {
    apply(WAITING);
    book.adjust(shift("a1", null, EVEN, MOVED));
    apply(WAITING.replace("percent: 10", "percent: 15"));
    assertThat(book.adjustments().get(0).status()).isEqualTo(Status.PROPOSED);
    apply(RuleFileTest.GOOD);
    assertThat(book.adjustments().get(0).status()).isEqualTo(Status.REFUSED);
    assertThat(told.adjustments)
        .last()
        .extracting(one -> one.reason())
        .asString()
        .contains("at once");
    assertThat(Adjusting.weights(live(), null)).isEqualTo(EVEN);
  }

  @ParameterizedTest
  @EnumSource(names = {"SHIFT_WEIGHTS", "PAUSE"})
  void withoutAPolicyNothingMoves(Change change) {
    apply(RuleFileTest.GOOD);
    apply(FROZEN);
    Map<String, Double> to = change == Change.PAUSE ? EVEN : MOVED;
    assertRefused(
        adjustment("late", "cart-discount", null, change, EVEN, to),
        "by rule version 2 results move nothing of cart-discount");
    assertThat(Adjusting.weights(live(), null)).isEqualTo(EVEN);
    assertThat(live().status()).isEqualTo(Experiment.Status.RUNNING);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatWaitsEndsWithItsPolicyOrItsExperiment(boolean isDeclared) {
    apply(WAITING);
    book.adjust(shift("a1", null, EVEN, MOVED));
    apply(isDeclared ? FROZEN : WAITING.replaceFirst("(?s)experiments:.*", ""));
    assertThat(told.adjustments)
        .last()
        .extracting(one -> one.status() + ", " + one.reason())
        .isEqualTo("REFUSED, expired, by the rules in force results move nothing there");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void whatWaitsEndsWhereTheRulesThatAreGoneBackToLetNoneWait(long version) {
    apply(FROZEN);
    apply(RuleFileTest.GOOD);
    apply(WAITING);
    book.adjust(shift("a1", null, EVEN, MOVED));
    book.backTo(version, Vocabulary.shipped(), "ada", "");
    assertThat(book.adjustments().get(0).status()).isEqualTo(Status.REFUSED);
    assertThat(book.adjustments().get(0).decidedBy()).isEqualTo("ada");
    assertThatThrownBy(() -> book.approve("a1", "ada"))
        .hasMessage("adjustment a1 does not wait, it is REFUSED");
    assertThat(Adjusting.weights(live(), null)).isEqualTo(EVEN);
  }

  @Test
  void whatWaitsGoesOnWaitingUnderRulesThatLetItWait() {
    apply(WAITING);
    apply(WAITING.replace("percent: 10", "percent: 15"));
    book.adjust(shift("a1", null, EVEN, MOVED));
    book.backTo(1, Vocabulary.shipped(), "ada", "");
    assertThat(book.approve("a1", "ada").status()).isEqualTo(Status.APPLIED);
  }

  private static StrategyAdjustment later(StrategyAdjustment one) {
    return new StrategyAdjustment(
        one.id(),
        one.experimentId(),
        one.segment(),
        one.change(),
        one.from(),
        one.to(),
        one.evidence(),
        one.policy(),
        one.status(),
        one.at().plusSeconds(86_400),
        one.decidedBy(),
        one.decidedAt(),
        null,
        null,
        null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"APPROVE", "PROPOSE"})
  void whatNobodyAnsweredGivesWayToTheNextOfItsScope(String mode) {
    apply(WAITING.replace("mode: APPROVE", "mode: " + mode));
    book.adjust(shift("old", null, EVEN, MOVED));
    book.adjust(shift("other", "s1", EVEN, MOVED));
    book.adjust(adjustment("brake", "cart-discount", null, Change.PAUSE, EVEN, EVEN));
    book.adjust(later(shift("new", null, EVEN, MOVED)));
    assertThat(book.adjustments())
        .extracting(one -> one.id() + " " + one.status())
        .containsExactlyInAnyOrder(
            "old REFUSED", "other PROPOSED", "brake PROPOSED", "new PROPOSED");
    assertThat(told.adjustments)
        .filteredOn(one -> one.status() == Status.REFUSED)
        .extracting(StrategyAdjustment::reason)
        .containsExactly("expired without an answer, new takes its place");
    assertThatThrownBy(() -> book.approve("old", "ada"))
        .hasMessage("adjustment old does not wait, it is REFUSED");
  }

  @Test
  void aPersonMayRefuseWhatWaits() {
    apply(WAITING);
    book.adjust(shift("a1", null, EVEN, MOVED));
    StrategyAdjustment answer = book.refuse("a1", "ada", "not before Christmas");
    assertThat(answer.status()).isEqualTo(Status.REFUSED);
    assertThat(answer.reason()).isEqualTo("not before Christmas");
    assertThat(Adjusting.weights(live(), null)).isEqualTo(EVEN);
    assertThat(book.adjustments()).containsExactly(answer);
    assertThat(told.adjustments).endsWith(answer);
    assertThatThrownBy(() -> book.refuse("a2", "ada", "")).hasMessage("no adjustment a2 is known");
  }

  @Test
  void aRepeatedAdjustmentGetsTheSameAnswerAndNoSecondVersion() {
    apply(RuleFileTest.GOOD);
    StrategyAdjustment first = book.adjust(shift("a1", "s1", EVEN, MOVED));
    assertThat(book.adjust(shift("a1", "s1", EVEN, MOVED))).isEqualTo(first);
    assertThat(book.versions().lines()).hasSize(2);
  }

  @Test
  void aWeightBelowAFloorThatWasRaisedMayRise() {
    apply(RuleFileTest.GOOD);
    book.adjust(shift("a1", null, EVEN, MOVED));
    apply(RuleFileTest.GOOD.replace("floor: 0.1", "floor: 0.4"));
    assertRefused(
        shift("falls", null, MOVED, Map.of("control", 0.15, "ten-off", 0.85)),
        "weight of control is 0.15, must lie in 0.2 to 1");
    book.adjust(shift("rises", null, MOVED, Map.of("control", 0.3, "ten-off", 0.7)));
    assertThat(told.adjustments)
        .last()
        .extracting(StrategyAdjustment::status)
        .isEqualTo(StrategyAdjustment.Status.APPLIED);
  }

  @Test
  void whatNoLongerFitsIsRefusedWithItsReason() {
    assertRefused(shift("early", null, EVEN, MOVED), "there are no rules yet");
    apply(RuleFileTest.GOOD);
    assertRefused(
        adjustment("gone", "other", null, Change.PAUSE, EVEN, EVEN),
        "there is no experiment other in rule version 1");
    assertRefused(
        shift("stale", null, MOVED, EVEN),
        "weights are {control=0.5, ten-off=0.5} by now, the adjustment starts from"
            + " {control=0.2, ten-off=0.8}");
    assertRefused(
        shift("sum", null, EVEN, Map.of("control", 0.5, "ten-off", 0.6)),
        "new weights add up to 1.1, must be 1");
    assertRefused(
        shift("floor", null, EVEN, Map.of("control", 0.05, "ten-off", 0.95)),
        "weight of control is 0.05, must lie in 0.1 to 1");
    assertRefused(
        shift("step", null, EVEN, Map.of("control", 0.15, "ten-off", 0.85)),
        "weight of control would move by 0.3500, at most 0.3000 are allowed");
    assertRefused(
        shift("names", null, EVEN, Map.of("control", 0.5, "other", 0.5)),
        "new weights name [control, other], which are not the variants");
    assertThat(book.versions().lines()).hasSize(1);
  }

  private void assertRefused(StrategyAdjustment proposed, String reason) {
    StrategyAdjustment answer = book.adjust(proposed);
    assertThat(answer.status()).isEqualTo(Status.REFUSED);
    assertThat(answer.reason()).isEqualTo(reason);
    assertThat(told.adjustments).endsWith(answer);
  }

  @Test
  void aPauseIsAppliedOnceAndUndone() {
    apply(RuleFileTest.GOOD);
    var pause = adjustment("p1", "cart-discount", null, Change.PAUSE, EVEN, EVEN);
    assertThat(book.adjust(pause).status()).isEqualTo(Status.APPLIED);
    assertThat(live().status()).isEqualTo(Experiment.Status.PAUSED);
    assertRefused(
        adjustment("p2", "cart-discount", null, Change.PAUSE, EVEN, EVEN),
        "experiment cart-discount is already paused");
    book.revert("p1", "ada", "too early");
    assertThat(live().status()).isEqualTo(Experiment.Status.RUNNING);
  }

  @Test
  void aRevertPutsBackTheWeightsFromBefore() {
    apply(RuleFileTest.GOOD);
    book.adjust(shift("a1", "s1", EVEN, MOVED));
    StrategyAdjustment reverted = book.revert("a1", "ada", "not convinced");
    assertThat(reverted.status()).isEqualTo(Status.REVERTED);
    assertThat(reverted.ruleVersion()).isEqualTo(3);
    assertThat(reverted.reason()).isEqualTo("not convinced");
    assertThat(live().segmentWeights()).isEmpty();
    assertThat(book.revert("a1", "ada", "again")).isEqualTo(reverted);
    assertThat(book.versions().lines()).hasSize(3);
    assertThat(told.adjustments)
        .extracting(StrategyAdjustment::status)
        .containsExactly(Status.APPLIED, Status.REVERTED);
  }

  @Test
  void whatWasNeverAppliedCannotBeReverted() {
    apply(RuleFileTest.GOOD);
    book.adjust(shift("stale", null, MOVED, EVEN));
    assertThatThrownBy(() -> book.revert("stale", "ada", "x"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("was never applied: weights are");
    assertThatThrownBy(() -> book.revert("nobody", "ada", "x"))
        .isInstanceOf(RefusedException.class)
        .hasMessage("no adjustment nobody is known");
  }

  @Test
  void aChangedPromotionKeepsTheWeightsThatAdjustmentsLearned() {
    apply(RuleFileTest.GOOD);
    book.adjust(shift("a1", "s1", EVEN, MOVED));
    book.adjust(shift("a2", null, EVEN, MOVED));
    RuleSet after = apply(RuleFileTest.GOOD.replace("percent: 10", "percent: 15"));
    assertThat(after.promotions().get(0).terms().percent()).isEqualTo(15.0);
    assertThat(Assignment.segmentWeights(live(), "s1")).isEqualTo(MOVED);
    assertThat(Adjusting.weights(live(), null)).isEqualTo(MOVED);
  }

  @Test
  void weightsThatAPersonChangesInTheFileCount() {
    apply(RuleFileTest.GOOD);
    book.adjust(shift("a1", "s1", EVEN, MOVED));
    apply(
        RuleFileTest.GOOD
            .replace("control: true, weight: 0.5", "control: true, weight: 0.4")
            .replace("{id: ten-off, weight: 0.5", "{id: ten-off, weight: 0.6"));
    assertThat(live().segmentWeights()).isEmpty();
    assertThat(Adjusting.weights(live(), null)).containsEntry("control", 0.4);
  }

  @Test
  void aCrashBetweenCommitAndPublishHealsOnTheNextStart() {
    apply(RuleFileTest.GOOD);
    told.broken = true;
    assertThatThrownBy(() -> book.adjust(shift("a1", "s1", EVEN, MOVED)))
        .hasMessage("broker is gone");
    assertThat(book.current().orElseThrow().version()).isEqualTo(2);
    told.broken = false;
    new RuleBook(postgres.store(), told, AT_NOON).heal();
    assertThat(told.rules).extracting(RuleSet::version).containsExactly(1L, 2L);
    assertThat(told.adjustments).extracting(StrategyAdjustment::id).containsExactly("a1");
  }

  @Test
  void aCrashBetweenCommitAndPublishHealsWhenTheProposalComesAgain() {
    apply(RuleFileTest.GOOD);
    told.broken = true;
    assertThatThrownBy(() -> book.adjust(shift("a1", "s1", EVEN, MOVED)))
        .hasMessage("broker is gone");
    told.broken = false;
    book.adjust(shift("a1", "s1", EVEN, MOVED));
    assertThat(told.rules).extracting(RuleSet::version).containsExactly(1L, 2L);
    assertThat(told.adjustments).hasSize(1);
  }

  @Test
  void writersAtTheSameTimeFormOneLine() throws Exception {
    apply(RuleFileTest.GOOD);
    var writers = new ArrayList<Callable<StrategyAdjustment>>();
    for (int i = 0; i < 8; i++) {
      String segment = "s" + i;
      writers.add(() -> book.adjust(shift("a-" + segment, segment, EVEN, MOVED)));
    }
    var pool = Executors.newFixedThreadPool(8);
    try {
      for (var answer : pool.invokeAll(writers)) {
        assertThat(answer.get().status()).isEqualTo(Status.APPLIED);
      }
    } finally {
      pool.shutdown();
    }
    assertThat(live().segmentWeights()).hasSize(8);
    assertThat(told.rules)
        .extracting(RuleSet::version)
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
  }
}
