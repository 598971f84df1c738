package io.promoflow.models.training;

import io.promoflow.models.trainer.Sample;
import java.util.Arrays;

/** Weights under which rare outcomes count as much as frequent ones. */
final class ClassWeights {
  private ClassWeights() {}

  /** n / (2 n of the class), after King and Zeng (2001); the weights add up to the rows. */
  static Sample balanced(Sample sample) {
    double positives = Arrays.stream(sample.labels()).sum();
    double negatives = sample.size() - positives;
    var weights = new double[sample.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = sample.size() / (2 * (sample.labels()[i] == 1 ? positives : negatives));
    }
    return new Sample(sample.rows(), sample.labels(), weights);
  }
}
