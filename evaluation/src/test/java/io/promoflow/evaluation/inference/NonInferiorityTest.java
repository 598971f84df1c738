package io.promoflow.evaluation.inference;

import static io.promoflow.evaluation.inference.NonInferiority.Status.BROKEN;
import static io.promoflow.evaluation.inference.NonInferiority.Status.HELD;
import static io.promoflow.evaluation.inference.NonInferiority.Status.OPEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.promoflow.evaluation.AlwaysValid;
import io.promoflow.evaluation.Group;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NonInferiorityTest {
  private static final AlwaysValid INTERVAL = new AlwaysValid(0.05, 10_000);
  private static final Group CONTROL = new Group(10_000, 10, 25);

  @ParameterizedTest(name = "variant mean {0}, direction {1}: {2}")
  @CsvSource({
    "10.0, 1, HELD", "9.5, 1, OPEN", "9.0, 1, BROKEN", "12.0, 1, HELD",
    "10.0, -1, HELD", "10.5, -1, OPEN", "11.0, -1, BROKEN", "8.0, -1, HELD"
  })
  void marginOfFivePercent(double mean, int direction, NonInferiority.Status status) {
    var test = NonInferiority.of(new Group(10_000, mean, 25), CONTROL, direction, 0.05, INTERVAL);
    assertThat(test.status()).isEqualTo(status);
  }

  @Test
  void errorCountsThatTheControlIsEstimated() {
    var test = NonInferiority.of(new Group(10_000, 10, 25), CONTROL, 1, 0.1, INTERVAL);
    double error = Math.sqrt(25 / 1e4 + 0.81 * 25 / 1e4);
    assertThat(test.slack()).isCloseTo(1, within(1e-12));
    assertThat(test.slack() - test.low())
        .isCloseTo(INTERVAL.oneSidedMultiplier(20_000) * error, within(1e-12));
  }

  @Test
  void marginOfANegativeMeanIsALossToo() {
    var control = new Group(10_000, -10, 25);
    assertThat(of(-10, control).status()).isEqualTo(HELD);
    assertThat(of(-10.5, control).status()).isEqualTo(OPEN);
    assertThat(of(-11, control).status()).isEqualTo(BROKEN);
  }

  private static NonInferiority of(double mean, Group control) {
    return NonInferiority.of(new Group(10_000, mean, 25), control, 1, 0.05, INTERVAL);
  }

  @Test
  void withoutVariationNothingIsKnown() {
    var test = NonInferiority.of(new Group(1, 10, 0), new Group(1, 10, 0), 1, 0.05, INTERVAL);
    assertThat(test.status()).isEqualTo(OPEN);
  }
}
