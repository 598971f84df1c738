package io.promoflow.evaluation.offpolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.AlwaysValid;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Against truths that are known: two kinds of shoppers, three promotions, a logging policy. */
class OffPolicyTest {
  private static final int SIMULATIONS = Integer.getInteger("promoflow.simulations", 2_000);
  private static final double[][] TRUTH = {{1.0, 2.0, 0.5}, {1.0, 0.2, 3.0}};
  private static final double[][] LOGGING = {{0.6, 0.3, 0.1}, {0.5, 0.3, 0.2}};
  private static final double[][] OTHER = {{0.1, 0.8, 0.1}, {0.2, 0.1, 0.7}};
  private static final OffPolicy PLAIN = new OffPolicy(0.05, Double.POSITIVE_INFINITY);

  private static double value(double[][] policy) {
    double sum = 0;
    for (int kind = 0; kind < 2; kind++) {
      for (int arm = 0; arm < 3; arm++) {
        sum += policy[kind][arm] * TRUTH[kind][arm] / 2;
      }
    }
    return sum;
  }

  /** The model is wrong by {@code error} everywhere. */
  private static List<LoggedChoice> log(SplittableRandom random, int units, double error) {
    var log = new ArrayList<LoggedChoice>();
    for (int i = 0; i < units; i++) {
      int kind = random.nextInt(2);
      double u = random.nextDouble();
      int arm = u < LOGGING[kind][0] ? 0 : u < LOGGING[kind][0] + LOGGING[kind][1] ? 1 : 2;
      double elsewhere = error;
      for (int other = 0; other < 3; other++) {
        elsewhere += OTHER[kind][other] * TRUTH[kind][other];
      }
      log.add(
          new LoggedChoice(
              LOGGING[kind][arm],
              OTHER[kind][arm],
              TRUTH[kind][arm] + random.nextGaussian(),
              TRUTH[kind][arm] + error,
              elsewhere));
    }
    return log;
  }

  @Test
  void whatOneShopperSaysTwiceMakesNothingSurer() {
    List<LoggedChoice> once = log(new SplittableRandom(3), 500, 0.5);
    var twice = new ArrayList<LoggedChoice>();
    for (LoggedChoice one : once) {
      String shopper = "k1.s" + twice.size();
      var hers =
          new LoggedChoice(
              one.probability(),
              one.wished(),
              one.reward(),
              one.expected(),
              one.expectedElsewhere(),
              shopper);
      twice.addAll(List.of(hers, hers));
    }
    for (Function<List<LoggedChoice>, PolicyValue> estimate :
        List.<Function<List<LoggedChoice>, PolicyValue>>of(
            PLAIN::inversePropensity, PLAIN::selfNormalised, PLAIN::doublyRobust)) {
      assertThat(estimate.apply(twice).value())
          .isCloseTo(estimate.apply(once).value(), within(1e-9));
      assertThat(estimate.apply(twice).standardError())
          .isCloseTo(estimate.apply(once).standardError(), within(1e-9));
    }
  }

  private record Kept(double mean, double covered, double width) {}

  private static Kept simulate(
      Function<List<LoggedChoice>, PolicyValue> estimate, int units, double error) {
    var random = new SplittableRandom(7);
    double truth = value(OTHER);
    double sum = 0;
    double width = 0;
    int covered = 0;
    for (int i = 0; i < SIMULATIONS; i++) {
      PolicyValue value = estimate.apply(log(random, units, error));
      sum += value.value();
      width += value.high() - value.low();
      covered += value.low() <= truth && truth <= value.high() ? 1 : 0;
    }
    return new Kept(sum / SIMULATIONS, (double) covered / SIMULATIONS, width / SIMULATIONS);
  }

  @Test
  void estimatesAreRightOnAverageAndTheirIntervalsHold() {
    Kept ips = simulate(PLAIN::inversePropensity, 400, 0);
    Kept snips = simulate(PLAIN::selfNormalised, 400, 0);
    Kept robust = simulate(PLAIN::doublyRobust, 400, 0);
    Kept wrongModel = simulate(PLAIN::doublyRobust, 400, 2);
    for (Kept kept : List.of(ips, snips, robust, wrongModel)) {
      assertThat(kept.mean()).isCloseTo(value(OTHER), within(0.02));
      assertThat(kept.covered()).isBetween(0.93, 0.97);
    }
    assertThat(robust.width()).isLessThan(ips.width());
    assertThat(snips.width()).isLessThan(ips.width());
  }

  @Test
  void byHand() {
    var log =
        List.of(
            new LoggedChoice(0.5, 1, 4, 3, 3.5),
            new LoggedChoice(0.25, 0.5, 2, 2, 2.5),
            new LoggedChoice(0.5, 0, 9, 8, 1));
    assertThat(PLAIN.inversePropensity(log).value()).isCloseTo((8 + 4 + 0) / 3.0, within(1e-12));
    assertThat(PLAIN.selfNormalised(log).value()).isCloseTo(12 / 4.0, within(1e-12));
    assertThat(PLAIN.doublyRobust(log).value())
        .isCloseTo((3.5 + 2 + 2.5 + 0 + 1) / 3, within(1e-12));
    assertThat(PLAIN.selfNormalised(log).effectiveUnits()).isCloseTo(16 / 8.0, within(1e-12));
    assertThat(new OffPolicy(0.05, 1.5).inversePropensity(log).clippedShare())
        .isCloseTo(2 / 3.0, within(1e-12));
  }

