package io.promoflow.models.flink;

import io.promoflow.ingestion.schema.ModelVersion.OneHot;
import io.promoflow.ingestion.schema.TrainingExample;
import io.promoflow.models.training.FitPlan.Imputation;
import io.promoflow.models.training.Fits.Input;
import io.promoflow.models.training.Levels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.typeutils.RowTypeInfo;
import org.apache.flink.ml.api.Stage;
import org.apache.flink.ml.feature.imputer.Imputer;
import org.apache.flink.ml.feature.imputer.ImputerParams;
import org.apache.flink.ml.feature.onehotencoder.OneHotEncoder;
import org.apache.flink.ml.feature.standardscaler.StandardScaler;
import org.apache.flink.ml.feature.stringindexer.StringIndexer;
import org.apache.flink.ml.feature.stringindexer.StringIndexerParams;
import org.apache.flink.ml.feature.vectorassembler.VectorAssembler;
import org.apache.flink.ml.linalg.DenseVector;
import org.apache.flink.types.Row;

/**
 * The stages of Flink ML that turn examples into standardised vectors: impute, index, one-hot,
 * assemble, scale.
 *
 * <p>Columns are numbered, not named, so that no feature name can be mistaken for an expression.
 * Absent and rare categories become {@link #REST}, which sorts last, and the one-hot encoder drops
 * its last element: so the rest is the reference level, and the elements are not collinear.
 */
final class InputPipeline {
  static final String SCALED = "scaled";
  static final String LABEL = "label";
  static final String CONSTANT = "constant";

  private static final String REST = "\uffff";

  private final List<String> features;
  private final List<CategoryLevels> categories;

  InputPipeline(List<String> features, List<CategoryLevels> categories) {
    this.features = List.copyOf(features);
    this.categories = List.copyOf(categories);
  }

  /**
   * A categorical feature.
   *
   * @param feature its name
   * @param values those that are frequent enough for an element
   * @param indexed how many there are, {@link #REST} included if it occurs
   */
  record CategoryLevels(String feature, List<String> values, int indexed) {
    static CategoryLevels of(String feature, List<TrainingExample> rows, int most) {
      List<String> values = Levels.frequent(rows, feature, most);
      var open = new CategoryLevels(feature, values, 0);
      int indexed = (int) rows.stream().map(open::of).distinct().count();
      return new CategoryLevels(feature, values, indexed);
    }

    String of(TrainingExample example) {
      String value = example.categories().get(feature);
      return value != null && values.contains(value) ? value : REST;
    }
  }

  /** The stages in order; the last one's output column is {@link #SCALED}. */
  List<Stage<?>> stages(Imputation imputation) {
    var stages = new ArrayList<Stage<?>>();
    stages.add(
        new Imputer()
            .setInputCols(columns("n", features.size()))
            .setOutputCols(columns("i", features.size()))
            .setStrategy(
                imputation == Imputation.MEAN ? ImputerParams.MEAN : ImputerParams.MEDIAN));
    if (!categories.isEmpty()) {
      stages.add(
          new StringIndexer()
              .setInputCols(columns("c", categories.size()))
              .setOutputCols(columns("x", categories.size()))
              .setStringOrderType(StringIndexerParams.ALPHABET_ASC_ORDER));
      stages.add(
          new OneHotEncoder()
              .setInputCols(columns("x", categories.size()))
              .setOutputCols(columns("h", categories.size()))
              .setDropLast(true));
    }
    stages.add(
        new VectorAssembler()
            .setInputCols(join(columns("i", features.size()), columns("h", categories.size())))
            .setInputSizes(sizes())
            .setOutputCol("assembled"));
    stages.add(
        new StandardScaler()
            .setInputCol("assembled")
            .setOutputCol(SCALED)
            .setWithMean(true)
            .setWithStd(true));
    return stages;
  }

  /** Examples as rows: numbers, categories, the label, and the constant that is the intercept. */
  List<Row> rows(List<TrainingExample> examples, double constant) {
    return examples.stream().map(example -> row(example, constant)).toList();
  }

  private Row row(TrainingExample example, double constant) {
    var row = new Row(features.size() + categories.size() + 2);
    int column = 0;
    for (String feature : features) {
      Double value = example.values().get(feature);
      row.setField(column++, value == null || !Double.isFinite(value) ? Double.NaN : value);
    }
    for (CategoryLevels category : categories) {
      row.setField(column++, category.of(example));
    }
    row.setField(column++, example.ordered() ? 1.0 : 0.0);
    row.setField(column, constant);
    return row;
  }

  RowTypeInfo type() {
    var types = new TypeInformation<?>[features.size() + categories.size() + 2];
    Arrays.fill(types, Types.DOUBLE);
    Arrays.fill(types, features.size(), features.size() + categories.size(), Types.STRING);
    return new RowTypeInfo(
        types,
        join(
            join(columns("n", features.size()), columns("c", categories.size())),
            new String[] {LABEL, CONSTANT}));
  }

  /** The fitted stages in the form that we publish. */
  Input input(
      Map<String, Double> surrogates, String[][] indexed, DenseVector mean, DenseVector std) {
    var imputed = new double[features.size()];
    for (int i = 0; i < imputed.length; i++) {
      imputed[i] = surrogates.getOrDefault("n" + i, Double.NaN);
    }
    var oneHots = new ArrayList<OneHot>();
    for (int c = 0; c < categories.size(); c++) {
      List<String> levels = List.of(indexed[c]);
      oneHots.add(new OneHot(categories.get(c).feature(), levels.subList(0, levels.size() - 1)));
    }
    return new Input(imputed, oneHots, mean.values, std.values);
  }

  boolean hasCategories() {
    return !categories.isEmpty();
  }

  /** Elements of the vector. */
  int width() {
    return Stream.of(sizes()).mapToInt(Integer::intValue).sum();
  }

  private Integer[] sizes() {
    return Stream.concat(
            features.stream().map(feature -> 1),
            categories.stream().map(category -> category.indexed() - 1))
        .toArray(Integer[]::new);
  }

  private static String[] columns(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toArray(String[]::new);
  }

  private static String[] join(String[] first, String[] second) {
    var both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
