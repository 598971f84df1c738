package io.promoflow.evaluation.offline;

import io.promoflow.ingestion.replay.MappingException;
import io.promoflow.models.offline.CsvTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads a file by a mapping. */
final class TableReader {
  private static final int MOST_MISSING = 10;

  private final EvaluationMapping mapping;
  private final TableColumns columns;
  private final List<String> variants;
  private final Design design;
  private final List<List<String>> segments;
  private final LocalDate[] days;

  private TableReader(EvaluationMapping mapping, CsvTable csv) {
    this.mapping = mapping;
    this.columns = new TableColumns(csv);
    if (mapping.factors().isEmpty()) {
      this.variants = columns.texts(mapping.variant());
      this.design = Design.against(mapping.control());
    } else {
      var factors = new FactorColumns(mapping.factors(), columns);
      this.variants = factors.combinations();
      this.design = factors.design();
    }
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
    if (mapping.weights().isEmpty() || !mapping.factors().isEmpty()) {
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
    if (design instanceof FactorialDesign factorial) {
      refuseWithoutCombinations(file, factorial, found);
      return;
    }
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

  private static void refuseWithoutCombinations(
      Path file, FactorialDesign design, Set<String> found) {
    var problems = new ArrayList<String>();
    for (Factor factor : design.factors()) {
      if (design.levels(factor).size() < 2) {
        problems.add(
            file
                + ": has no "
                + factor.column()
                + " beside the control '"
                + factor.control()
                + "'");
      }
    }
    design.cells().stream()
        .filter(cell -> !found.contains(cell))
        .limit(MOST_MISSING)
        .forEach(
            cell ->
                problems.add(
                    file
                        + ": has no row with "
                        + cell
                        + "; every combination of the factors must have some"));
    if (!problems.isEmpty()) {
      throw new MappingException(problems);
    }
  }

  Design design() {
    return design;
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
