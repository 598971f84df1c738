package io.promoflow.ingestion.replay;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the value of one event field comes from. Gives a text, a number or an instant; null when
 * the row has nothing for it. What cannot be converted is handed on as the text that it is, so that
 * ingestion refuses it with its reason.
 */
sealed interface FieldRule {
  Object of(Row row);

  /** The columns it reads. */
  List<String> columns();

  /** Longer numbers and larger exponents are no figures of a shop. */
  int LONGEST_NUMBER = 40;

  /** The number in a text, also as {@code 1e-05}; null when there is none of ordinary size. */
  static BigDecimal number(String text) {
    if (text.length() > LONGEST_NUMBER) {
      return null;
    }
    try {
      var number = new BigDecimal(text.trim());
      return Math.abs((long) number.scale()) > LONGEST_NUMBER ? null : number;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static BigDecimal cents(BigDecimal amount) {
    return amount.movePointRight(2).setScale(0, RoundingMode.HALF_UP);
  }

  /** Always the same. */
  record Constant(Object value) implements FieldRule {
    @Override
    public Object of(Row row) {
      return value;
    }

    @Override
    public List<String> columns() {
      return List.of();
    }
  }

  /** Text with {@code {column}}, {@code {row}} and {@code {file}}; null when a column is empty. */
  record Template(String text) implements FieldRule {
    private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]+)}");

    @Override
    public Object of(Row row) {
      var filled = new StringBuilder();
      Matcher variables = VARIABLE.matcher(text);
      while (variables.find()) {
        String value = variable(variables.group(1), row);
        if (value == null) {
          return null;
        }
        variables.appendReplacement(filled, Matcher.quoteReplacement(value));
      }
      return variables.appendTail(filled).toString();
    }

    private static String variable(String name, Row row) {
      return switch (name) {
        case "row" -> Long.toString(row.number());
        case "file" -> row.file();
        default -> row.get(name);
      };
    }

    @Override
    public List<String> columns() {
      var columns = new ArrayList<String>();
      Matcher variables = VARIABLE.matcher(text);
      while (variables.find()) {
        String name = variables.group(1);
        if (!name.equals("row") && !name.equals("file")) {
          columns.add(name);
        }
      }
      return columns;
    }
  }

  /** How the text of a column is read. */
  enum As {
    TEXT,
    WHOLE,
    ABSOLUTE,
    DECIMAL,
    CENTS,
    EPOCH_SECONDS,
    EPOCH_MILLIS
  }

  /** One column, a suffix cut off when it is there. */
  record Column(String column, String stripSuffix, As as) implements FieldRule {
    @Override
    public Object of(Row row) {
      String text = row.get(column);
      if (text == null) {
        return null;
      }
      if (stripSuffix != null && text.endsWith(stripSuffix)) {
        text = text.substring(0, text.length() - stripSuffix.length());
      }
      if (as == As.TEXT) {
        return text;
      }
      BigDecimal number = number(text);
      try {
        return number == null ? text : convert(number);
      } catch (ArithmeticException e) {
        return text;
      }
    }

    private Object convert(BigDecimal number) {
      return switch (as) {
        case ABSOLUTE -> number.abs();
        case CENTS -> cents(number);
        case EPOCH_SECONDS -> Instant.ofEpochMilli(number.movePointRight(3).longValueExact());
        case EPOCH_MILLIS -> Instant.ofEpochMilli(number.longValueExact());
        default -> number;
      };
    }

    @Override
    public List<String> columns() {
      return List.of(column);
    }
  }

  /**
   * One column that holds a time; a zone where the text has no offset, a date is its first moment.
   */
  record Time(String column, DateTimeFormatter format, ZoneId zone) implements FieldRule {
    @Override
    public Object of(Row row) {
      String text = row.get(column);
      if (text == null) {
        return null;
      }
      try {
        TemporalAccessor parsed =
            format.parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
        if (parsed instanceof OffsetDateTime moment) {
          return moment.toInstant();
        }
        LocalDate date = parsed.query(TemporalQueries.localDate());
        return parsed instanceof LocalDateTime local
            ? local.atZone(zone).toInstant()
            : date.atStartOfDay(zone).toInstant();
      } catch (DateTimeException e) {
        return text;
      }
    }

    @Override
    public List<String> columns() {
      return List.of(column);
    }
  }

  /** Several amounts added up, as cents; an empty one counts as nothing. */
  record Sum(List<String> columns) implements FieldRule {
    @Override
    public Object of(Row row) {
      BigDecimal sum = null;
      for (String column : columns) {
        String text = row.get(column);
        BigDecimal number = text == null ? null : number(text);
        if (text != null && number == null) {
          return text;
        } else if (number != null) {
          sum = sum == null ? number : sum.add(number);
        }
      }
      return sum == null ? null : cents(sum);
    }
  }

  /**
   * Price or pieces of a line of which the file tells the total. Where the total cannot be divided
   * into whole cents by the pieces, the line counts as one piece at its total: money stays exact.
   */
  record OfLine(boolean price, List<String> total, String pieces) implements FieldRule {
    @Override
    public Object of(Row row) {
      Object cents = new Sum(total).of(row);
      String text = row.get(pieces);
      BigDecimal count = text == null ? null : number(text);
      if (!(cents instanceof BigDecimal whole) || count == null) {
        return price ? cents : text;
      }
      if (count.signum() <= 0) {
        return price ? cents : count;
      }
      boolean divides = whole.remainder(count).signum() == 0;
      if (price) {
        return divides ? whole.divideToIntegralValue(count) : whole;
      }
      return divides ? count : BigDecimal.ONE;
    }

    @Override
    public List<String> columns() {
      var columns = new ArrayList<>(total);
      columns.add(pieces);
      return columns;
    }
  }
}
