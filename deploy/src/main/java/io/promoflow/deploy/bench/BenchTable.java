package io.promoflow.deploy.bench;

import io.promoflow.deploy.console.Report;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a bench found, for people. */
final class BenchTable {
  private static final List<String> HEAD =
      List.of("row", "unit", "ours", "rival", "limit", "median", "second", "bar", "");

  private BenchTable() {}

  static String of(List<RowResult> results) {
    var out =
        new StringBuilder(Report.table(HEAD, results.stream().map(BenchTable::cells).toList()));
    out.append('\n');
    for (RowResult result : results) {
      BenchRow row = result.row();
      out.append("  %s: rival %s".formatted(row.name(), row.rivalName()));
      if (!result.rivalConfiguration().isEmpty()) {
        out.append("; ").append(result.rivalConfiguration());
      }
      row.limitName().ifPresent(limit -> out.append("; limit: ").append(limit));
      out.append("\n    ratios ").append(ratios(result)).append('\n');
    }
    out.append("  second: second smallest ratio, second largest where smaller is better\n");
    return out.toString();
  }

  private static List<String> cells(RowResult result) {
    boolean same = result.sameAnswer();
    return List.of(
        result.row().name(),
        result.row().unit(),
        figure(RowResult.medianOf(result.ours())),
        figure(RowResult.medianOf(result.rival())),
        result.limit().isPresent() ? figure(result.limit().getAsDouble()) : "",
        same ? ratio(result.median()) : "",
        same ? ratio(result.secondWorst()) : "",
        result.row().bar().text(),
        result.verdict());
  }

  private static String ratios(RowResult result) {
    return result.sameAnswer()
        ? result.ratios().stream().map(BenchTable::ratio).collect(Collectors.joining(" "))
        : "none, because the answers differ";
  }

  private static String ratio(double value) {
    return "%.2f".formatted(value);
  }

  private static String figure(double value) {
    return value >= 100
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.2f", value);
  }
}
