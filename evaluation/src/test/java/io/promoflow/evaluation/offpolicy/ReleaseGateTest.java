package io.promoflow.evaluation.offpolicy;

import static io.promoflow.evaluation.offpolicy.OffPolicyTest.LOGGING;
import static io.promoflow.evaluation.offpolicy.OffPolicyTest.OTHER;
import static io.promoflow.evaluation.offpolicy.OffPolicyTest.PLAIN;
import static io.promoflow.evaluation.offpolicy.OffPolicyTest.SIMULATIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.promoflow.evaluation.offpolicy.ReleaseGate.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What may be released, over logs whose truth is known. */
class ReleaseGateTest {
  private static ShadowLog.Evidence seen(List<LoggedChoice> choices) {
    return new ShadowLog.Evidence(choices, 0, 0, 0);
  }

  private static ShadowLog.Evidence log(int units, double[][] wishes) {
    return seen(OffPolicyTest.log(new SplittableRandom(3), units, 0, wishes));
  }

  @Test
  void itOpensForWhatIsSurelyBetterAndForNothingElse() {
    var gate = new ReleaseGate(PLAIN, 100, 0.05);
    assertThat(gate.judge(log(5_000, OTHER), log(5_000, LOGGING)).opens()).isTrue();
    assertThat(gate.judge(log(60, OTHER), log(60, LOGGING)).opens()).as("too few").isFalse();
    Verdict same = gate.judge(log(5_000, LOGGING), log(5_000, LOGGING));
    assertThat(same.opens()).as("no better than what is in force").isFalse();
    assertThat(same.canJudge()).isTrue();
    assertThat(same.reasons()).hasSize(5);
    var cut = new ReleaseGate(new OffPolicy(0.05, 1.01), 100, 0.05);
    assertThat(cut.judge(log(5_000, OTHER), log(5_000, LOGGING)).canJudge())
        .as("biased by cut weights")
        .isFalse();
  }

  /** Of 100,000 decisions 250 were drawn, of which each should count 400 times. */
  private static ShadowLog.Evidence seldomDrawn(double wished) {
    var choices = new ArrayList<LoggedChoice>();
    for (int i = 0; i < 100_000; i++) {
      choices.add(
          i % 400 == 0
              ? new LoggedChoice(0.0025, wished, 2 + i % 3)
              : new LoggedChoice(0.9975, 1 - wished, 0));
    }
    return seen(choices);
  }

  @Test
  void aLogInWhichFewDecisionsCarryNearlyAllTheWeightCannotTell() {
    var cut = new ReleaseGate(new OffPolicy(0.05, 50), 200, 0.01);
    Verdict verdict = cut.judge(seldomDrawn(1), seldomDrawn(0.0025));
    assertThat(verdict.gain().low()).isPositive();
    assertThat(verdict.gain().effectiveUnits()).isGreaterThan(200);
    assertThat(verdict.gain().clippedShare())
        .as("of each weight of 400 are 350 cut away, though of 400 decisions one is cut")
        .isEqualTo(350 / 400.0);
    assertThat(verdict.canJudge()).isFalse();
    assertThat(verdict.opens()).isFalse();
    assertThat(verdict.reasons())
        .contains("87.50 % of the weight was cut away, 1.00 % are tolerated");
    var whole = new ReleaseGate(PLAIN, 200, 0.01);
    assertThat(whole.judge(seldomDrawn(1), seldomDrawn(0.0025)).opens())
        .as("nothing else keeps it shut")
        .isTrue();
  }

  @Test
  void manyDecisionsOfWhichLittleIsCutDoNotKeepItShut() {
    var other = new ArrayList<LoggedChoice>();
    var before = new ArrayList<LoggedChoice>();
    for (int i = 0; i < 1_000; i++) {
      other.add(new LoggedChoice(0.5, 1, 1 + i % 2));
      before.add(new LoggedChoice(0.5, 0.5, 1 + i % 2));
    }
    var gate = new ReleaseGate(new OffPolicy(0.05, 1.99), 200, 0.01);
    assertThat(gate.judge(seen(other), seen(before)).opens()).isTrue();
    var stricter = new ReleaseGate(new OffPolicy(0.05, 1.95), 200, 0.01);
    assertThat(stricter.judge(seen(other), seen(before)).canJudge()).isFalse();
  }

  /** Every other decision as a coin would have it. */
  private static List<LoggedChoice> halfByCoin(List<LoggedChoice> log) {
    var wishing = new ArrayList<LoggedChoice>();
    for (LoggedChoice one : log) {
      double wished = wishing.size() % 2 == 0 ? 0.5 : one.wished();
      wishing.add(
          new LoggedChoice(
              one.probability(), wished, one.reward(), one.expected(), one.expectedElsewhere()));
    }
    return wishing;
  }

  @Test
  void anIncumbentThatDidNotDecideIsComparedAllTheSame() {
    var gate = new ReleaseGate(PLAIN, 100, 0.05);
    var random = new SplittableRandom(9);
    var better = new ArrayList<LoggedChoice>();
    var incumbent = new ArrayList<LoggedChoice>();
    for (int i = 0; i < 4_000; i++) {
      boolean given = random.nextBoolean(); // a fair coin decided; giving brings 1
      double reward = (given ? 1 : 0) + random.nextGaussian();
      double expected = given ? 1 : 0;
      better.add(new LoggedChoice(0.5, given ? 0.9 : 0.1, reward, expected, 0.9));
      incumbent.add(new LoggedChoice(0.5, given ? 0.1 : 0.9, reward, expected, 0.1));
    }
    var after = seen(better);
    var before = seen(incumbent);
    assertThat(gate.judge(after, before).opens()).isTrue();
    assertThat(gate.judge(after, before).gain().low()).isLessThan(0.8);
    assertThat(gate.judge(after, before).gain().high()).isGreaterThan(0.8);
    assertThat(gate.judge(before, after).opens()).isFalse();
    assertThat(gate.judge(before, after).canJudge()).isTrue();
    assertThat(gate.judge(before, after).gain().high()).isNegative();
    var unseen = new ShadowLog.Evidence(incumbent, 0, 0, 0.02);
    assertThat(gate.judge(after, unseen).canJudge())
        .as("nobody knows what the one in force would have brought")
        .isFalse();
    var few = seen(halfByCoin(incumbent));
    assertThat(gate.judge(few, before).canJudge()).isTrue();
    var fewer = new ReleaseGate(PLAIN, 2_001, 0.05).judge(few, before);
    assertThat(fewer.canJudge()).as("only half of the decisions speak of it").isFalse();
  }

  @Test
  void forWhatIsNoBetterItOpensSeldom() {
    var gate = new ReleaseGate(PLAIN, 100, 0.05);
    var random = new SplittableRandom(5);
    int opened = 0;
    for (int i = 0; i < SIMULATIONS / 4; i++) {
      var other = new ArrayList<LoggedChoice>();
      var before = new ArrayList<LoggedChoice>();
      for (int j = 0; j < 500; j++) {
        double p = random.nextBoolean() ? 0.5 : 0.25; // of two policies that bring the same
        double wished = random.nextDouble() < 0.5 ? 0.6 : 0.15;
        double reward = random.nextGaussian();
        other.add(new LoggedChoice(p, wished, reward));
        before.add(new LoggedChoice(p, p, reward));
      }
      opened += gate.judge(seen(other), seen(before)).opens() ? 1 : 0;
    }
    assertThat((double) opened / (SIMULATIONS / 4.0)).isLessThan(0.05);
  }
}
