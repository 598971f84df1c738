package io.promoflow.models.uplift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.TrainingException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Four kinds of shoppers, whose probabilities to buy without and with a promotion are known. */
class UpliftLearnersTest {
  private static final int ROWS = 40_000;
  private static final double[] WITHOUT = {.10, .80, .05, .40};
  private static final double[] WITH = {.40, .80, .05, .20};
  private static final List<String> NAMES =
      List.of("persuadable", "sure thing", "lost cause", "sleeping dog");

  /**
   * One column per kind, 1 for the own kind; whoever is likelier to buy was given it more often.
   */
  private static TrialSample trial(long seed, double[] chanceOfGift) {
    var random = new Random(seed);
    var rows = new double[ROWS][4];
    var labels = new double[ROWS];
    var weights = new double[ROWS];
    var arms = new int[ROWS];
    for (int i = 0; i < ROWS; i++) {
      int kind = random.nextInt(4);
      rows[i][kind] = 1;
      arms[i] = random.nextDouble() < chanceOfGift[kind] ? 1 : 0;
      weights[i] = 1 / (arms[i] == 1 ? chanceOfGift[kind] : 1 - chanceOfGift[kind]);
      labels[i] = random.nextDouble() < (arms[i] == 1 ? WITH : WITHOUT)[kind] ? 1 : 0;
    }
    return new TrialSample(Matrix.of(rows), labels, weights, arms, List.of("none", "gift"));
  }

  private static Matrix oneOfEach() {
    return Matrix.of(
        IntStream.range(0, 4)
            .mapToObj(kind -> IntStream.range(0, 4).mapToDouble(c -> c == kind ? 1 : 0).toArray())
            .toArray(double[][]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {TLearner.NAME, XLearner.NAME})
  void findsWhatTheGiftDoesToEachKind(String learner) throws Exception {
    TrialSample trial = trial(1, new double[] {.5, .5, .5, .5});

    UpliftModel model = UpliftLearners.named(learner, true).train(trial, 1);

    double[] uplift = model.uplift(1, oneOfEach());
    double[] responses = model.response(1, oneOfEach());
    for (int kind = 0; kind < 4; kind++) {
      assertThat(uplift[kind])
          .as(NAMES.get(kind))
          .isEqualTo(WITH[kind] - WITHOUT[kind], within(.025));
      assertThat(responses[kind]).as(NAMES.get(kind)).isEqualTo(WITH[kind], within(.02));
    }
    assertThat(model.uplift(TrialSample.CONTROL, oneOfEach())).containsOnly(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {TLearner.NAME, XLearner.NAME})
  void isNotFooledWhenBuyersWereGivenMore(String learner) throws Exception {
    TrialSample trial = trial(2, new double[] {.3, .9, .2, .5});

    UpliftModel model = UpliftLearners.named(learner, true).train(trial, 1);

    double[] uplift = model.uplift(1, oneOfEach());
    for (int kind = 0; kind < 4; kind++) {
      assertThat(uplift[kind])
          .as(NAMES.get(kind))
          .isEqualTo(WITH[kind] - WITHOUT[kind], within(.04));
    }
    double truth = (.30 + 0 + 0 - .20) / 4;
    AverageEffect effect = AverageEffect.of(trial, null);
    assertThat(effect.effect()).isEqualTo(truth, within(4 * effect.standardError()));
  }

  @Test
  void paysToLeaveOutWhoBuysAnyway() throws Exception {
    TrialSample learnt = trial(3, new double[] {.5, .5, .5, .5});
    TrialSample held = trial(4, new double[] {.5, .5, .5, .5});
    UpliftModel model = UpliftLearners.named(TLearner.NAME, true).train(learnt, 1);

    var terms = new Targeting.Terms(10, 2);
    Targeting targeting =
        Targeting.of(held, model.uplift(1, held.rows()), model.response(1, held.rows()), terms);

    assertThat(targeting.share()).as("the persuadable").isEqualTo(.25, within(.01));
    assertThat(targeting.profit()).isEqualTo((10 * .3 - 2 * .4) / 4, within(.1));
    double everyone = (10 * (.3 - .2) - 2 * (.4 + .8 + .05 + .2)) / 4;
    assertThat(targeting.profitOfAll()).as("a loss").isEqualTo(everyone, within(.1));
  }

  @Test
  void effectHasTheStandardErrorOfItsSimulations() {
    double[] effects =
        IntStream.range(0, 60)
            .mapToDouble(
                seed ->
                    AverageEffect.of(trial(100 + seed, new double[] {.3, .9, .2, .5}), null)
                        .effect())
            .toArray();
    double mean = Arrays.stream(effects).average().orElseThrow();
    double deviation =
        Math.sqrt(Arrays.stream(effects).map(e -> (e - mean) * (e - mean)).sum() / 59);

    assertThat(AverageEffect.of(trial(5, new double[] {.3, .9, .2, .5}), null).standardError())
        .isEqualTo(deviation, within(.35 * deviation));
  }

  @Test
  void armWithoutBuyersIsNamed() {
    var trial =
        new TrialSample(
            Matrix.of(new double[][] {{1}, {2}, {3}, {4}}),
            new double[] {0, 1, 0, 0},
            new double[] {1, 1, 1, 1},
            new int[] {0, 0, 1, 1},
            List.of("none", "gift"));

    assertThatThrownBy(() -> UpliftLearners.named(TLearner.NAME, true).train(trial, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("arm gift")
        .hasMessageContaining("every label is 0");
  }
}
