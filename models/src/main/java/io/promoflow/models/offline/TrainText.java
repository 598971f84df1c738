package io.promoflow.models.offline;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A report as a person reads it. */
final class TrainText {
  private static final int MOST_CENTROID_COLUMNS = 12;

  private final Map<String, Object> report;
  private final StringBuilder out = new StringBuilder();

  private TrainText(Map<String, Object> report) {
    this.report = report;
  }

  static String of(Map<String, Object> report) {
    var text = new TrainText(report);
    text.head();
    text.numbers("quality, " + report.get("validation"), "metrics");
    text.numbers("quality on the rows that were learnt", "fitted");
    text.numbers("coefficients, raw scale", "coefficients");
    text.clusters();
    return text.out.toString();
  }

  private void line(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }

  private void head() {
    line("%s on %,d rows, %s", report.get("trainer"), report.get("rows"), report.get("settings"));
    if ((int) report.get("withoutLabel") > 0) {
      line("%,d rows without a label were left out", report.get("withoutLabel"));
    }
    if (report.containsKey("trees")) {
      line("%,d trees", report.get("trees"));
    }
  }

  private void numbers(String title, String field) {
    if (!report.containsKey(field)) {
      return;
    }
    line("%n%s", title);
    Map<?, ?> numbers = (Map<?, ?>) report.get(field);
    int width =
        numbers.keySet().stream().mapToInt(name -> name.toString().length()).max().orElse(0);
    width = Math.max(width, "intercept".length());
    for (Map.Entry<?, ?> number : numbers.entrySet()) {
      line("  %-" + width + "s  %14s", number.getKey(), shown((Double) number.getValue()));
    }
    if (field.equals("coefficients")) {
      line("  %-" + width + "s  %14s", "intercept", shown((Double) report.get("intercept")));
    }
  }

  private static String shown(double number) {
    boolean plain = number == 0 || (Math.abs(number) >= 1e-3 && Math.abs(number) < 1e7);
    return String.format(Locale.ROOT, plain ? "%,.5f" : "%.5e", number);
  }

  private void clusters() {
    String field = report.containsKey("centroids") ? "centroids" : "clusters";
    if (!report.containsKey(field)) {
      return;
    }
    line("%n%s, raw scale", field);
    for (Object cluster : (List<?>) report.get(field)) {
      Map<?, ?> its = (Map<?, ?>) cluster;
      line("  %s: %,d rows", its.get("cluster"), its.get("rows"));
      if (its.get("values") instanceof Map<?, ?> values) {
        Object[] some = values.entrySet().stream().limit(MOST_CENTROID_COLUMNS).toArray();
        Arrays.stream(some)
            .map(Map.Entry.class::cast)
            .forEach(
                value -> line("     %-32s %14s", value.getKey(), shown((Double) value.getValue())));
        if (values.size() > some.length) {
          line("     and %d more columns", values.size() - some.length);
        }
      }
    }
  }
}
