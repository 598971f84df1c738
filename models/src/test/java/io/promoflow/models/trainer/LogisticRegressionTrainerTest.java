package io.promoflow.models.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.models.RealData;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LogisticRegressionTrainerTest extends TrainerContract {
  private static final Map<String, Double> UNPENALIZED = Map.of("l2", 0.0);

  @Override
  protected Trainer trainer() {
    return new LogisticRegressionTrainer();
  }

  @Override
  protected int degenerateCases() {
    return 10_000;
  }

  /** Greene, "Econometric Analysis": the effect of a teaching method on grades. */
  @Test
  void givesThePublishedCoefficientsOfSpector() throws Exception {
    double[][] rows = RealData.numbers(RealData.rows("tiny_gold/spector.csv"), 0, 4);
    Sample pupils =
        Sample.of(
            Matrix.of(
                Arrays.stream(rows).map(row -> Arrays.copyOf(row, 3)).toArray(double[][]::new)),
            Arrays.stream(rows).mapToDouble(row -> row[3]).toArray());
    var model = fit(pupils, UNPENALIZED, Optional.empty());
    assertThat(model.coefficients())
        .containsExactly(new double[] {2.8261, 0.0952, 2.3787}, within(5e-5));
    assertThat(model.intercept()).isEqualTo(-13.0213, within(5e-5));
    assertThat(-loss(pupils, model) * pupils.size()).isEqualTo(-12.8896, within(5e-5));
  }

  @Test
  void endsWhereTheLossIsLeast() throws Exception {
    assertOptimal(sample(3000, 8, 1), 0);
    assertOptimal(sample(3000, 8, 1), 0.1);
    assertOptimal(sample(50, 30, 2), 0.01);
  }

  @Test
  void endsWhereTheLossIsLeastOnWideRows() throws Exception {
    assertOptimal(sample(700, 501, 3), 0.01);
  }

  /** The penalty is strongly convex, so that a gradient of g leaves at most g²/2l2 to gain. */
  private static void assertOptimal(Sample sample, double l2) throws Exception {
    var model = fit(sample, Map.of("l2", l2), Optional.empty());
    double[] gradient = gradient(sample, model, l2);
    double curvature = l2 == 0 ? 0.01 : Math.min(l2, 0.01);
    double left = Arrays.stream(gradient).map(g -> g * g).sum() / 2 / curvature;
    assertThat(left).isLessThan(1e-10);
  }

  @Test
  void unitsOfColumnsDoNotMatter() throws Exception {
    Sample plain = sample(500, 3, 4);
    double[] units = plain.rows().values().clone();
    for (int i = 0; i < units.length; i += 3) {
      units[i] = 1e9 * units[i] + 1e12;
      units[i + 1] *= 1e-9;
    }
    Sample scaled = Sample.of(new Matrix(500, 3, units), plain.labels());
    assertThat(fit(scaled, UNPENALIZED, Optional.empty()).predict(scaled.rows()))
        .containsExactly(
            fit(plain, UNPENALIZED, Optional.empty()).predict(plain.rows()), within(1e-5));
  }

  @Test
  void aWeightCountsLikeRepeatedRows() throws Exception {
    Sample once = sample(300, 3, 5);
    var weights = new double[once.size()];
    Arrays.setAll(weights, i -> 1 + i % 3);
    int[] repeated =
        IntStream.range(0, once.size())
            .flatMap(i -> IntStream.generate(() -> i).limit(1 + i % 3))
            .toArray();
    var weighted =
        fit(new Sample(once.rows(), once.labels(), weights), UNPENALIZED, Optional.empty());
    var counted = fit(once.select(repeated), UNPENALIZED, Optional.empty());
    assertThat(weighted.coefficients()).containsExactly(counted.coefficients(), within(1e-6));
  }

  @Test
  void aWarmStartEndsWhereAColdOneDoes() throws Exception {
    Sample before = sample(30_000, 5, 6);
    double[] values = before.rows().values().clone();
    double[] labels = before.labels().clone();
    Sample newer = sample(1000, 5, 7);
    System.arraycopy(newer.rows().values(), 0, values, 0, 5000);
    System.arraycopy(newer.labels(), 0, labels, 0, 1000);
    Sample after = Sample.of(new Matrix(30_000, 5, values), labels);
    var cold = fit(after, UNPENALIZED, Optional.empty());
    var warm = fit(after, UNPENALIZED, fit(before, UNPENALIZED, Optional.empty()).parameters());
    assertThat(loss(after, warm)).isEqualTo(loss(after, cold), within(1e-10));
  }

  @Test
  void aModelThatIsWorseThanNoneIsNoStart() throws Exception {
    Sample sample = sample(500, 2, 8);
    var cold = fit(sample, UNPENALIZED, Optional.empty());
    for (var other : new double[][] {{1e9, -1e9}, {1, 2, 3}, {Double.NaN, 0}, {1e300, 1e300}}) {
      var from = Optional.of(Parameters.logistic(other, 0));
      assertThat(fit(sample, UNPENALIZED, from).coefficients()).isEqualTo(cold.coefficients());
    }
  }

  @Test
  void separatedLabelsGiveFiniteCoefficients() throws Exception {
    var values = IntStream.range(0, 100).mapToDouble(i -> i - 49.5).toArray();
    var labels = IntStream.range(0, 100).mapToDouble(i -> i < 50 ? 0 : 1).toArray();
    Sample separated = Sample.of(new Matrix(100, 1, values), labels);
    var model = fit(separated, UNPENALIZED, Optional.empty());
    assertThat(model.coefficients()[0]).isBetween(1.0, 1000.0);
    assertThat(model.predict(separated.rows())).containsExactly(labels, within(1e-3));
  }

  @Test
  void equalColumnsShareTheirCoefficient() throws Exception {
    Sample one = sample(500, 1, 9);
    var twice = new double[1000];
    Arrays.setAll(twice, i -> one.rows().values()[i / 2]);
    var model = fit(Sample.of(new Matrix(500, 2, twice), one.labels()), Map.of(), Optional.empty());
    double alone = fit(one, Map.of(), Optional.empty()).coefficients()[0];
    assertThat(model.coefficients())
        .containsExactly(new double[] {alone / 2, alone / 2}, within(1e-4));
  }

  @Test
  void saysWhatItCannotLearnFrom() {
    assertRefused(new double[] {1, 2}, new double[] {1, 1}, "every label is 1");
    assertRefused(new double[] {1, 2}, new double[] {1, 2}, "label of row 1 is 2.0, not 0 or 1");
    assertRefused(new double[] {1, 2}, new double[] {Double.NaN, 1}, "label of row 0 is NaN");
    assertRefused(new double[] {1, 2}, new double[0], "no labels");
    assertRefused(new double[0], new double[0], "nothing to learn");
    assertRefused(new double[] {1, Double.POSITIVE_INFINITY}, new double[] {0, 1}, "column 0");
  }

  private static void assertRefused(double[] column, double[] labels, String why) {
    Sample sample = Sample.of(new Matrix(column.length, 1, column), labels);
    assertThatThrownBy(() -> fit(sample, Map.of(), Optional.empty()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining(why);
  }

  private static LinearModel fit(
      Sample sample, Map<String, Double> settings, Optional<Parameters> from) throws Exception {
    var trainer = new LogisticRegressionTrainer();
    return trainer.train(new Request(sample, Hyperparameters.of(trainer, settings), 1, from));
  }

  private static double loss(Sample sample, LinearModel model) {
    double[] probabilities = model.predict(sample.rows());
    return IntStream.range(0, sample.size())
        .mapToDouble(
            i -> -Math.log(sample.labels()[i] == 1 ? probabilities[i] : 1 - probabilities[i]))
        .average()
        .orElseThrow();
  }

  private static double[] gradient(Sample sample, LinearModel model, double l2) {
    double[] probabilities = model.predict(sample.rows());
    int width = sample.rows().width();
    var gradient = new double[width + 1];
    for (int i = 0; i < sample.size(); i++) {
      double pull = (probabilities[i] - sample.labels()[i]) / sample.size();
      gradient[width] += pull;
      for (int c = 0; c < width; c++) {
        gradient[c] += pull * sample.rows().at(i, c);
      }
    }
    for (int c = 0; c < width; c++) {
      gradient[c] += l2 * model.coefficients()[c];
    }
    return gradient;
  }

  /** Labels that depend on the first columns. */
  private static Sample sample(int rows, int width, long seed) {
    var random = new SplittableRandom(seed);
    var values = new double[rows * width];
    Arrays.setAll(values, i -> random.nextDouble(-2, 2));
    var labels = new double[rows];
    Arrays.setAll(labels, i -> random.nextDouble() < Logistic.of(values[i * width] - 0.5) ? 1 : 0);
    return Sample.of(new Matrix(rows, width, values), labels);
  }
}
