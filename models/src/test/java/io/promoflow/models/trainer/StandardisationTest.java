package io.promoflow.models.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StandardisationTest {
  private static final double SAME = 1e-9;

  @Test
  void modelOnTheRawScaleSaysTheSame() {
    var random = new SplittableRandom(3);
    var raw = new Matrix(50, 2, random.doubles(100, 100, 900).toArray());
    var space = Standardisation.of(raw);
    var model = new LinearModel(new double[] {1.5, -2}, 0.25, false);

    double[] standard = model.predict(space.apply(raw));

    assertThat(space.undo(model).predict(raw)).containsExactly(standard, within(SAME));
    assertThat(space.undo(space.apply(raw).row(7))).containsExactly(raw.row(7), within(SAME));
  }

  @Test
  void weightsCountAsRepetitions() {
    var once = new Matrix(2, 1, new double[] {0, 3});
    var thrice = new Matrix(3, 1, new double[] {0, 3, 3});

    assertThat(Standardisation.of(once, new double[] {1, 2}))
        .usingRecursiveComparison()
        .withComparatorForType(
            (a, b) -> Math.abs(a - b) < SAME ? 0 : Double.compare(a, b), Double.class)
        .isEqualTo(Standardisation.of(thrice));
  }

  @Test
  void steepestDirectionOfEqualColumnsIsTheirNumber() {
    var values = new double[300];
    var random = new SplittableRandom(5);
    for (int i = 0; i < 100; i++) {
      java.util.Arrays.fill(values, 3 * i, 3 * i + 3, random.nextDouble());
    }
    Sample sample = Sample.of(new Matrix(100, 3, values));

    double steepest =
        Curvature.largestEigenvalue(
            Standardisation.of(sample.rows()).apply(sample.rows()), sample.weights());

    assertThat(steepest).isCloseTo(3, within(SAME));
    assertThat(Curvature.safeStep(Curvature.LOGISTIC, steepest)).isCloseTo(1.2, within(SAME));
  }
}
