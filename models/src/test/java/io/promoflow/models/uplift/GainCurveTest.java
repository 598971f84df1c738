package io.promoflow.models.uplift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.models.trainer.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GainCurveTest {
  private static final double EXACT = 1e-12;

  /** Two treated who bought and two who did not; of four without a promotion the last bought. */
  private static final TrialSample EIGHT =
      trial(new int[] {1, 1, 1, 1, 0, 0, 0, 0}, new double[] {1, 1, 0, 0, 0, 0, 0, 1});

  private static TrialSample trial(int[] arms, double[] labels) {
    var weights = new double[arms.length];
    Arrays.fill(weights, 1);
    return new TrialSample(
        new Matrix(arms.length, 0, new double[0]), labels, weights, arms, List.of("none", "gift"));
  }

  @Test
  void countsByHand() {
    // in order: treated 1, control 0 | treated 1, control 0 | treated 0, control 0 | 0, 1
    double[] scores = {4, 3, 2, 1, 4, 3, 2, 1};

    GainCurve curve = GainCurve.of(EIGHT, scores);

    assertThat(curve.points())
        .extracting(GainCurve.Point::share)
        .containsExactly(0., .25, .5, .75, 1.);
    assertThat(curve.points())
        .extracting(GainCurve.Point::qini)
        .as("outcomes of the treated, less those of as many of the control, over four")
        .containsExactly(0., .25, .5, .5, .25);
    assertThat(curve.points().get(3).gain()).isEqualTo((2 / 3. - 0) * .75, within(EXACT));
    assertThat(curve.qini()).isEqualTo((.125 + .375 + .5 + .375) / 4 - .125, within(EXACT));
    assertThat(curve.auuc()).isEqualTo((.125 + .375 + .5 + .375) / 4, within(EXACT));
    assertThat(curve.gainAt(.25)).isEqualTo(.25, within(EXACT));
    assertThat(curve.gainAt(.125)).as("on the way").isEqualTo(.125, within(EXACT));
  }

  @Test
  void sameScoreForAllIsWorthNothing() {
    GainCurve curve = GainCurve.of(EIGHT, new double[8]);

    assertThat(curve.qini()).isZero();
    assertThat(curve.auuc()).as("half the average effect").isEqualTo(.125, within(EXACT));
  }

  @Test
  void orderOfRowsWithTheSameScoreDoesNotMatter() {
    double[] scores = {2, 2, 1, 1, 2, 1, 1, 2};
    int[] backwards = {7, 6, 5, 4, 3, 2, 1, 0};
    TrialSample turned =
        trial(
            Arrays.stream(backwards).map(i -> EIGHT.arms()[i]).toArray(),
            Arrays.stream(backwards).mapToDouble(i -> EIGHT.labels()[i]).toArray());

    assertThat(GainCurve.of(turned, Arrays.stream(backwards).mapToDouble(i -> scores[i]).toArray()))
        .isEqualTo(GainCurve.of(EIGHT, scores));
  }

  @Test
  void weightIsAsGoodAsAsManyRows() {
    TrialSample twice = trial(new int[] {1, 1, 1, 0, 0, 0}, new double[] {1, 1, 0, 0, 1, 1});
    TrialSample weighted =
        new TrialSample(
            new Matrix(4, 0, new double[0]),
            new double[] {1, 0, 0, 1},
            new double[] {2, 1, 1, 2},
            new int[] {1, 1, 0, 0},
            List.of("none", "gift"));

    assertThat(GainCurve.of(weighted, new double[] {3, 1, 2, 1.5}))
        .isEqualTo(GainCurve.of(twice, new double[] {3, 3, 1, 2, 1.5, 1.5}));
    assertThat(AverageEffect.of(weighted, null).effect())
        .isEqualTo(AverageEffect.of(twice, null).effect());
  }

  @Test
  void scoresByChanceAreWorthNothingAndTheTruthIsWorthMost() {
    int rows = 20_000;
    var random = new Random(7);
    double[] truth = IntStream.range(0, rows).mapToDouble(i -> random.nextDouble() / 2).toArray();
    int[] arms = IntStream.range(0, rows).map(i -> random.nextInt(2)).toArray();
    double[] labels =
        IntStream.range(0, rows)
            .mapToDouble(i -> random.nextDouble() < .2 + arms[i] * truth[i] ? 1 : 0)
            .toArray();
    TrialSample trial = trial(arms, labels);
    double[] chance = IntStream.range(0, rows).mapToDouble(i -> random.nextDouble()).toArray();
    double[] backwards = Arrays.stream(truth).map(effect -> -effect).toArray();

    assertThat(GainCurve.of(trial, chance).qini()).isEqualTo(0, within(.01));
    // the area of (1 - share) * share / 4 below the curve of effects from 1/2 down to 0
    assertThat(GainCurve.of(trial, truth).qini()).isEqualTo(1 / 24., within(.01));
    assertThat(GainCurve.of(trial, backwards).qini()).isEqualTo(-1 / 24., within(.01));
  }
}
