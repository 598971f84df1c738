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
  static final int SIMULATIONS = Integer.getInteger("promoflow.simulations", 2_000);
  private static final double[][] TRUTH = {{1.0, 2.0, 0.5}, {1.0, 0.2, 3.0}};
  static final double[][] LOGGING = {{0.6, 0.3, 0.1}, {0.5, 0.3, 0.2}};
  static final double[][] OTHER = {{0.1, 0.8, 0.1}, {0.2, 0.1, 0.7}};
  static final OffPolicy PLAIN = new OffPolicy(0.05, Double.POSITIVE_INFINITY);

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
    return log(random, units, error, OTHER);
  }

  /** The same seed makes the same log, whatever another policy wishes. */
  static List<LoggedChoice> log(
      SplittableRandom random, int units, double error, double[][] wishes) {
    var log = new ArrayList<LoggedChoice>();
    for (int i = 0; i < units; i++) {
      int kind = random.nextInt(2);
      double u = random.nextDouble();
      int arm = u < LOGGING[kind][0] ? 0 : u < LOGGING[kind][0] + LOGGING[kind][1] ? 1 : 2;
      double elsewhere = error;
      for (int other = 0; other < 3; other++) {
        elsewhere += wishes[kind][other] * TRUTH[kind][other];
      }
      log.add(
          new LoggedChoice(
              LOGGING[kind][arm],
              wishes[kind][arm],
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
        .as("of 2 + 2 + 0 are cut 0.5 + 0.5")
        .isCloseTo(1 / 4.0, within(1e-12));
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
}
