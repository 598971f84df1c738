package io.promoflow.models.uplift;

import io.promoflow.models.trainer.Matrix;
import io.promoflow.models.trainer.Sample;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Shoppers who were given a promotion, or none, by chance, and what came of it.
 *
 * @param rows what was known of them before
 * @param labels outcome per row: 0 or 1, or an amount
 * @param weights per row, positive: one over the probability with which its arm was chosen, where
 *     that was not the same for all
 * @param arms per row, the number of its kind
 * @param kinds the arms by number; the first is the control
 */
public record TrialSample(
    Matrix rows, double[] labels, double[] weights, int[] arms, List<String> kinds) {
  /** The arm without a promotion. */
  public static final int CONTROL = 0;

  public TrialSample {
    if (labels.length != rows.rows()
        || weights.length != rows.rows()
        || arms.length != rows.rows()) {
      throw new IllegalArgumentException(
          "%d rows with %d labels, %d weights and %d arms"
              .formatted(rows.rows(), labels.length, weights.length, arms.length));
    }
    for (int arm : arms) {
      if (arm < 0 || arm >= kinds.size()) {
        throw new IllegalArgumentException("there is no arm " + arm + " among " + kinds);
      }
    }
  }

  public int size() {
    return arms.length;
  }

  /** The rows of one arm, ascending. */
  public int[] rowsOf(int arm) {
    return IntStream.range(0, arms.length).filter(i -> arms[i] == arm).toArray();
  }

  /** One arm as a sample of its own. */
  public Sample sampleOf(int arm) {
    return new Sample(rows, labels, weights).select(rowsOf(arm));
  }

  /** The rows of an arm and of the control, as a trial of two arms. */
  public TrialSample against(int arm) {
    int[] kept = IntStream.range(0, size()).filter(i -> isIn(i, arm)).toArray();
    return select(kept, List.of(kinds.get(CONTROL), kinds.get(arm)), arm);
  }

  private boolean isIn(int row, int arm) {
    return arms[row] == CONTROL || arms[row] == arm;
  }

  private TrialSample select(int[] chosen, List<String> two, int arm) {
    return new TrialSample(
        rows.select(chosen),
        Arrays.stream(chosen).mapToDouble(i -> labels[i]).toArray(),
        Arrays.stream(chosen).mapToDouble(i -> weights[i]).toArray(),
        Arrays.stream(chosen).map(i -> arms[i] == arm ? 1 : CONTROL).toArray(),
        two);
  }
}
