package io.promoflow.features;

import io.promoflow.features.aggregate.Cells;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads the features off the totals of the windows. */
final class Reading implements Serializable {
  private static final long serialVersionUID = 1L;

  private final List<Declaration> declarations;
  private final int[] columns;
  private final int windows;
  private final List<FeatureDescription> catalog = new ArrayList<>();

  /** Position of a declaration's feature over a window in the vector; -1 when not written. */
  private final int[][] positions;

  /** Positions of what a formula reads. */
  private final int[][] inputs;

  /** Whether a declaration's value over a window is written, or read by a formula. */
  private final boolean[][] needed;

  /**
   * @param columns where each declaration's aggregate is; -1 for a formula
   */
  Reading(List<Declaration> declarations, int[] columns, List<Duration> windows) {
    this.declarations = declarations;
    this.columns = columns;
    this.windows = windows.size();
    this.positions = new int[windows.size()][declarations.size()];
    this.inputs = new int[declarations.size()][];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = inputs(declarations.get(i));
    }
    this.needed = new boolean[windows.size()][declarations.size()];
    for (int i = 0; i < declarations.size(); i++) {
      Declaration d = declarations.get(i);
      List<Duration> its = windowsOf(d, windows);
      for (int w = 0; w < windows.size(); w++) {
        positions[w][i] = -1;
        if (its.contains(windows.get(w)) && !d.hidden()) {
          need(w, i);
          positions[w][i] = catalog.size();
          String suffix = d.oneWindow() ? "" : WindowName.suffix(windows.get(w));
          catalog.add(FeatureDescription.of(d, d.name() + suffix, windows.get(w)));
        }
      }
    }
  }

  private static List<Duration> windowsOf(Declaration d, List<Duration> all) {
    if (d.ever()) {
      return List.of(Windows.EVER);
    }
    List<Duration> its =
        d.windows().isEmpty()
            ? all.stream().filter(window -> !window.equals(Windows.EVER)).toList()
            : d.windows();
    return d.oneWindow() ? List.of(its.get(its.size() - 1)) : its;
  }

  private int[] inputs(Declaration declaration) {
    if (declaration.formula() == null) {
      return new int[0];
    }
    var names = declarations.stream().map(Declaration::name).toList();
    return declaration.formula().inputs().stream().mapToInt(names::indexOf).toArray();
  }

  private void need(int w, int i) {
    needed[w][i] = true;
    if (declarations.get(i).formula() != null) {
      for (int input : inputs[i]) {
        need(w, input);
      }
    }
  }

  List<FeatureDescription> catalog() {
    return catalog;
  }

  /** Which columns are read over which window. */
  boolean[][] used(int columnCount) {
    var used = new boolean[windows][columnCount];
    for (int w = 0; w < windows; w++) {
      for (int i = 0; i < columns.length; i++) {
        if (columns[i] >= 0) {
          used[w][columns[i]] |= needed[w][i];
        }
      }
    }
    return used;
  }

  FeatureVector vector(String key, long asOf, Cells totals, Windows sums, Layout layout) {
    double[] values = new double[catalog.size()];
    String[] categories = new String[catalog.size()];
    double[] here = new double[declarations.size()];
    for (int w = 0; w < windows; w++) {
      for (int i = 0; i < here.length; i++) {
        Declaration d = declarations.get(i);
        int position = positions[w][i];
        if (d.categorical()) {
          here[i] = Double.NaN;
          if (position >= 0) {
            Column column = layout.column(columns[i]);
            categories[position] =
                d.aggregate().text(totals, sums.number(w, column), sums.part(w, column));
            values[position] = Double.NaN;
          }
        } else {
          here[i] = value(i, w, asOf, totals, sums, layout, here);
          if (position >= 0) {
            values[position] = here[i];
          }
        }
      }
    }
    return new FeatureVector(key, asOf, values, categories);
  }

  private double value(
      int i, int w, long asOf, Cells totals, Windows sums, Layout layout, double[] here) {
    double value;
    if (!needed[w][i]) {
      return Double.NaN;
    }
    Declaration d = declarations.get(i);
    if (d.formula() != null) {
      double[] values = new double[inputs[i].length];
      for (int k = 0; k < values.length; k++) {
        values[k] = here[inputs[i][k]];
      }
      value = d.formula().value(values);
    } else {
      Column column = layout.column(columns[i]);
      value = d.aggregate().value(totals, sums.number(w, column), sums.part(w, column), asOf);
    }
    return Double.isNaN(value) ? d.absent() : value;
  }
}
