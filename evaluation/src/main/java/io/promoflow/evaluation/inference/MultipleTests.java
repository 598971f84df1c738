package io.promoflow.evaluation.inference;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** p values of many tests, adjusted so that each may be compared with the level of one. */
public enum MultipleTests {
  /** Keeps the chance of any false finding at the level (Holm 1979). */
  HOLM {
    @Override
    void adjust(List<Integer> smallestFirst, double[] p) {
      double least = 0;
      int tests = smallestFirst.size();
      for (int rank = 0; rank < tests; rank++) {
        int test = smallestFirst.get(rank);
        least = Math.max(least, Math.min(1, (tests - rank) * p[test]));
        p[test] = least;
      }
    }
  },
  /** Keeps the expected share of false findings among the findings (Benjamini, Hochberg 1995). */
  BENJAMINI_HOCHBERG {
    @Override
    void adjust(List<Integer> smallestFirst, double[] p) {
      double most = 1;
      int tests = smallestFirst.size();
      for (int rank = tests; rank > 0; rank--) {
        int test = smallestFirst.get(rank - 1);
        most = Math.min(most, p[test] * tests / rank);
        p[test] = most;
      }
    }
  },
  /** Leaves them as they are. */
  NONE {
    @Override
    void adjust(List<Integer> smallestFirst, double[] p) {}
  };

  /** In the order given; NaN stands for a test that could not be made, and counts as none. */
  public double[] adjusted(double... p) {
    double[] adjusted = p.clone();
    List<Integer> smallestFirst =
        IntStream.range(0, p.length)
            .filter(i -> !Double.isNaN(p[i]))
            .boxed()
            .sorted(Comparator.comparingDouble(i -> p[i]))
            .toList();
    adjust(smallestFirst, adjusted);
    return adjusted;
  }

  abstract void adjust(List<Integer> smallestFirst, double[] p);
}
