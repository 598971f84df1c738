package io.promoflow.evaluation.offline;

import io.promoflow.ingestion.replay.MappingException;
import io.promoflow.models.offline.CsvTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** Reads a file by a mapping. */
final class TableReader {
  private final EvaluationMapping mapping;
  private final TableColumns columns;
  private final List<String> variants;
  private final List<List<String>> segments;
  private final LocalDate[] days;

  private TableReader(EvaluationMapping mapping, CsvTable csv) {
    this.mapping = mapping;
    this.columns = new TableColumns(csv);
    this.variants = columns.texts(mapping.variant());
    this.segments = mapping.segments().stream().map(columns::texts).toList();
    this.days = mapping.time().map(columns::days).orElse(null);
  }

  static TableRead read(EvaluationMapping mapping, Path file) throws IOException {
    var csv = CsvTable.read(file, mapping.delimiter(), mapping.missing());
    var reader = new TableReader(mapping, csv);
    reader.refuseUnknownVariants();
    TableRead read =
        mapping.rows().units().isPresent()
            ? new AggregateRows(mapping, reader.columns).read(reader)
            : new UnitRows(mapping, reader.columns).read(reader);
    reader.columns.refuseIfAny();
    reader.refuseWithoutComparison(file, read);
    return read;
  }

  private void refuseUnknownVariants() {
    if (mapping.weights().isEmpty()) {
      return;
    }
    for (int row = 0; row < variants.size(); row++) {
      String variant = variants.get(row);
      if (variant != null && !mapping.weights().containsKey(variant)) {
        columns.problem(
            row, mapping.variant(), "must be one of " + mapping.weights().keySet(), variant);
      }
    }
  }

  private void refuseWithoutComparison(Path file, TableRead read) {
    var found = read.sums().of(ExperimentSums.ALL).keySet();
    if (!found.contains(mapping.control())) {
      throw new MappingException(
          List.of(
              file
                  + ": has no row with "
                  + mapping.variant()
                  + " '"
                  + mapping.control()
                  + "', which is the control; it has "
                  + found));
    }
    if (found.size() < 2) {
      throw new MappingException(
          List.of(file + ": has no variant beside the control '" + mapping.control() + "'"));
    }
  }

  /** Null where the row names none. */
  String variant(int row) {
    return variants.get(row);
  }

  /** Segments of a row, such as {@code womens=1}. */
  List<String> segments(int row) {
    var its = new ArrayList<String>();
    for (int s = 0; s < segments.size(); s++) {
      String value = segments.get(s).get(row);
      its.add(mapping.segments().get(s) + "=" + (value == null ? "none" : value));
    }
    return its;
  }

  /** Null without a time. */
  LocalDate day(int row) {
    return days == null ? null : days[row];
  }
}
