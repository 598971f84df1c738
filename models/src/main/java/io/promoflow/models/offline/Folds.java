package io.promoflow.models.offline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Rows parted at random into folds of nearly equal size. */
final class Folds {
  private Folds() {}

  /** Any rows. */
  static List<int[]> of(int rows, int folds, long seed) {
    return stratified(new double[rows], folds, seed);
  }

  /** With every label in every fold as often as in all. */
  static List<int[]> stratified(double[] labels, int folds, long seed) {
    var byLabel = new TreeMap<Double, List<Integer>>();
    for (int i = 0; i < labels.length; i++) {
      byLabel.computeIfAbsent(labels[i], label -> new ArrayList<>()).add(i);
    }
    var random = new Random(seed);
    var parts = new ArrayList<List<Integer>>();
    IntStream.range(0, folds).forEach(fold -> parts.add(new ArrayList<>()));
    int next = 0;
    for (List<Integer> rows : byLabel.values()) {
      java.util.Collections.shuffle(rows, random);
      for (int row : rows) {
        parts.get(next++ % folds).add(row);
      }
    }
    return parts.stream()
        .map(part -> part.stream().mapToInt(Integer::intValue).sorted().toArray())
        .toList();
  }

  /** All rows but these, ascending. */
  static int[] others(int rows, int[] fold) {
    var left = new boolean[rows];
    Arrays.stream(fold).forEach(row -> left[row] = true);
    return IntStream.range(0, rows).filter(row -> !left[row]).toArray();
  }
}
