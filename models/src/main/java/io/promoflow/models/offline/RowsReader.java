package io.promoflow.models.offline;

import io.promoflow.ingestion.replay.MappingException;
import io.promoflow.models.offline.TableMapping.Label;
import io.promoflow.models.trainer.RawTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Reads a file by a mapping. What is no number where one is due counts as missing, and is told. */
final class RowsReader {
  private static final int MOST_COMPLAINTS = 10;
  private static final double MOSTLY = 0.9;

  private final TableMapping mapping;
  private final CsvTable csv;
  private final List<String> complaints = new ArrayList<>();
  private long badValues;

  private RowsReader(TableMapping mapping, CsvTable csv) {
    this.mapping = mapping;
    this.csv = csv;
  }

  static Rows read(TableMapping mapping, Path file) throws IOException {
    return new RowsReader(mapping, CsvTable.read(file, mapping.delimiter(), mapping.missing()))
        .rows();
  }

  private Rows rows() {
    csv.oddRows()
        .forEach(row -> complain(row, "has not the " + csv.names().size() + " columns of line 1"));
    List<String> numeric = numeric();
    List<String> categorical = categorical(numeric);
    var table =
        new RawTable(
            csv.rows(),
            numeric,
            numeric.stream().map(this::numbers).toArray(double[][]::new),
            categorical,
            categorical.stream()
                .map(name -> csv.column(name).toArray(String[]::new))
                .toArray(String[][]::new));
    double[] labels = mapping.label().map(this::labels).orElse(new double[0]);
    double[] weights = weights();
    int[] kept =
        IntStream.range(0, csv.rows())
            .filter(i -> labels.length == 0 || !Double.isNaN(labels[i]))
            .toArray();
    double[] keptLabels =
        labels.length == 0 ? labels : Arrays.stream(kept).mapToDouble(i -> labels[i]).toArray();
    return new Rows(
        table.select(kept),
        keptLabels,
        keptLabels.length > 0 && Arrays.stream(keptLabels).allMatch(y -> y == 0 || y == 1),
        Arrays.stream(kept).mapToDouble(i -> weights[i]).toArray(),
        mapping
            .treatment()
            .map(
                treatment -> {
                  List<String> column = csv.column(treatment.column());
                  return Arrays.stream(kept).mapToObj(column::get).toList();
                }),
        List.copyOf(complaints),
        badValues,
        csv.rows() - kept.length);
  }

  private List<String> numeric() {
    return mapping.numeric().contains(TableMapping.ALL)
        ? others(mapping.categorical()).stream()
            .filter(name -> Numbers.mostly(csv.column(name), MOSTLY))
            .toList()
        : mapping.numeric();
  }

  private List<String> categorical(List<String> numeric) {
    return mapping.categorical().contains(TableMapping.ALL)
        ? others(numeric)
        : mapping.categorical();
  }

  private List<String> others(List<String> taken) {
    Set<String> left = new HashSet<>(taken);
    left.addAll(mapping.ignore());
    mapping.label().ifPresent(label -> left.add(label.column()));
    mapping.weights().ifPresent(left::add);
    mapping.treatment().ifPresent(treatment -> left.add(treatment.column()));
    return csv.names().stream().filter(name -> !left.contains(name)).toList();
  }

  private double[] numbers(String name) {
    List<String> texts = csv.column(name);
    var numbers = new double[texts.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Numbers.of(texts.get(i));
      if (Double.isNaN(numbers[i]) && texts.get(i) != null) {
        complain(i + 1, name + " is '" + texts.get(i) + "', which is no number; counts as missing");
      }
    }
    return numbers;
  }

  private double[] labels(Label label) {
    if (label.positive().isEmpty()) {
      return numbers(label.column());
    }
    List<String> texts = csv.column(label.column());
    if (texts.stream().noneMatch(text -> text != null && positive(label, text))) {
      throw new MappingException(
          List.of(
              csv.path()
                  + ": no row has "
                  + label.column()
                  + " "
                  + String.join(" or ", label.positive())));
    }
    return texts.stream()
        .mapToDouble(text -> text == null ? Double.NaN : positive(label, text) ? 1 : 0)
        .toArray();
  }

  /** Numbers are compared as numbers, so that 1 is 1.0. */
  private static boolean positive(Label label, String text) {
    return label.positive().contains(text)
        || (Numbers.is(text)
            && label.positive().stream().anyMatch(one -> Numbers.of(one) == Numbers.of(text)));
  }

  private double[] weights() {
    var ones = new double[csv.rows()];
    Arrays.fill(ones, 1);
    return mapping
        .weights()
        .map(
            name -> {
              double[] weights = numbers(name);
              for (int i = 0; i < weights.length; i++) {
                if (!(weights[i] > 0)) {
                  complain(i + 1, name + " is no positive number; counts as 1");
                  weights[i] = 1;
                }
              }
              return weights;
            })
        .orElse(ones);
  }

  private void complain(long row, String what) {
    badValues++;
    if (complaints.size() < MOST_COMPLAINTS) {
      complaints.add("row " + row + ": " + what);
    }
  }
}
