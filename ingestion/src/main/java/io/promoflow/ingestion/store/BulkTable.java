package io.promoflow.ingestion.store;

import java.io.Serializable;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What is written in bulk: a table, its columns in the order in which rows are bound, and what
 * happens to a row whose key is there already.
 *
 * @param name table, with its schema
 * @param columns all columns that are written, those of the key first
 * @param conflict which of two rows with one key stands
 * @param newest column that decides for {@link Conflict#NEWEST}, else empty
 */
public record BulkTable(String name, List<Column> columns, Conflict conflict, String newest)
    implements Serializable {

  /** Which of two rows with one key stands, in a batch as in the table. */
  public enum Conflict {
    /** The one that came last. */
    LAST,
    /** The one that came first. */
    FIRST,
    /** The one with the greatest value of a column; of equals, the one that came last. */
    NEWEST
  }

  /** A column; the ones with {@code key} make up the natural key, which is unique in the table. */
  public record Column(String name, ColumnType type, boolean key) implements Serializable {}

  public BulkTable {
    columns = List.copyOf(columns);
    if (columns.stream().noneMatch(Column::key)) {
      throw new IllegalArgumentException(name + " has no key column");
    }
    for (int i = 1; i < columns.size(); i++) {
      if (columns.get(i).key() && !columns.get(i - 1).key()) {
        throw new IllegalArgumentException(name + ": the key columns come first");
      }
    }
    if (conflict != Conflict.FIRST && columns.stream().allMatch(Column::key)) {
      throw new IllegalArgumentException(name + " has only key columns: the first row stands");
    }
    if (conflict == Conflict.NEWEST && !names(columns, c -> !c.key()).contains(newest)) {
      throw new IllegalArgumentException(name + " has no plain column " + newest);
    }
  }

  /** A table of which the row that came last stands. */
  public static BulkTable of(String name, Column... columns) {
    return new BulkTable(name, List.of(columns), Conflict.LAST, "");
  }

  public static Column key(String name, ColumnType type) {
    return new Column(name, type, true);
  }

  public static Column column(String name, ColumnType type) {
    return new Column(name, type, false);
  }

  /** The same table, of which the first row with a key stands. */
  public BulkTable keepFirst() {
    return new BulkTable(name, columns, Conflict.FIRST, "");
  }

  /** The same table, of which the row with the greatest value of a column stands. */
  public BulkTable keepNewest(String column) {
    return new BulkTable(name, columns, Conflict.NEWEST, column);
  }

  /** Where a session collects the rows of a batch; {@code batch_order} numbers them. */
  String createBatch() {
    return "CREATE TEMPORARY TABLE batch ("
        + columns.stream()
            .map(BulkTable::batchColumn)
            .collect(Collectors.joining(", ", "", ", batch_order integer"))
        + ") ON COMMIT DELETE ROWS";
  }

  /** Bytes in order sort several times faster than words of a language. */
  private static String batchColumn(Column column) {
    String collation = column.type() == ColumnType.TEXT ? " COLLATE \"C\"" : "";
    return column.name() + " " + column.type().sql() + collation;
  }

  String copyBatch() {
    return "COPY batch FROM STDIN (FORMAT binary)";
  }

  /** One row per key out of the batch into the table, in the order of the keys. */
  String mergeBatch() {
    String keys = String.join(", ", names(columns, Column::key));
    String all = String.join(", ", names(columns, c -> true));
    String order =
        switch (conflict) {
          case LAST -> "batch_order DESC";
          case FIRST -> "batch_order";
          case NEWEST -> newest + " DESC NULLS LAST, batch_order DESC";
        };
    return "INSERT INTO %s AS t (%s) SELECT DISTINCT ON (%s) %s FROM batch ORDER BY %s, %s"
            .formatted(name, all, keys, all, keys, order)
        + " ON CONFLICT (%s) DO %s".formatted(keys, action());
  }

  private String action() {
    if (conflict == Conflict.FIRST) {
      return "NOTHING";
    }
    String set =
        names(columns, c -> !c.key()).stream()
            .map(column -> column + " = excluded." + column)
            .collect(Collectors.joining(", "));
    return "UPDATE SET "
        + set
        + (conflict == Conflict.NEWEST ? " WHERE excluded.%1$s >= t.%1$s".formatted(newest) : "");
  }

  private static List<String> names(List<Column> columns, Predicate<Column> which) {
    return columns.stream().filter(which).map(Column::name).toList();
  }
}
