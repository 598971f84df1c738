package io.promoflow.deploy.console;

import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a command found: tables for people, one JSON object for programs. */
public final class Report {
  private Report() {}

  /** Writes the object as UTF-8 JSON; does nothing without a file. */
  public static void write(Path file, Map<String, ?> report) throws IOException {
    if (file != null) {
      write(file, Wire.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report));
    }
  }

  /** Writes a text as UTF-8 and makes the folders it lies in; does nothing without a file. */
  public static void write(Path file, String text) throws IOException {
    if (file != null) {
      if (file.toAbsolutePath().getParent() != null) {
        Files.createDirectories(file.toAbsolutePath().getParent());
      }
      Files.writeString(file, text);
    }
  }

  /** Rows in aligned columns: numbers to the right, text to the left. */
  public static String table(List<String> head, List<? extends List<?>> rows) {
    var all = new ArrayList<List<String>>();
    all.add(head);
    rows.forEach(row -> all.add(row.stream().map(Report::text).toList()));
    var widths = new int[head.size()];
    for (List<String> row : all) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    var out = new StringBuilder();
    for (int r = 0; r < all.size(); r++) {
      for (int c = 0; c < widths.length; c++) {
        boolean number = rows.stream().map(List::copyOf).allMatch(numeric(c));
        String cell = all.get(r).get(c);
        String gap = " ".repeat(widths[c] - cell.length());
        out.append("  ").append(number ? gap + cell : cell + gap);
      }
      while (out.charAt(out.length() - 1) == ' ') {
        out.setLength(out.length() - 1);
      }
      out.append('\n');
    }
    return out.toString();
  }

  private static java.util.function.Predicate<List<?>> numeric(int column) {
    return row -> row.get(column) instanceof Number;
  }

  private static String text(Object value) {
    if (value instanceof Double number) {
      return "%.4f".formatted(number);
    }
    return value instanceof Long || value instanceof Integer
        ? "%,d".formatted(((Number) value).longValue())
        : String.valueOf(value);
  }
}
