package io.promoflow.models.trainer;

import io.promoflow.ingestion.schema.ModelVersion.OneHot;
import java.util.ArrayList;
import java.util.List;

/**
 * How raw rows become standardised vectors: impute, one-hot, standardise. Its numbers are those of
 * {@link io.promoflow.ingestion.schema.ModelVersion}, and its vectors those that {@code Scorer}
 * makes with them, to the last bit.
 *
 * @param features numeric columns, in order
 * @param imputed stands for a missing number, per feature
 * @param oneHots categorical columns with the values that have an element
 * @param standardisation of the whole vector
 */
public record Preparation(
    List<String> features,
    double[] imputed,
    List<OneHot> oneHots,
    Standardisation standardisation) {

  /**
   * What may be chosen.
   *
   * @param mostLevels values of a categorical column, the most frequent, that get an element
   * @param standardise whether columns are brought to mean 0 and deviation 1
   */
  public record Rules(Imputation imputation, int mostLevels, boolean standardise) {}

  /** Learns all of it from rows. */
  public static Preparation fit(RawTable table, Rules rules) {
    var imputed = new double[table.features().size()];
    for (int f = 0; f < imputed.length; f++) {
      imputed[f] = rules.imputation().ofColumn(table.numbers()[f]);
    }
    var oneHots = new ArrayList<OneHot>();
    for (int c = 0; c < table.categories().size(); c++) {
      List<String> elements = CategoryLevels.elements(table.texts()[c], rules.mostLevels());
      if (!elements.isEmpty()) {
        oneHots.add(new OneHot(table.categories().get(c), elements));
      }
    }
    var open = new Preparation(List.copyOf(table.features()), imputed, List.copyOf(oneHots), null);
    return new Preparation(
        open.features,
        imputed,
        open.oneHots,
        rules.standardise()
            ? Standardisation.of(open.filled(table))
            : Standardisation.none(open.width()));
  }

  /** Standardised vectors of rows that have at least these columns. */
  public Matrix apply(RawTable table) {
    return standardisation.apply(filled(table));
  }

  public double[] means() {
    return standardisation.means();
  }

  public double[] scales() {
    return standardisation.scales();
  }

  /** Elements of a vector. */
  public int width() {
    return elements().size();
  }

  /** What the elements of a vector are: a feature, or {@code category=value}. */
  public List<String> elements() {
    var elements = new ArrayList<>(features);
    for (OneHot oneHot : oneHots) {
      oneHot.values().forEach(value -> elements.add(oneHot.feature() + "=" + value));
    }
    return elements;
  }

  private Matrix filled(RawTable table) {
    int width = width();
    var values = new double[table.rows() * width];
    for (int f = 0; f < imputed.length; f++) {
      double[] column = table.numbers()[position(table.features(), features.get(f))];
      for (int i = 0; i < column.length; i++) {
        values[i * width + f] = Double.isFinite(column[i]) ? column[i] : imputed[f];
      }
    }
    int element = imputed.length;
    for (OneHot oneHot : oneHots) {
      String[] column = table.texts()[position(table.categories(), oneHot.feature())];
      for (String value : oneHot.values()) {
        for (int i = 0; i < column.length; i++) {
          values[i * width + element] = value.equals(column[i]) ? 1 : 0;
        }
        element++;
      }
    }
    return new Matrix(table.rows(), width, values);
  }

  private static int position(List<String> columns, String name) {
    int position = columns.indexOf(name);
    if (position < 0) {
      throw new IllegalArgumentException("the rows have no column " + name + ", only " + columns);
    }
    return position;
  }
}
