package io.promoflow.models.trainer;

import io.promoflow.ingestion.schema.TrainingExample;
import java.util.Arrays;
import java.util.List;

/**
 * Rows as they are before anything is prepared, column by column.
 *
 * @param rows how many
 * @param features names of the numeric columns
 * @param numbers per feature and row; what is not finite is missing
 * @param categories names of the categorical columns
 * @param texts per category and row; null is missing
 */
public record RawTable(
    int rows,
    List<String> features,
    double[][] numbers,
    List<String> categories,
    String[][] texts) {

  /** Some columns of training examples. */
  public static RawTable of(
      List<TrainingExample> examples, List<String> features, List<String> categories) {
    return new RawTable(
        examples.size(),
        features,
        features.stream()
            .map(
                feature ->
                    examples.stream()
                        .mapToDouble(row -> row.values().getOrDefault(feature, Double.NaN))
                        .toArray())
            .toArray(double[][]::new),
        categories,
        categories.stream()
            .map(
                category ->
                    examples.stream()
                        .map(row -> row.categories().get(category))
                        .toArray(String[]::new))
            .toArray(String[][]::new));
  }

  /** Some of the rows, in the order asked for. */
  public RawTable select(int[] chosen) {
    return new RawTable(
        chosen.length,
        features,
        Arrays.stream(numbers)
            .map(column -> Arrays.stream(chosen).mapToDouble(i -> column[i]).toArray())
            .toArray(double[][]::new),
        categories,
        Arrays.stream(texts)
            .map(column -> Arrays.stream(chosen).mapToObj(i -> column[i]).toArray(String[]::new))
            .toArray(String[][]::new));
  }
}
