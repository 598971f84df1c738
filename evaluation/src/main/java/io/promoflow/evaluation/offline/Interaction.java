package io.promoflow.evaluation.offline;

import io.promoflow.evaluation.inference.Contrast;
import java.util.List;

/**
 * How much the effect of one factor's level differs between two levels of another factor, averaged
 * over all others with equal weights; undefined numbers are NaN.
 *
 * @param metric what is compared
 * @param factors columns of the two
 * @param first level of one factor, such as {@code mail=yes}
 * @param second level of the other
 * @param contrast the difference of differences
 * @param alwaysValidHalf half-width of its always-valid interval
 * @param alwaysValidP for any number of looks
 * @param adjustedP the deciding p, adjusted over all interactions of the primary metric, or of all
 *     other metrics
 */
public record Interaction(
    TableMetric metric,
    List<String> factors,
    String first,
    String second,
    Contrast contrast,
    double alwaysValidHalf,
    double alwaysValidP,
    double adjustedP) {

  Interaction adjusted(double adjustedP) {
    return new Interaction(
        metric, factors, first, second, contrast, alwaysValidHalf, alwaysValidP, adjustedP);
  }

  double decidingP(EvaluationMapping.Looks looks) {
    return looks == EvaluationMapping.Looks.ONCE ? contrast.p() : alwaysValidP;
  }

  double alwaysValidLow() {
    return contrast.estimate() - alwaysValidHalf;
  }

  double alwaysValidHigh() {
    return contrast.estimate() + alwaysValidHalf;
  }

  /** Both levels, as reports name them. */
  String name() {
    return first + " × " + second;
  }
}
