package io.promoflow.models.forest;

import io.promoflow.models.trainer.Sample;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A bootstrap of rows: as many as there are, drawn with replacement.
 *
 * @param rows that were drawn at least once, ascending
 * @param weights per row of the whole sample: how often it was drawn times what it counts
 */
record Bag(int[] rows, double[] weights) {

  static Bag draw(Sample sample, SplittableRandom random) {
    int size = sample.size();
    var weights = new double[size];
    for (int i = 0; i < size; i++) {
      int row = random.nextInt(size);
      weights[row] += sample.weights()[row];
    }
    return new Bag(IntStream.range(0, size).filter(i -> weights[i] > 0).toArray(), weights);
  }
}