  @Test
  void theSamePolicyIsWorthWhatItGot() {
    var log = List.of(new LoggedChoice(0.3, 0.3, 4), new LoggedChoice(0.7, 0.7, 1));
    assertThat(PLAIN.inversePropensity(log).value()).isCloseTo(2.5, within(1e-12));
    assertThat(PLAIN.selfNormalised(log).effectiveUnits()).isCloseTo(2, within(1e-12));
  }

  @Test
  void whatIsNoProbabilityIsRefused() {
    assertThatThrownBy(() -> new LoggedChoice(0, 0.5, 1))
        .hasMessageContaining("probabilities lie in (0, 1] and [0, 1], are 0.0 and 0.5");
  }

  @Test
  void theGateOpensForWhatIsSurelyBetterAndForNothingElse() {
    var gate = new ReleaseGate(PLAIN, 100, 0.05);
    var random = new SplittableRandom(3);
    assertThat(gate.judge(log(random, 5_000, 0)).opens()).isTrue();
    assertThat(gate.judge(log(random, 60, 0)).opens()).as("too few").isFalse();
    List<LoggedChoice> same =
        log(random, 5_000, 0).stream()
            .map(one -> new LoggedChoice(one.probability(), one.probability(), one.reward()))
            .toList();
    assertThat(gate.judge(same).opens()).as("no better than what is in force").isFalse();
    assertThat(gate.judge(same).reasons()).hasSize(3);
    var cut = new ReleaseGate(new OffPolicy(0.05, 1.01), 100, 0.05);
    assertThat(cut.judge(log(random, 5_000, 0)).opens()).as("biased by cut weights").isFalse();
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
  void aGainIsTheDifferenceOfBothValuesAndToldWhereTheyDiffer() {
    var before =
        List.of(
            new LoggedChoice(0.5, 0.5, 4, 3, 3.5),
            new LoggedChoice(0.5, 0.5, 2, 2, 2.5),
            new LoggedChoice(0.5, 0.5, 9, 8, 1));
    var after =
        List.of(
            new LoggedChoice(0.5, 1, 4, 3, 4),
            new LoggedChoice(0.5, 0, 2, 2, 3),
            new LoggedChoice(0.5, 0.5, 9, 8, 1));
    PolicyValue gain = PLAIN.gain(after, before);
    assertThat(gain.value())
        .isCloseTo(
            PLAIN.doublyRobust(after).value() - PLAIN.doublyRobust(before).value(), within(1e-12))
        .isCloseTo((1.5 + 0.5 + 0) / 3, within(1e-12));
    assertThat(gain.units()).isEqualTo(3);
    assertThat(gain.effectiveUnits()).as("of the two, 1 speaks for it").isEqualTo(1);
    PolicyValue same = PLAIN.gain(before, before);
    assertThat(List.of(same.value(), same.low(), same.high())).containsOnly(0.0);
    assertThat(same.effectiveUnits()).as("all, where none differs").isEqualTo(3);
    assertThatThrownBy(() -> PLAIN.gain(after, before.subList(0, 2)))
        .hasMessage("a gain is over the same decisions, not 3 and 2");
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
    var after = new ShadowLog.Evidence(better, 0, 0, 0);
    var before = new ShadowLog.Evidence(incumbent, 0, 0, 0);
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
    var few = new ShadowLog.Evidence(halfByCoin(incumbent), 0, 0, 0);
    assertThat(gate.judge(few, before).canJudge()).isTrue();
    var fewer = new ReleaseGate(PLAIN, 2_001, 0.05).judge(few, before);
    assertThat(fewer.canJudge()).as("only half of the decisions speak of it").isFalse();
  }

  @Test
  void intervalsForAnyTimeHoldAtAllLooksTogether() {
    var anytime = new OffPolicy(0.05, Double.POSITIVE_INFINITY, new AlwaysValid(0.05, 500));
    int once = 0;
    int always = 0;
    int runs = SIMULATIONS / 10;
    var random = new SplittableRandom(13);
    for (int run = 0; run < runs; run++) {
      var after = new ArrayList<LoggedChoice>();
      var before = new ArrayList<LoggedChoice>();
      boolean missedOnce = false;
      boolean missedAlways = false;
      for (int i = 1; i <= 1_000; i++) {
        boolean given = random.nextBoolean(); // brings nothing
        double reward = random.nextGaussian();
        after.add(new LoggedChoice(0.5, given ? 0.9 : 0.1, reward));
        before.add(new LoggedChoice(0.5, given ? 0.1 : 0.9, reward));
        if (i >= 100 && i % 50 == 0) {
          missedOnce |= PLAIN.gain(after, before).low() > 0;
          missedAlways |= anytime.gain(after, before).low() > 0;
        }
      }
      once += missedOnce ? 1 : 0;
      always += missedAlways ? 1 : 0;
    }
    assertThat((double) always / runs).isLessThan(0.025);
    assertThat((double) once / runs).as("one-look intervals, looked at often").isGreaterThan(0.05);
  }

  @Test
  void aGateForWhatIsNoBetterOpensSeldom() {
    var gate = new ReleaseGate(PLAIN, 100, 0.05);
    var random = new SplittableRandom(5);
    int opened = 0;
    for (int i = 0; i < SIMULATIONS / 4; i++) {
      var log = new ArrayList<LoggedChoice>();
      for (int j = 0; j < 500; j++) {
        double p = random.nextBoolean() ? 0.5 : 0.25; // of two policies that bring the same
        log.add(new LoggedChoice(p, random.nextDouble() < 0.5 ? 0.6 : 0.15, random.nextGaussian()));
      }
      opened += gate.judge(log).opens() ? 1 : 0;
    }
    assertThat((double) opened / (SIMULATIONS / 4.0)).isLessThan(0.05);
  }
}
