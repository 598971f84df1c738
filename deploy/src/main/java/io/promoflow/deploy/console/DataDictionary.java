package io.promoflow.deploy.console;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the tables and views mean, as their comments in the store say. A column of a view {@code
 * v_x} that says nothing itself means what the column of the table {@code x} means.
 */
public final class DataDictionary {
  private static final String QUESTION =
      """
      SELECT n.nspname, c.relname, c.relkind = 'v',
             coalesce(obj_description(c.oid, 'pg_class'), ''),
             a.attname, format_type(a.atttypid, a.atttypmod),
             EXISTS (SELECT FROM pg_index i
                     WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey)),
             coalesce(col_description(c.oid, a.attnum), col_description(b.oid, ba.attnum), '')
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_class b ON b.relnamespace = c.relnamespace AND c.relkind = 'v'
        AND 'v_' || b.relname = c.relname
      LEFT JOIN pg_attribute ba ON ba.attrelid = b.oid AND ba.attname = a.attname
        AND ba.attnum > 0
      WHERE n.nspname = ? AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
        AND c.relname <> 'migrations'
      ORDER BY c.relkind = 'v' DESC, c.relname, a.attnum
      """;

  /** One table or view. */
  private record Relation(String schema, String name, boolean view, String meaning) {
    String title() {
      return schema + "." + name;
    }
  }

  private record Column(String name, String type, boolean key, String meaning) {}

  private record Line(Relation relation, Column column) {}

  private final Map<Relation, List<Column>> relations;

  private DataDictionary(Map<Relation, List<Column>> relations) {
    this.relations = relations;
  }

  /** Reads the comments of these schemas, views first. */
  public static DataDictionary of(Postgres postgres, List<String> schemas) throws SQLException {
    var relations = new LinkedHashMap<Relation, List<Column>>();
    for (String schema : schemas) {
      var lines =
          Sql.rows(
              postgres,
              QUESTION,
              row ->
                  new Line(
                      new Relation(
                          row.getString(1), row.getString(2), row.getBoolean(3), row.getString(4)),
                      new Column(
                          row.getString(5), row.getString(6), row.getBoolean(7), row.getString(8))),
              schema);
      for (Line line : lines) {
        relations
            .computeIfAbsent(line.relation(), relation -> new ArrayList<>())
            .add(line.column());
      }
    }
    return new DataDictionary(relations);
  }

  /** Whether nothing is there. */
  public boolean isEmpty() {
    return relations.isEmpty();
  }

  /** As Markdown. */
  public String markdown() {
    var page =
        new StringBuilder(
            "# Data dictionary\n\nWritten by `./promoflow dictionary` from the comments in the"
                + " store. **Bold** columns are the key.\n");
    relations.forEach(
        (relation, columns) -> {
          page.append("\n## ").append(relation.title());
          page.append(relation.view() ? " (view)" : "").append("\n\n");
          if (!relation.meaning().isEmpty()) {
            page.append(relation.meaning()).append(".\n\n");
          }
          page.append("| column | type | meaning |\n|---|---|---|\n");
          for (Column column : columns) {
            String mark = column.key() ? "**" : "";
            page.append("| ").append(mark).append(column.name()).append(mark);
            page.append(" | ").append(column.type()).append(" | ");
            page.append(column.meaning().replace("|", "\\|")).append(" |\n");
          }
        });
    return page.toString();
  }

  /** As one HTML page that needs no other file. */
  public String html() {
    var page =
        new StringBuilder(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<title>Promoflow: data dictionary</title><style>"
                + "body{font:15px/1.5 system-ui,sans-serif;max-width:72em;margin:2em auto;"
                + "padding:0 1em}table{border-collapse:collapse;width:100%}"
                + "th,td{border-bottom:1px solid #ccc;padding:.3em .6em;text-align:left;"
                + "vertical-align:top}td:first-child,td:nth-child(2){white-space:nowrap;"
                + "font-family:monospace}.key{font-weight:bold}</style></head><body>"
                + "<h1>Data dictionary</h1>\n<ul>");
    for (Relation relation : relations.keySet()) {
      page.append("<li><a href=\"#").append(escaped(relation.title())).append("\">");
      page.append(escaped(relation.title())).append("</a></li>");
    }
    page.append("</ul>\n");
    relations.forEach(
        (relation, columns) -> {
          page.append("<h2 id=\"").append(escaped(relation.title())).append("\">");
          page.append(escaped(relation.title())).append(relation.view() ? " (view)" : "");
          page.append("</h2><p>").append(escaped(relation.meaning())).append("</p>\n");
          page.append("<table><tr><th>column</th><th>type</th><th>meaning</th></tr>\n");
          page.append(columns.stream().map(DataDictionary::row).collect(Collectors.joining()));
          page.append("</table>\n");
        });
    return page.append("</body></html>\n").toString();
  }

  private static String row(Column column) {
    return String.format(
        Locale.ROOT,
        "<tr><td%s>%s</td><td>%s</td><td>%s</td></tr>%n",
        column.key() ? " class=\"key\"" : "",
        escaped(column.name()),
        escaped(column.type()),
        escaped(column.meaning()));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
