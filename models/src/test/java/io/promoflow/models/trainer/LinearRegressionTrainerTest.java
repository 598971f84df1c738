package io.promoflow.models.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LinearRegressionTrainerTest extends TrainerContract {

  @Override
  protected Trainer trainer() {
    return new LinearRegressionTrainer();
  }

  @Override
  protected int degenerateCases() {
    return 10_000;
  }

  /**
   * Longley (1967), whose columns are nearly collinear; the coefficients are certified by NIST's
   * Statistical Reference Datasets.
   */
  @Test
  void givesTheCertifiedCoefficientsOfLongley() throws Exception {
    double[][] years = {
      {83.0, 234289, 2356, 1590, 107608, 1947, 60323},
      {88.5, 259426, 2325, 1456, 108632, 1948, 61122},
      {88.2, 258054, 3682, 1616, 109773, 1949, 60171},
      {89.5, 284599, 3351, 1650, 110929, 1950, 61187},
      {96.2, 328975, 2099, 3099, 112075, 1951, 63221},
      {98.1, 346999, 1932, 3594, 113270, 1952, 63639},
      {99.0, 365385, 1870, 3547, 115094, 1953, 64989},
      {100.0, 363112, 3578, 3350, 116219, 1954, 63761},
      {101.2, 397469, 2904, 3048, 117388, 1955, 66019},
      {104.6, 419180, 2822, 2857, 118734, 1956, 67857},
      {108.4, 442769, 2936, 2798, 120445, 1957, 68169},
      {110.8, 444546, 4681, 2637, 121950, 1958, 66513},
      {112.6, 482704, 3813, 2552, 123366, 1959, 68655},
      {114.2, 502601, 3931, 2514, 125368, 1960, 69564},
      {115.7, 518173, 4806, 2572, 127852, 1961, 69331},
      {116.9, 554894, 4007, 2827, 130081, 1962, 70551},
    };
    double[] certified = {
      15.0618722713733,
      -0.0358191792925910,
      -2.02022980381683,
      -1.03322686717359,
      -0.0511041056535807,
      1829.15146461355
    };
    var model =
        fit(
            Sample.of(
                Matrix.of(
                    Arrays.stream(years)
                        .map(year -> Arrays.copyOf(year, 6))
                        .toArray(double[][]::new)),
                Arrays.stream(years).mapToDouble(year -> year[6]).toArray()),
            0);
    for (int c = 0; c < certified.length; c++) {
      assertThat(model.coefficients()[c]).isCloseTo(certified[c], Percentage.withPercentage(1e-4));
    }
    assertThat(model.intercept()).isCloseTo(-3482258.63459582, Percentage.withPercentage(1e-4));
  }

  @Test
  void aPenaltyOnOneColumnIsAddedToItsVariance() throws Exception {
    // variance 2/3, covariance 4/3
    Sample sample = sample(new double[] {-1, 0, 1}, 1, new double[] {1, 3, 5});
    var model = fit(sample, 1);
    assertThat(model.coefficients()[0]).isEqualTo(4.0 / 3 / (2.0 / 3 + 1), within(1e-9));
    assertThat(model.intercept()).isEqualTo(3, within(1e-9));
  }

  @Test
  void aWeightCountsLikeRepeatedRows() throws Exception {
    Sample weighted =
        new Sample(
            new Matrix(3, 1, new double[] {1, 2, 4}),
            new double[] {1, 5, 4},
            new double[] {1, 3, 2});
    Sample counted = weighted.select(new int[] {0, 1, 1, 1, 2, 2});
    var once = new double[6];
    Arrays.fill(once, 1);
    assertThat(fit(weighted, 0).coefficients())
        .containsExactly(
            fit(new Sample(counted.rows(), counted.labels(), once), 0).coefficients(),
            within(1e-9));
  }

  @Test
  void equalColumnsAnswerLikeOne() throws Exception {
    double[] column = {1, 2, 3, 4};
    double[] labels = {2, 3, 5, 9};
    var alone = fit(sample(column, 1, labels), 0);
    Sample twice = sample(new double[] {1, 1, 2, 2, 3, 3, 4, 4}, 2, labels);
    assertThat(fit(twice, 0).predict(twice.rows()))
        .containsExactly(alone.predict(new Matrix(4, 1, column)), within(1e-6));
  }

  @Test
  void wideRowsAreFittedToo() throws Exception {
    var random = new SplittableRandom(1);
    int rows = 2000;
    int width = 501;
    var values = new double[rows * width];
    Arrays.setAll(values, i -> random.nextDouble(-1, 1));
    var labels = new double[rows];
    Arrays.setAll(labels, i -> 3 * values[i * width] - 2 * values[i * width + 500] + 7);
    var model = fit(sample(values, width, labels), 0);
    assertThat(model.coefficients()[0]).isEqualTo(3, within(1e-4));
    assertThat(model.coefficients()[250]).isEqualTo(0, within(1e-4));
    assertThat(model.coefficients()[500]).isEqualTo(-2, within(1e-4));
    assertThat(model.intercept()).isEqualTo(7, within(1e-4));
  }

  @Test
  void saysWhatItCannotLearnFrom() {
    assertThatThrownBy(() -> fit(sample(new double[] {1, 2}, 1, new double[] {1, Double.NaN}), 0))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("a label is not finite");
    assertThatThrownBy(() -> fit(sample(new double[] {1, 2}, 1, new double[0]), 0))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("no labels");
  }

  private static Sample sample(double[] values, int width, double[] labels) {
    return Sample.of(new Matrix(values.length / width, width, values), labels);
  }

  private static LinearModel fit(Sample sample, double l2) throws Exception {
    var trainer = new LinearRegressionTrainer();
    return trainer.train(
        new Request(sample, Hyperparameters.of(trainer, Map.of("l2", l2)), 1, Optional.empty()));
  }
}
