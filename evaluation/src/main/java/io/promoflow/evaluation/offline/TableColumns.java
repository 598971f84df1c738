package io.promoflow.evaluation.offline;

import io.promoflow.ingestion.replay.MappingException;
import io.promoflow.models.offline.CsvTable;
import io.promoflow.models.offline.Numbers;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of a file, read strictly: an outcome that is no number must not pass for none, so a
 * file with one is refused, and every complaint names file, row, column, rule and value.
 */
final class TableColumns {
  private static final int MOST_PROBLEMS = 10;
  private static final int DATE_LENGTH = 10;

  private final CsvTable csv;
  private final List<String> problems = new ArrayList<>();
  private long found;

  TableColumns(CsvTable csv) {
    this.csv = csv;
    csv.oddRows().forEach(row -> complain(row + ": must have " + csv.names().size() + " fields"));
  }

  int rows() {
    return csv.rows();
  }

  /** Null is missing. */
  List<String> texts(String column) {
    return csv.column(column);
  }

  /** Numbers of a column; {@code absent} stands for a missing one. */
  double[] numbers(String column, double absent) {
    List<String> texts = csv.column(column);
    var numbers = new double[texts.size()];
    for (int row = 0; row < numbers.length; row++) {
      String text = texts.get(row);
      numbers[row] = text == null ? absent : Numbers.of(text);
      if (text != null && Double.isNaN(numbers[row])) {
        problem(row, column, "must be a number", text);
      }
    }
    return numbers;
  }

  /** Days of dates or moments in ISO 8601, in their own zone. */
  LocalDate[] days(String column) {
    List<String> texts = csv.column(column);
    var days = new LocalDate[texts.size()];
    for (int row = 0; row < days.length; row++) {
      String text = texts.get(row);
      try {
        days[row] =
            LocalDate.parse(
                text == null || text.length() < DATE_LENGTH ? "" : text.substring(0, DATE_LENGTH));
      } catch (DateTimeParseException e) {
        days[row] = LocalDate.EPOCH;
        problem(row, column, "must begin with a date such as 2026-01-05", text);
      }
    }
    return days;
  }

  /** Notes that a value is wrong; rows count from 0 here and from 1 in messages. */
  void problem(int row, String column, String rule, Object value) {
    complain(row + 1 + ": " + column + ": " + rule + (value == null ? "" : ", is '" + value + "'"));
  }

  private void complain(String what) {
    found++;
    if (problems.size() < MOST_PROBLEMS) {
      problems.add(csv.path() + ": row " + what);
    }
  }

  void refuseIfAny() {
    if (found > problems.size()) {
      problems.add(csv.path() + ": and " + (found - problems.size()) + " more");
    }
    if (found > 0) {
      throw new MappingException(problems);
    }
  }
}
