package io.promoflow.ingestion.replay;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How the rows of one kind of file become events.
 *
 * @param files pattern of the file names it is for
 * @param format how rows are written
 * @param delimiter between columns of CSV
 * @param columns names of the columns; empty when the first line of a CSV file names them
 * @param missing texts that mean "no value"
 * @param byTime whether the file is out of order and must be sorted by time before it is sent
 * @param fields event field to its rule
 * @param cases fields that replace others where their conditions hold, in this order
 * @param skips rows that are no events at all; they are counted
 */
record SourceMapping(
    String files,
    Format format,
    char delimiter,
    List<String> columns,
    Set<String> missing,
    boolean byTime,
    Map<String, FieldRule> fields,
    List<Case> cases,
    List<List<RowCondition>> skips) {

  enum Format {
    CSV,
    JSONL
  }

  /**
   * Fields of some rows.
   *
   * @param conditions all must hold
   * @param fields that replace the ordinary ones
   */
  record Case(List<RowCondition> conditions, Map<String, FieldRule> fields) {}

  boolean isFor(Path file) {
    return FileSystems.getDefault().getPathMatcher("glob:" + files).matches(file.getFileName());
  }

  boolean skips(Row row) {
    return skips.stream().anyMatch(all -> all.stream().allMatch(c -> c.holds(row)));
  }

  /**
   * The rule of a field for this row: of the last case that holds and has it, else the ordinary.
   */
  FieldRule rule(String field, Row row) {
    FieldRule rule = fields.get(field);
    for (Case some : cases) {
      FieldRule special = some.fields().get(field);
      if (special != null && some.conditions().stream().allMatch(c -> c.holds(row))) {
        rule = special;
      }
    }
    return rule;
  }

  /** Every column that some rule or condition reads. */
  Set<String> columnsRead() {
    var read = new TreeSet<String>();
    fields.values().forEach(rule -> read.addAll(rule.columns()));
    for (Case some : cases) {
      some.fields().values().forEach(rule -> read.addAll(rule.columns()));
      some.conditions().forEach(c -> read.add(c.column()));
    }
    skips.forEach(all -> all.forEach(c -> read.add(c.column())));
    return read;
  }
}
