package io.promoflow.evaluation.flink;

import io.promoflow.ingestion.flink.Tables;
import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.io.Serializable;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.sink2.Sink;

/**
 * A sink that keeps one table row per natural key, and takes a row out when it counts nothing any
 * more: a correction may empty a cell, and a table must not depend on what was there in between.
 */
final class TableSink<T> implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A column's value of a row. */
  interface Value<T> extends Function<T, Object>, Serializable {}

  /** A row that is part of another row. */
  interface Part<T, P> extends Function<T, P>, Serializable {}

  private enum Role {
    KEY,
    KEY_OR_ALL,
    VALUE
  }

  private record Column<T>(String name, String type, Role role, Value<T> value)
      implements Serializable {
    private boolean isKey() {
      return role != Role.VALUE;
    }

    private String same() {
      String same = "t." + name + " = s." + name;
      return role == Role.KEY_OR_ALL ? "(" + same + " OR s." + name + " IS NULL)" : same;
    }
  }

  private final String table;
  private final String emptyWhen;
  private final ArrayList<Column<T>> columns = new ArrayList<>();

  /**
   * @param emptyWhen SQL condition on {@code s}, the incoming row, under which there is no row
   */
  TableSink(String table, String emptyWhen) {
    this.table = table;
    this.emptyWhen = emptyWhen;
  }

  TableSink<T> key(String name, String type, Value<T> value) {
    columns.add(new Column<>(name, type, Role.KEY, value));
    return this;
  }

  /** A further part of the key; an incoming row without it is about all rows that have the rest. */
  TableSink<T> keyOrAll(String name, String type, Value<T> value) {
    columns.add(new Column<>(name, type, Role.KEY_OR_ALL, value));
    return this;
  }

  TableSink<T> column(String name, String type, Value<T> value) {
    columns.add(new Column<>(name, type, Role.VALUE, value));
    return this;
  }

  /** With the columns that another sink has, of a part of this row. */
  <P> TableSink<T> columnsOf(TableSink<P> other, Part<T, P> part) {
    for (Column<P> one : other.columns) {
      columns.add(
          new Column<>(
              one.name(), one.type(), one.role(), row -> one.value().apply(part.apply(row))));
    }
    return this;
  }

  Sink<T> sink(Postgres postgres) {
    List<Column<T>> all = new ArrayList<>(columns);
    return Tables.upsert(
        postgres,
        sql(),
        (statement, row) -> {
          for (int i = 0; i < all.size(); i++) {
            Object value = all.get(i).value().apply(row);
            statement.setObject(
                i + 1, value instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : value);
          }
        });
  }

  String sql() {
    String source =
        columns.stream()
            .map(column -> "?::" + column.type() + " AS " + column.name())
            .collect(Collectors.joining(", "));
    String same =
        columns.stream()
            .filter(Column::isKey)
            .map(Column::same)
            .collect(Collectors.joining(" AND "));
    String set =
        columns.stream()
            .filter(column -> !column.isKey())
            .map(column -> column.name() + " = s." + column.name())
            .collect(Collectors.joining(", "));
    String names = columns.stream().map(Column::name).collect(Collectors.joining(", "));
    String values =
        columns.stream().map(column -> "s." + column.name()).collect(Collectors.joining(", "));
    return "MERGE INTO %s AS t USING (SELECT %s) AS s ON %s".formatted(table, source, same)
        + " WHEN MATCHED AND (%s) THEN DELETE".formatted(emptyWhen)
        + " WHEN MATCHED THEN UPDATE SET "
        + set
        + " WHEN NOT MATCHED AND NOT (%s) THEN INSERT (%s) VALUES (%s)"
            .formatted(emptyWhen, names, values);
  }
}
