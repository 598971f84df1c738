package io.promoflow.ingestion.store;

/** The PostgreSQL types that a {@link RowWriter} can encode. */
public enum ColumnType {
  TEXT("text"),
  INT8("bigint"),
  FLOAT8("double precision"),
  BOOL("boolean"),
  TIMESTAMPTZ("timestamptz"),
  JSONB("jsonb"),
  FLOAT8_ARRAY("double precision[]");

  private final String sql;

  ColumnType(String sql) {
    this.sql = sql;
  }

  String sql() {
    return sql;
  }
}
