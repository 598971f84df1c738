package io.promoflow.ingestion.replay;

import java.math.BigDecimal;
import java.util.List;

/**
 * A simple question to one column.
 *
 * @param column asked
 * @param test kind of question
 * @param operands what it is compared with; one for all tests but {@code ONE_OF} and {@code EMPTY}
 */
record RowCondition(String column, Test test, List<String> operands) {
  enum Test {
    EQUALS,
    ONE_OF,
    STARTS_WITH,
    LESS_THAN,
    GREATER_THAN,
    EMPTY
  }

  boolean holds(Row row) {
    String text = row.get(column);
    if (test == Test.EMPTY) {
      return (text == null) == Boolean.parseBoolean(operands.get(0));
    }
    if (text == null) {
      return false;
    }
    return switch (test) {
      case EQUALS, ONE_OF -> operands.contains(text);
      case STARTS_WITH -> text.startsWith(operands.get(0));
      case LESS_THAN -> compare(text) < 0;
      case GREATER_THAN -> compare(text) > 0;
      case EMPTY -> throw new IllegalStateException("answered above");
    };
  }

  /** A text that is no number is neither less nor greater. */
  private int compare(String text) {
    BigDecimal number = FieldRule.number(text);
    return number == null ? 0 : number.compareTo(new BigDecimal(operands.get(0)));
  }
}
